"""Draw a mask of attention by hand, and let the leak detector judge it."""

import numpy as np
import traitlets

from rnnlib.widgets._book_widget import BookWidget, module, style, trait

_WEIGHTS = ("W_q", "W_k", "W_v", "W_o", "b_q", "b_k", "b_v", "b_o")


class MaskEditor(BookWidget):
    """Toggle who may look at whom; see which outputs move when a later token is changed.

    The layer is self-attention with one head. It runs twice in the page, before and after token t + 1
    is changed; outputs up to t must not move, or they have seen what they are to predict.

    Parameters
    ----------
    weights : dict
        Nested lists by the names of ``MultiHeadAttention.params``: W_q, b_q, ... of one head.
    x : list
        T rows of D numbers: the tokens.
    changed : list
        T rows of D numbers: what a token is changed to.
    moves : callable
        ``moves(allowed) -> ndarray of shape (T, T)``, the same in Python: how far output i moves when
        token j is changed. It fills the table where nothing moves.
    allowed : list
        T rows of T entries, 1 where the query of the row may look at the key of the column.
    tokens : list of str
        T labels.
    """

    name = "mask_editor"
    _esm = module(name)
    _css = style(name)
    weights = trait(traitlets.Dict)
    x = trait(traitlets.List)
    changed = trait(traitlets.List)
    allowed = trait(traitlets.List)
    tokens = trait(traitlets.List, traitlets.Unicode())

    def __init__(self, weights, x, changed, moves, allowed, tokens):
        if set(weights) != set(_WEIGHTS):
            raise ValueError(f"weights must have the entries {sorted(_WEIGHTS)}, got {sorted(weights)}")
        T = len(tokens)
        if T < 2:
            raise ValueError(f"tokens must be at least 2, got {T}: a mask needs somebody to look at")
        for name, rows, width in (("x", x, None), ("changed", changed, None), ("allowed", allowed, T)):
            shape = np.shape(rows)
            if len(shape) != 2 or shape[0] != T or shape[1] != (width or len(weights["b_q"])):
                wanted = (T, width or len(weights["b_q"]))
                raise ValueError(f"{name} must have shape {wanted}, got {shape}")
        self._moves = moves
        super().__init__(
            weights=weights, x=x, changed=changed, tokens=list(tokens),
            allowed=[[int(bool(a)) for a in row] for row in allowed],
        )  # fmt: skip

    def table(self):
        """Return caption, head and body: how far each output moves when a token is changed."""
        moved = self._moves(np.array(self.allowed, bool))
        body = [
            [str(i + 1), token, *(f"{v:.2f}" for v in moved[i])]
            for i, token in enumerate(self.tokens)
        ]  # fmt: skip
        caption = "How far each output (row) moves when a token (column) is changed, with the mask shown"
        return caption, ["step", "output at", *self.tokens], body

    def __repr__(self):
        return f"MaskEditor({len(self.tokens)} tokens)"
