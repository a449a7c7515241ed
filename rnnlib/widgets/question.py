"""A question that the reader answers with a number, a shape or an order."""

import re

import traitlets

from rnnlib.widgets._book_widget import BookWidget, module, style, trait

KINDS = ("number", "shape", "order")


class Question(BookWidget):
    """A question with an answer to be written; a wrong answer gets a hint that fits it.

    The first wrong answer that is not foreseen gets the first hint, every later one the second.
    After two wrong answers the explanation can be opened.

    Parameters
    ----------
    question : str
    answer : float, tuple of int or list of str
        A number; a shape; or the items in their right order.
    wrong : dict
        What readers are likely to answer instead, and the hint for each; keys are like ``answer``
        (an order as a tuple).
    hints : list of str
        Two: the first gentle, the second plain. No hint may tell the answer.
    why : str
        The explanation, shown after the right answer or when it is asked for.
    items : list of str, default=None
        For an order: the items as they are shown at first.
    tolerance : float, default=0
        How far a number may be off, beyond rounding.
    title : str, default="Check yourself"

    Examples
    --------
    >>> Question("How many numbers has a matrix of shape (3, 4)?", 12,
    ...          {7: "That is 3 + 4."}, ["Count the rows.", "Each row has 4."], "Three rows of four.")
    Question('How many numbers has a matrix of shape (3, 4)?')
    """

    name = "question"
    _esm = module(name)
    _css = style(name)
    question = trait(traitlets.Unicode)
    kind = trait(traitlets.Unicode)
    answer = trait(traitlets.Any)
    wrong = trait(traitlets.List)
    hints = trait(traitlets.List)
    why = trait(traitlets.Unicode)
    items = trait(traitlets.List)
    tolerance = trait(traitlets.Float)
    title = trait(traitlets.Unicode)

    def __init__(
        self, question, answer, wrong, hints, why, items=None, tolerance=0.0, title="Check yourself"
    ):
        kind = "order" if isinstance(answer, list) else "shape" if isinstance(answer, tuple) else "number"
        if kind == "order" and (items is None or sorted(items) != sorted(answer) or list(items) == answer):
            raise ValueError("items must be the entries of answer, in another order")
        if kind != "order" and items is not None:
            raise ValueError("items is for an order; answer is none")
        if len(hints) != 2:
            raise ValueError(f"hints must be two, got {len(hints)}")
        right = _plain(answer)
        for key in wrong:
            if _plain(key) == right:
                raise ValueError(f"wrong has the right answer among its keys: {key!r}")
        for hint in [*hints, *wrong.values()]:
            if kind != "order" and re.search(
                rf"(?<![\w.,]){re.escape(_written(answer))}(?![\w]|[.,]\d)", hint
            ):
                raise ValueError(f"a hint must not tell the answer: {hint!r}")
        super().__init__(
            question=question, kind=kind, answer=right, why=why, title=title, hints=list(hints),
            wrong=[{"answer": _plain(key), "hint": hint} for key, hint in wrong.items()],
            items=list(items or []), tolerance=float(tolerance),
        )  # fmt: skip

    def table(self):
        """Return question, head and body of the answers and what is said to them: nothing can be typed."""
        body = [[_written(row["answer"]), row["hint"]] for row in self.wrong]
        body += [["hint", hint] for hint in self.hints]
        return f"{self.title}: {self.question}", ["answer", "why"], [*body, [_written(self.answer), self.why]]

    def __repr__(self):
        return f"Question({self.question!r})"


def _plain(answer):
    """Return an answer as JSON holds it."""
    return list(answer) if isinstance(answer, (tuple, list)) else answer


def _written(answer):
    """Return an answer as one writes it."""
    if isinstance(answer, (tuple, list)):
        return (
            ", ".join(map(str, answer)) if isinstance(answer[0], str) else f"({', '.join(map(str, answer))})"
        )
    return f"{answer:g}"
