"""Typical wrong answers to the exercises of chapter 7, and words that the answer to them must have."""

import numpy as np

from rnnlib.exercises.chapter_07 import _soft

WRONG = {
    "shift_right": [
        (lambda target, start: list(target), "Nothing is shifted"),
        (lambda target, start: [*target[1:], start], "to the left"),
        (lambda target, start: [start, *target], "One symbol too many"),
    ],
    "masked_weights": [
        (lambda s, real: _soft(s) * real, "do not sum to 1"),
        (lambda s, real: _soft(np.where(real, s, 0.0)), "A score of 0 is not nothing"),
        (lambda s, real: _soft(np.where(real, -np.inf, s)), "wrong way round"),
        (lambda s, real: _soft(s), "still gets weight"),
    ],
    "attend": [
        (lambda q, K, V: _soft(q @ K.T) @ V, "not scaled"),
        (lambda q, K, V: _soft(q @ K.T / np.sqrt(q.shape[-1])) @ K, "are the keys"),
        (lambda q, K, V: _soft(q @ K.T / np.sqrt(q.shape[-1]), 0) @ V, "those of each query"),
        (lambda q, K, V: _soft(q @ K.T / np.sqrt(q.shape[-1])), "Those are the weights"),
    ],
    "softmax_backward": [
        (lambda da, a: da * a * (1 - a), "as for a sigmoid"),
        (lambda da, a: da * a, "One term is missing"),
        (lambda da, a: a * (da - (da * a).sum(axis=0)), "wrong axis"),
        (lambda da, a: a * (da + (da * a).sum(axis=-1, keepdims=True)), "A sign is wrong"),
    ],
}
