"""Exercises on convolution: the size of the output, the count, the field, a causal convolution."""

import numpy as np

from rnnlib.convolution import Conv1d
from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge

_RNG = np.random.default_rng(5)
_X, _W, _B = _RNG.normal(size=(6, 2)), _RNG.normal(size=(3, 2, 4)), _RNG.normal(size=4)


def output_size(n, width, stride, padding):
    """Places that a kernel finds in n entries, with zeros added at both ends."""
    return (n + 2 * padding - width) // stride + 1  # blank: return ...


def _size_plain(f):
    mistakes = [
        (8, "A kernel of width 3 does not fit at every place: near the end it would stick out."),
        (5, "One place too few: the first place counts too."),
        (7, "One place too many. Draw eight boxes and slide a kernel of three over them."),
    ]
    return judge(
        "The size", f, (8, 3, 1, 0), 6, mistakes, "Not the size for n = 8, width 3, stride 1, no padding."
    )


def _size_padding(f):
    return judge(
        "The size",
        f,
        (8, 3, 1, 1),
        8,
        [(7, "The zeros are added at both ends."), (6, "The padding is not counted.")],
        "Right without padding, not with it.",
    )


def _size_stride(f):
    mistakes = [
        (6, "The stride is not used."),
        (2.75, "A place is there or not: half a place is none."),
        (3.5, "A place is there or not: half a place is none."),
    ]
    said = judge("The size", f, (8, 3, 2, 0), 3, mistakes, "Right with stride 1, not with stride 2.")
    return said or (
        None
        if close(f(9, 3, 3, 1), 3)
        else "Right in the cases before, not for n = 9, width 3, stride 3, padding 1."
    )


def count_kernels(width, D, K):
    """Trainable numbers: D features in, K kernels of a width, with bias."""
    return width * D * K + K  # blank: return ...


def _count(f):
    mistakes = [
        (30, "The biases are missing: one a kernel."),
        (30 + 1, "Each kernel has a bias of its own."),
        (30 + 2, "One bias for each kernel, not for each feature that is read."),
        (15 + 5, "A kernel looks at all features of each step, not at one."),
        (10 + 5, "A kernel has weights for every step that it covers."),
    ]
    return judge("The count", f, (3, 2, 5), 35, mistakes, "Not the number for width 3, D = 2, K = 5.")


def receptive_field(width, num_layers):
    """Steps that the last output sees, if the dilation doubles: 1, 2, 4, ..."""
    field = 1
    for layer in range(num_layers):
        field += (width - 1) * 2**layer  # blank: field += ...
    return field


def _field(f):
    mistakes = [
        (7, "That is the field without dilation."),
        (9, "Three kernels side by side overlap: each layer adds less than its width."),
        (14, "The step itself is missing, or counted out: the field of no layer at all is 1."),
        (22, "A kernel of width 3 adds two steps at its dilation, not three."),
    ]
    return judge("The field", f, (3, 3), 15, mistakes, "Not the field of three layers of width 3.")


def _field_elsewhere(f):
    return (
        None
        if close(f(2, 4), 16) and close(f(3, 1), 3) and close(f(1, 5), 1)
        else "Right for three layers of width 3, not for others."
    )


def causal_convolution(x, W, b):
    """From x (T, D), W (width, D, K) to (T, K); W[-1] meets the present step."""
    width, T = len(W), len(x)
    padded = np.concatenate([np.zeros((width - 1, x.shape[1])), x])  # blank: padded = ...
    y = np.zeros((T, W.shape[2]))
    for t in range(T):
        for k in range(width):
            y[t] += padded[t + k] @ W[k]  # blank: y[t] += ...
    return y + b


def _convolve(x, W, b, before, backwards=False):
    width = len(W)
    padded = np.concatenate([np.zeros((before, x.shape[1])), x, np.zeros((width, x.shape[1]))])
    kernel = W[::-1] if backwards else W
    return np.array([sum(padded[t + k] @ kernel[k] for k in range(width)) for t in range(len(x))]) + b


def _causal(f):
    right = Conv1d(2, 4, 3, np.random.default_rng(0))
    right.W[...], right.b[...] = _W, _B
    wanted = right.forward(_X[:, None])[0][:, 0]
    mistakes = [
        (_convolve(_X, _W, _B, 0), "It reads the steps to come: the zeros stand at the wrong end."),
        (
            _convolve(_X, _W, _B, 1),
            "It reads one step ahead: the kernel is centred. A causal one ends at the present step.",
        ),
        (
            _convolve(_X, _W, _B, 2, True),
            "The kernel runs backwards: its last entry should meet the present step.",
        ),
        (_convolve(_X, _W, _B, 3), "It never sees the present step: there is one zero too many."),
        (wanted - _B, "The bias is gone. It was right before."),
    ]
    return judge(
        "The result",
        f,
        (_X, _W, _B),
        wanted,
        mistakes,
        "Not the result wanted. Try a kernel of width 1 first.",
    )


EXERCISES = [
    Exercise(
        output_size,
        [_size_plain, _size_padding, _size_stride],
        [
            "Draw eight boxes and slide a kernel of three over them. At how many places does it fit?",
            "Padding makes the row longer at both ends. A stride takes only every so many of the places; // rounds down.",
        ],
    ),
    Exercise(
        count_kernels,
        [_count],
        [
            "What does one kernel look at? How many of them are there?",
            "At each of its steps a kernel sees all features. And it has a bias.",
        ],
    ),
    Exercise(
        receptive_field,
        [_field, _field_elsewhere],
        [
            "Begin with one layer of width 3: it sees three steps, that is two more than one.",
            "A layer adds width - 1 steps, each as far apart as its dilation.",
        ],
    ),
    Exercise(
        causal_convolution,
        [_causal],
        [
            "The first output may see the first step alone. What stands before it?",
            "With the right zeros in front, output t reads padded[t], padded[t + 1], and so on, one for each kernel entry.",
        ],
    ),
]
