"""Typical wrong answers to the exercises of chapter 8, and words that the answer to them must have."""

import numpy as np

from rnnlib.exercises.chapter_08 import _plain


def leaks_with(changed, compared):
    def answer(model, x, t):
        other = x.copy()
        other[t + changed] += 1.0
        return not np.allclose(model(x)[: t + compared], model(other)[: t + compared])

    return answer


def naive(scores, allowed):
    with np.errstate(all="ignore"):
        return _plain(np.where(allowed, scores, -np.inf))


WRONG = {
    "causal_mask": [
        (lambda T: np.triu(np.ones((T, T), bool)), "transposed"),
        (lambda T: np.tril(np.ones((T, T), bool), -1), "diagonal is missing"),
        (lambda T: ~np.tril(np.ones((T, T), bool)), "wrong way round"),
        (lambda T: np.tril(np.ones((T, T))), "True and False"),
    ],
    "split_heads": [
        (lambda x, n: x.reshape(n, len(x), -1), "reshape alone"),
        (lambda x, n: x.reshape(len(x), n, -1), "the heads should come first"),
        (lambda x, n: x.reshape(len(x), n, -1).transpose(1, 2, 0), "changed places"),
    ],
    "safe_softmax": [
        (naive, "gives NaN"),
        (lambda s, a: _plain(np.where(a, s, -1e9)), "spreads its weight evenly"),
        (lambda s, a: _plain(s) * a, "do not sum to 1"),
        (lambda s, a: _plain(s), "The mask is not used"),
    ],
    "leaks": [
        (leaks_with(0, 1), "It reports a leak"),
        (leaks_with(1, 2), "It reports a leak"),
        (leaks_with(1, 0), "misses"),
        (lambda model, x, t: False, "misses a model"),
    ],
}
