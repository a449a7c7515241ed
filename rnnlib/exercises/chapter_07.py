"""Exercises on attention: the soft lookup, the padded source, the shifted row, the way back of softmax."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge

_RNG = np.random.default_rng(9)
_Q, _K, _V = _RNG.normal(size=(2, 8)), _RNG.normal(size=(5, 8)), _RNG.normal(size=(5, 3))
_SCORES, _REAL = _RNG.normal(size=(2, 4)), np.array([True, True, True, False])


def _soft(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def shift_right(target, start):
    """What the decoder reads in training: a list of symbols as long as target."""
    return [start, *target[:-1]]  # blank: return ...


def _shift(f):
    got = f([5, 6, 7], 0)
    if not isinstance(got, (list, tuple, np.ndarray)):
        return "It should return a list of symbols."
    got = list(got)
    if got == [0, 5, 6]:
        return None
    if got == [5, 6, 7]:
        return "Nothing is shifted: at each step the decoder reads the very symbol that it is to say."
    if got == [0, 5, 6, 7]:
        return "One symbol too many: the last symbol of the target is never read, only said."
    if got == [6, 7, 0]:
        return "It is shifted to the left: the decoder would read the symbol after the one it is to say."
    if got == [7, 5, 6]:
        return "The first symbol is the last of the target. The decoder does not know it yet."
    return "Not the row for the target 5, 6, 7 and the start symbol 0."


def masked_weights(scores, real):
    """Attention weights (Q, T) that give nothing to padded steps; real is (T,)."""
    scores = np.where(real, scores, -np.inf)  # blank: scores = ...
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)  # blank: return ...


def _mask(f):
    right = _soft(np.where(_REAL, _SCORES, -np.inf))
    zeroed = np.where(_REAL, _SCORES, 0.0)
    mistakes = [
        (_soft(_SCORES), "The padded step still gets weight."),
        (_soft(_SCORES) * _REAL, "The padded step gets none, but the weights of the others do not sum to 1."),
        (_soft(zeroed), "A score of 0 is not nothing: exp(0) is 1. Which score gives the weight 0?"),
        (
            _soft(np.where(_REAL, -np.inf, _SCORES)),
            "Only the padded step gets weight: the mask is the wrong way round.",
        ),
        (np.exp(np.where(_REAL, _SCORES, -np.inf)), "The weights do not sum to 1."),
    ]
    with np.errstate(all="ignore"):
        return judge("The weights", f, (_SCORES, _REAL), right, mistakes, "Not the weights wanted.")


def attend(q, K, V):
    """Soft lookup: queries (Q, d), keys (T, d), values (T, D) to (Q, D)."""
    scores = q @ K.T / np.sqrt(q.shape[-1])  # blank: scores = ...
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ V  # blank: return ...


def _attend(f):
    s = _Q @ _K.T / np.sqrt(8)
    mistakes = [
        (
            _soft(_Q @ _K.T) @ _V,
            "The scores are not scaled: with d features they grow like the square root of d.",
        ),
        (_soft(_Q @ _K.T / 8) @ _V, "The scores are divided by d. That is too much."),
        (_soft(s) @ _K, "The weights are right, but what is mixed are the keys."),
        (_soft(s), "Those are the weights. What are they for?"),
        (s @ _V, "The scores are used as they are: they are no weights yet."),
        (_soft(s, 0) @ _V, "The weights of each key sum to 1. It should be those of each query."),
        (_soft(_Q @ _K.T * np.sqrt(8)) @ _V, "The scores are multiplied where they should be divided."),
    ]
    return judge("The result", f, (_Q, _K, _V), _soft(s) @ _V, mistakes, "Not the result wanted.")


def _attend_one(f):
    if close(f(_Q, _K[:1], _V[:1]), np.repeat(_V[:1], 2, axis=0)):
        return None
    return "With a single key there is no choice: the result is its value."


def softmax_backward(da, a):
    """The way back through a = softmax(z) along the last axis: from da to dz."""
    return a * (da - (da * a).sum(axis=-1, keepdims=True))  # blank: return ...


def _softmax_back(f):
    a, da = _soft(_SCORES), _RNG.normal(size=(2, 4))
    inner = da * a
    mistakes = [
        (
            da * a * (1 - a),
            "That is the slope of each entry by itself, as for a sigmoid. In a softmax every score moves all entries.",
        ),
        (inner, "One term is missing: raising one score lowers all the other weights."),
        (a * (da - da.sum(-1, keepdims=True)), "The sum in the second term should be weighted."),
        (a * (da - inner.sum(0)), "The sum runs over the wrong axis: each row has its own softmax."),
        (a * (da - inner.sum()), "Each row has its own softmax, and its own sum."),
        (a * (da + inner.sum(-1, keepdims=True)), "A sign is wrong."),
        (da - inner.sum(-1, keepdims=True), "A factor is missing in front."),
    ]
    return judge(
        "dz",
        f,
        (da, a),
        a * (da - inner.sum(-1, keepdims=True)),
        mistakes,
        "dz does not agree with finite differences.",
    )


def _softmax_back_constant(f):
    a = _soft(_SCORES)
    return (
        None
        if close(f(np.ones_like(a), a), 0 * a)
        else "If all weights count alike, no score matters: dz should be 0."
    )


EXERCISES = [
    Exercise(
        shift_right,
        [_shift],
        [
            "At step 1 the decoder has said nothing yet. At step 2 it has said the first symbol.",
            "The row is as long as the target. Which symbol of the target is never read?",
        ],
    ),
    Exercise(
        masked_weights,
        [_mask],
        [
            "The weights of the real steps must still sum to 1. So mask before the softmax.",
            "exp of minus infinity is 0. np.where(condition, a, b) chooses entry by entry.",
        ],
    ),
    Exercise(
        attend,
        [_attend, _attend_one],
        [
            "Scores are dot products of queries and keys, scaled by the square root of their size.",
            "The weights mix the values: one row of weights for each query.",
        ],
    ),
    Exercise(
        softmax_backward,
        [_softmax_back, _softmax_back_constant],
        [
            "Write the derivative of one weight with respect to one score, once for the same index and once for two.",
            "Two terms: what the weight itself gains, less what all weights together gain on average. The average is weighted.",
        ],
    ),
]
