"""Typical wrong answers to the exercises of chapter 6, and words that the answer to them must have."""

import numpy as np

from rnnlib.exercises.chapter_06 import _gates


def lstm_with(cell, out=lambda o, c: o * np.tanh(c)):
    def answer(*inputs):
        i, f, g, o = _gates(inputs)
        c = cell(i, f, g, inputs[2])
        return out(o, c), c

    return answer


def right_cell(i, f, g, c):
    return f * c + i * g


def total(grads):
    return np.sqrt(sum((g**2).sum() for g in grads))


WRONG = {
    "clip_by_norm": [
        (lambda grads, m: [np.clip(g, -m, m) for g in grads], "cut by itself"),
        (lambda grads, m: [g * min(1, m / np.linalg.norm(g)) for g in grads], "scaled by itself"),
        (lambda grads, m: [g * m / total(grads) for g in grads], "not be scaled up"),
        (lambda grads, m: [g / total(grads) for g in grads], "The norm is 1 now"),
    ],
    "largest_growth": [
        (lambda W: abs(np.linalg.det(W)), "determinant"),
        (lambda W: abs(np.linalg.eigvals(W)).max(), "eigenvalue"),
        (lambda W: np.linalg.norm(W), "all entries together"),
        (lambda W: np.abs(W).max(), "largest entry"),
    ],
    "carried_state": [
        (lambda h, piece, text: np.where(piece[:, None], 0.0, h), "reset at every piece"),
        (lambda h, piece, text: h, "memory of another one"),
        (lambda h, piece, text: np.where(text[:, None], h, 0.0), "changed places"),
    ],
    "lstm_step": [
        (lstm_with(lambda i, f, g, c: i * c + f * g), "have changed places"),
        (lstm_with(lambda i, f, g, c: np.tanh(f * c + i * g)), "not additive any more"),
        (lstm_with(right_cell, lambda o, c: o * c), "should be squeezed"),
        (lstm_with(right_cell, lambda o, c: np.tanh(c)), "output gate"),
    ],
}
