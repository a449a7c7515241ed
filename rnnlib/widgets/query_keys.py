"""Move a query among keys, and watch scores, weights and the answer of a soft lookup."""

import numpy as np
import traitlets

from rnnlib.checks import check_array, check_positive
from rnnlib.widgets._book_widget import BookWidget, check_sentence, module, style, trait

DIMENSIONS = [2, 8, 32, 128, 512]


class QueryKeys(BookWidget):
    """A soft lookup in the plane: the query can be moved, the scores sharpened and flattened.

    The plane shows two features. With d features of the same kind, dot products are typically
    sqrt(d / 2) times as large, so that is what the widget multiplies them by.

    Parameters
    ----------
    names : list of str
        One for each key, at least two.
    keys : ndarray of shape (n, 2)
        In the square from -1 to 1.
    values : ndarray of shape (n,)
    query : ndarray of shape (2,)
        Where the query begins.
    query_name : str, default="query"
    axes : list of str, default=()
        What the two features mean: left and right, bottom and top; empty for nothing.
    unit : str, default=""
        Unit of the values.
    temperature : float, default=1
    """

    name = "query_keys"
    _esm = module(name)
    _css = style(name)
    names = trait(traitlets.List, traitlets.Unicode())
    key_vectors = trait(traitlets.List)  # ipywidgets has a use of its own for `keys`
    key_values = trait(traitlets.List)
    query = trait(traitlets.List)
    query_name = trait(traitlets.Unicode)
    axes = trait(traitlets.List, traitlets.Unicode())
    unit = trait(traitlets.Unicode)
    temperature = trait(traitlets.Float)
    scaled = trait(traitlets.Bool)
    d = trait(traitlets.Int, DIMENSIONS[0])
    dimensions = trait(traitlets.List)

    def __init__(self, names, keys, values, query, query_name="query", axes=(), unit="", temperature=1.0):
        for name in names:
            check_sentence("every one of names", name)
        if len(names) < 2:
            raise ValueError(f"names must have at least 2 entries, got {len(names)}")
        check_array("keys", keys, (len(names), 2))
        check_array("values", values, (len(names),))
        check_array("query", query, (2,))
        if max(np.abs(keys).max(), np.abs(query).max()) > 1:
            raise ValueError("keys and query must lie in the square from -1 to 1")
        if len(axes) not in (0, 4):
            raise ValueError(f"axes must name left, right, bottom and top, or be empty, got {list(axes)}")
        super().__init__(
            names=list(names), key_vectors=keys.tolist(), key_values=values.tolist(), query=query.tolist(),
            query_name=query_name, axes=list(axes), unit=unit, dimensions=DIMENSIONS,
            temperature=float(check_positive("temperature", temperature)),
        )  # fmt: skip

    def table(self):
        """Return caption, head and body of scores, weights and values of the query shown."""
        factor = np.sqrt(self.d / 2) / (np.sqrt(self.d) if self.scaled else 1)
        scores = factor * (np.array(self.key_vectors) @ self.query) / self.temperature
        weights = np.exp(scores - scores.max())
        weights /= weights.sum()
        body = [
            [name, *(f"{v:.2f}" for v in (*key, score, weight, value))]
            for name, key, score, weight, value in zip(
                self.names, self.key_vectors, scores, weights, self.key_values, strict=True
            )
        ]
        answer = f"{weights @ self.key_values:.2f} {self.unit}".strip()
        where = ", ".join(f"{v:.2f}" for v in self.query)
        caption = f"Soft lookup of “{self.query_name}” at ({where}): weighted sum {answer}"
        return caption, ["key", "k 1", "k 2", "score", "weight", "value"], body

    def __repr__(self):
        return f"QueryKeys({self.query_name!r})"
