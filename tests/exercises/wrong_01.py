"""Typical wrong answers to the exercises of chapter 1, and words that the answer to them must have."""

import numpy as np


def naive_softmax(z):
    with np.errstate(all="ignore"):
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)


WRONG = {
    "layer": [
        (lambda x, W, b: x @ W + b, "pass it on as it is"),
        (lambda x, W, b: np.tanh(x @ W) + b, "after the tanh"),
        (lambda x, W, b: np.tanh(x @ W), "The bias is missing"),
        (lambda x, W, b: np.tanh(W.T @ x.T + b[:, None]), "has the shape (4, 5)"),
    ],
    "softmax_rows": [
        (naive_softmax, "overflows"),
        (lambda z: np.exp(z) / np.exp(z).sum(), "Each row should, for itself"),
        (lambda z: np.exp(z) / np.exp(z).sum(axis=0), "The columns sum to 1"),
        (lambda z: np.exp(z), "do not sum to 1"),
    ],
    "count_mlp": [
        (lambda s: sum(a * b for a, b in zip(s, s[1:], strict=False)), "biases are missing"),
        (lambda s: sum(a * b + a for a, b in zip(s, s[1:], strict=False)), "not for each that is read"),
        (lambda s: sum(s), "counts units"),
        (lambda s: s[0] * s[1] + s[1] + s[1] * s[2] + s[2], "not for two"),
    ],
    "linear_backward": [
        (lambda dy, x, W: (dy @ W.T, x.T @ dy, dy), "one row an example"),
        (lambda dy, x, W: (dy @ W.T, (x.T @ dy).T, dy.sum(0)), "dW is transposed"),
        (
            lambda dy, x, W: (dy @ (W.T if W.shape[0] != W.shape[1] else W), x.T @ dy, dy.sum(0)),
            "looks transposed",
        ),
        (lambda dy, x, W: (dy @ W.T, x.T @ dy / len(x), dy.sum(0)), "Shares add up"),
    ],
    "smallest_window": [
        (lambda a, b: b - a, "One too few"),
        (lambda a, b: b - a + 1, "may also be given the later step first"),
        (lambda a, b: max(a, b) + 1, "need not begin"),
    ],
}
