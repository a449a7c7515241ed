"""Exercises on the Transformer: heads, the causal mask, all-masked rows, the leak detector."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge, wrong_shape

_RNG = np.random.default_rng(10)
_X = _RNG.normal(size=(5, 6))


def split_heads(x, n_heads):
    """Cut the features of each step into heads: (T, D) to (heads, T, D / heads)."""
    T, D = x.shape
    return x.reshape(T, n_heads, D // n_heads).transpose(1, 0, 2)  # blank: return ...


def _heads(f):
    right = _X.reshape(5, 3, 2).transpose(1, 0, 2)
    mistakes = [
        (
            _X.reshape(3, 5, 2),
            "The shape is right, but the numbers of different steps are mixed up: reshape alone does not move an axis.",
        ),
        (_X.reshape(5, 3, 2), "Every step is cut into heads. Now the heads should come first."),
        (
            _X.reshape(5, 2, 3).transpose(2, 0, 1),
            "Each head gets every third feature. It should get neighbouring ones.",
        ),
        (_X.reshape(5, 3, 2).transpose(1, 2, 0), "Time and features have changed places."),
    ]
    return judge(
        "The result",
        f,
        (_X, 3),
        right,
        mistakes,
        "Not the heads wanted. Head 0 has the first features of every step.",
    )


def causal_mask(T):
    """True where query t may see key s: itself and what came before. Shape (T, T)."""
    return np.tril(np.ones((T, T), bool))  # blank: return ...


def _causal(f):
    right = np.tril(np.ones((4, 4), bool))
    got = f(4)
    said = wrong_shape("The mask", got, (4, 4))
    if said:
        return said
    mistakes = [
        (
            right.T,
            "The mask is transposed: every query sees itself and what comes after. Rows are queries, columns are keys.",
        ),
        (
            np.tril(right, -1),
            "The diagonal is missing: nobody sees itself, and the first query sees nothing at all.",
        ),
        (~right, "The mask is the wrong way round: it is True where one may not look."),
        (np.ones((4, 4)), "Everybody sees everything, the future too."),
        (np.eye(4), "Everybody sees only itself."),
        (np.tril(np.ones((4, 4)), 1), "One step of the future can be seen."),
    ]
    return judge("The mask", lambda: got, (), right, mistakes, "Not the mask for four steps.")


def _causal_dtype(f):
    return (
        None
        if np.asarray(f(3)).dtype == bool
        else "The entries are right. They should be True and False, so that the mask can choose."
    )


def safe_softmax(scores, allowed):
    """Softmax over the allowed entries of each row; a row without any gets zeros."""
    masked = np.where(allowed, scores, -np.inf)
    top = masked.max(axis=-1, keepdims=True)
    e = np.exp(masked - np.where(np.isfinite(top), top, 0.0))  # blank: e = ...
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1.0)  # blank: return ...


_ALLOWED = np.array([[True, True, False], [False, False, False]])
_SCORES = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def _plain(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _safe_some(f):
    right = np.append(_plain(_SCORES[:1, :2]), 0.0)[None]
    with np.errstate(all="ignore"):
        mistakes = [
            (_plain(_SCORES[:1]), "The mask is not used."),
            (
                _plain(_SCORES[:1]) * _ALLOWED[:1],
                "The forbidden entry gets nothing, but the others do not sum to 1.",
            ),
        ]
        return judge(
            "The result",
            f,
            (_SCORES[:1], _ALLOWED[:1]),
            right,
            mistakes,
            "A row with some allowed entries is off.",
        )


def _safe_none(f):
    with np.errstate(all="ignore"):
        got = np.asarray(f(_SCORES, _ALLOWED), float)
    said = wrong_shape("The result", got, (2, 3))
    if said:
        return said
    if np.isnan(got[1]).any():
        return "A row without any allowed entry gives NaN: minus infinity less minus infinity, or 0 divided by 0."
    if close(got[1], np.full(3, 1 / 3)):
        return "A row without any allowed entry spreads its weight evenly, over what it may not see."
    return None if close(got[1], np.zeros(3)) else "A row without any allowed entry should get zeros."


def leaks(model, x, t):
    """Whether any output up to step t moves when the input of step t + 1 is changed."""
    other = x.copy()
    changed = t + 1  # blank: changed = ...
    other[changed] += 1.0
    before, after = model(x), model(other)
    return not np.allclose(before[: t + 1], after[: t + 1])  # blank: return ...


def _running_sum(x):
    return np.cumsum(x, axis=0)


def _looks_ahead(x):
    return np.cumsum(x, axis=0) + np.concatenate([x[1:], x[:1] * 0])


def _leak_none(f):
    if f(_running_sum, _X.copy(), 2):
        return "It reports a leak in a model that sees only the past: a running sum. Which step is changed, and which outputs may move?"
    return None


def _leak_one(f):
    said = f(_looks_ahead, _X.copy(), 2)
    if said is None:
        return "It returns nothing."
    if not said:
        return "It misses a model whose output at step t sees the input of the next step."
    return None


def _leak_types(f):
    def backwards(x):
        return np.cumsum(x[::-1], axis=0)[::-1]

    if not f(backwards, _X.copy(), 0):
        return "It misses the leak at the very first step. Does the comparison include step t itself?"
    return None


EXERCISES = [
    Exercise(
        causal_mask,
        [_causal, _causal_dtype],
        [
            "Rows are queries, columns are keys. What may the first row see? And the last?",
            "np.tril keeps what is on and below the diagonal.",
        ],
    ),
    Exercise(
        split_heads,
        [_heads],
        [
            "First cut the features into heads, then move the axis of the heads to the front.",
            "reshape(T, n_heads, ...) leaves the order of the numbers alone; transpose says which axis comes first.",
        ],
    ),
    Exercise(
        safe_softmax,
        [_safe_some, _safe_none],
        [
            "The largest score of an empty row is minus infinity. What may be taken off instead?",
            "Where the sum is 0, divide by something else: zero over that is zero.",
        ],
    ),
    Exercise(
        leaks,
        [_leak_none, _leak_one, _leak_types],
        [
            "Change the first thing that must not be seen, and look at the outputs that must not move.",
            "np.allclose compares two arrays. A slice ends before its second number, and step t itself must be in it.",
        ],
    ),
]
