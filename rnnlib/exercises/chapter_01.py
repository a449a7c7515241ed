"""Exercises on the feedforward network: a layer, softmax, the count, the way back, the window."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge, wrong_shape

_RNG = np.random.default_rng(1)
_X, _W, _B = _RNG.normal(size=(5, 3)), _RNG.normal(size=(3, 4)), _RNG.normal(size=4)
_DY, _Z = _RNG.normal(size=(5, 4)), _RNG.normal(size=(2, 3))


def layer(x, W, b):
    """A layer of tanh units: (B, D) to (B, H)."""
    z = x @ W + b  # blank: z = ...
    return np.tanh(z)  # blank: return ...


def _layer_weights(f):
    zero = np.zeros(4)
    mistakes = [
        (_X @ _W, "The weighted sum is right, but the units pass it on as it is."),
        (np.maximum(_X @ _W, 0), "That is a layer of rectified units. This one is to have tanh units."),
        (np.tanh(np.tanh(_X @ _W)), "The squeezing function is applied twice."),
    ]
    said = "With the bias at zero, the result is off. Rows of x are examples; a matrix stands to their right."
    return judge("The result", f, (_X, _W, zero), np.tanh(_X @ _W), mistakes, said)


def _layer_bias(f):
    mistakes = [
        (np.tanh(_X @ _W), "The bias is missing."),
        (np.tanh(_X @ _W) + _B, "The bias is added after the tanh. It belongs to the sum inside."),
    ]
    return judge(
        "The result",
        f,
        (_X, _W, _B),
        np.tanh(_X @ _W + _B),
        mistakes,
        "The bias is used, but not as it should be.",
    )


def softmax_rows(z):
    """Probabilities from scores, row by row: (B, C) to (B, C)."""
    e = np.exp(z - z.max(axis=1, keepdims=True))  # blank: e = ...
    return e / e.sum(axis=1, keepdims=True)  # blank: return ...


def _softmax_small(f):
    e = np.exp(_Z)
    mistakes = [
        (e, "The results are positive, but they do not sum to 1."),
        (e / e.sum(), "All entries together sum to 1. Each row should, for itself."),
        (e / e.sum(axis=0), "The columns sum to 1. Each row should: a row is one example."),
        (
            _Z / _Z.sum(axis=1, keepdims=True),
            "Scores can be negative, probabilities cannot. Something must make them positive first.",
        ),
    ]
    right = e / e.sum(axis=1, keepdims=True)
    return judge("The result", f, (_Z,), right, mistakes, "The probabilities are off.")


def _softmax_large(f):
    with np.errstate(all="ignore"):
        got = np.asarray(f(np.array([[1000.0, 1000.0], [-1000.0, -1001.0]])))
    if np.isfinite(got).all() and close(got, softmax_rows(np.array([[0.0, 0.0], [1.0, 0.0]]))):
        return None
    return "Right for small scores. With scores of 1000, exp overflows. What can you take from a whole row without changing its softmax?"


def count_mlp(sizes):
    """Trainable numbers of an MLP; sizes are inputs, hidden units, ..., outputs."""
    total = 0
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        total += n_in * n_out + n_out  # blank: total += ...
    return total


def _count(f):
    sizes = [64, 32, 10]
    mistakes = [
        (64 * 32 + 32 * 10, "The biases are missing."),
        (64 * 32 + 64 + 32 * 10 + 32, "One bias for each unit that is computed, not for each that is read."),
        (64 * 32 + 1 + 32 * 10 + 1, "Every unit has a bias of its own, not every layer."),
        (106, "That counts units. Every pair of them, one from each side, has a weight."),
    ]
    return judge(
        "The count",
        f,
        (sizes,),
        64 * 32 + 32 + 32 * 10 + 10,
        mistakes,
        "Not the number for the sizes 64, 32, 10.",
    )


def _count_deeper(f):
    return None if close(f([3, 4, 5, 2]), 16 + 25 + 12) else "Right for one hidden layer, not for two."


def linear_backward(dy, x, W):
    """The way back through y = x W + b: gradients of x, W and b, given that of y."""
    dx = dy @ W.T  # blank: dx = ...
    dW = x.T @ dy  # blank: dW = ...
    db = dy.sum(axis=0)  # blank: db = ...
    return dx, dW, db


def _back(f):
    got = f(_DY, _X, _W)
    if not isinstance(got, tuple) or len(got) != 3:
        return "It should return dx, dW and db."
    rights = linear_backward(_DY, _X, _W)
    hints = {
        "dx": "dx is off. The way forward multiplies by W from the right; on the way back its rows and columns change roles.",
        "dW": "dW is off. Every example has its share in it: its input times its gradient.",
        "db": "db is off.",
    }
    known = {
        "db": [
            (_DY, "db has one row an example. All of them used the same bias."),
            (_DY.mean(axis=0), "db is the mean over the examples. Shares add up."),
        ]
    }
    known["dW"] = [
        (rights[1].T, "dW is transposed: it must have the shape of W."),
        (rights[1] / len(_X), "dW is the mean over the examples. Shares add up."),
    ]
    for name, value, right in zip(hints, got, rights, strict=True):
        said = judge(name, lambda value=value: value, (), right, known.get(name, []), hints[name])
        if said:
            return said
    return None


def _back_square(f):
    W, x, dy = _RNG.normal(size=(3, 3)), _X, _DY[:, :3]
    got = f(dy, x, W)[0]
    if close(got, dy @ W.T):
        return None
    return "Right where W is not square. With a square W, dx looks transposed: nothing complains there."


def smallest_window(first, second):
    """Width of the smallest window of neighbouring steps that covers both marks."""
    return abs(second - first) + 1  # blank: return ...


def _window(f):
    mistakes = [
        (4, "One too few. Marks at steps 3 and 4 need a window of two steps."),
        (8, "A window need not begin at the first step of the sequence."),
        (6, "One too many. Marks at steps 3 and 4 need a window of two steps."),
    ]
    return judge("The width", f, (3, 7), 5, mistakes, "Not the width for marks at steps 3 and 7.")


def _window_order(f):
    if not close(f(7, 3), 5):
        return "Right if the first mark comes first. It may also be given the later step first."
    return (
        None
        if close(f(4, 4), 1)
        else wrong_shape("The width", f(4, 4), ()) or "Both marks at one step need a window of one step."
    )


EXERCISES = [
    Exercise(
        layer,
        [_layer_weights, _layer_bias],
        [
            "Two lines: first the weighted sums of all units at once, then the squeezing.",
            "x has a row for each example, W a column for each unit.",
        ],
    ),
    Exercise(
        softmax_rows,
        [_softmax_small, _softmax_large],
        [
            "Make every score positive, then divide by what makes a row sum to 1.",
            "keepdims=True keeps an axis, so that a row of numbers can be divided by its own sum. The largest score of a row may be taken off first.",
        ],
    ),
    Exercise(
        count_mlp,
        [_count, _count_deeper],
        [
            "Each pair of neighbouring sizes is one matrix and one bias.",
            "A matrix leads from every unit on its left to every unit on its right.",
        ],
    ),
    Exercise(
        linear_backward,
        [_back, _back_square],
        [
            "Shapes help: each gradient has the shape of what it belongs to.",
            "dx has a row for each example, dW sums over the examples, and so does db.",
        ],
    ),
    Exercise(
        smallest_window,
        [_window, _window_order],
        ["Try marks at steps 3 and 4 on paper.", "Both ends count. And the marks may come in either order."],
    ),
]
