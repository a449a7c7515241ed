"""Exercises on the hidden state: windows of a series, padded steps, means over real steps, distances."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge, wrong_shape

_RNG = np.random.default_rng(3)
_H, _OTHER = _RNG.normal(size=(5, 3, 2)), _RNG.normal(size=(5, 3, 2))
_MASK = np.arange(5)[:, None] < np.array([5, 2, 3])
_SERIES = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6, 5.0])


def make_windows(series, T):
    """A series of N numbers as inputs x (T, B, 1) and next values y (B,), B = N - T."""
    B = len(series) - T
    x = np.array([series[t : t + B] for t in range(T)])[:, :, None]  # blank: x = ...
    y = series[T:]  # blank: y = ...
    return x, y


def _windows_x(f):
    got = f(_SERIES, 3)
    if not isinstance(got, tuple) or len(got) != 2:
        return "It should return x and y."
    right = make_windows(_SERIES, 3)[0]
    mistakes = [
        (right[..., 0], "x has no axis for the features. There is one feature, and it still needs its axis."),
        (
            right.transpose(1, 0, 2),
            "x has the batch first. In this book time comes first: x[0] holds the first value of every window.",
        ),
        (right[::-1], "Time runs backwards in x."),
    ]
    return judge(
        "x", lambda: got[0], (), right, mistakes, "x is off. Window b begins at value b of the series."
    )


def _windows_y(f):
    got, right = f(_SERIES, 3)[1], _SERIES[3:]
    mistakes = [
        (
            _SERIES[2:-1],
            "y is the last value of each window, which the network has just read. It is to say the next one.",
        ),
        (right[:, None], "y has one number for each window, without further axes."),
        (_SERIES[:4], "y is the first value of each window."),
    ]
    return judge("y", lambda: got, (), right, mistakes, "y is off. What comes right after window b?")


def masked_step(h_before, h_new, real):
    """The state after a step that may be padding: real (B,); states are (B, H)."""
    return np.where(real[:, None], h_new, h_before)  # blank: return ...


def _masked(f):
    old, new, real = _H[0], _H[1], np.array([True, False, True])
    mistakes = [
        (new, "The padded step changed a state. It should leave it as it was."),
        (new * real[:, None], "At a padded step the state became zero: what was read is forgotten."),
        (old, "No state changed, though two of the three steps are real."),
        (np.where(real[:, None], old, new), "The two cases have changed places."),
        ((old + new) / 2, "That mixes the states. A step is real or not."),
    ]
    return judge(
        "The state", f, (old, new, real), masked_step(old, new, real), mistakes, "Not the states wanted."
    )


def mean_of_real(h, mask):
    """The mean state over the real steps: (T, B, H) and mask (T, B) to (B, H)."""
    total = (h * mask[:, :, None]).sum(axis=0)  # blank: total = ...
    return total / mask.sum(axis=0)[:, None]  # blank: return ...


def _mean(f):
    n = _MASK.sum(axis=0)[:, None]
    real = (_H * _MASK[:, :, None]).sum(axis=0)
    mistakes = [
        (_H.mean(axis=0), "The mean runs over all steps, the padded ones too."),
        (real / len(_H), "The sum is over the real steps, but it is divided by the number of all steps."),
        (
            _H.sum(axis=0) / n,
            "It is divided by the number of real steps, but the padded ones are in the sum.",
        ),
        (real, "That is the sum. How many steps went into it, for each sequence?"),
        (real / n.sum(), "Each sequence has a length of its own."),
    ]
    return judge("The mean", f, (_H, _MASK), real / n, mistakes, "Not the means wanted.")


def distance(h, h_other):
    """How far two runs are apart after each step: (T, H) and (T, H) to (T,)."""
    return np.sqrt(((h - h_other) ** 2).sum(axis=1))  # blank: return ...


def _distance(f):
    a, b = _H[:, 0], _OTHER[:, 0]
    d = a - b
    mistakes = [
        (np.linalg.norm(d), "That is one number for the whole sentence. There should be one for each step."),
        (
            np.abs(d).sum(axis=1),
            "That is the sum of the absolute differences. The Euclidean distance squares them first.",
        ),
        ((d**2).sum(axis=1), "That is the square of the distance."),
        (np.sqrt((d**2).sum(axis=0)), "The sum runs over time. It should run over the units."),
        (
            np.sqrt((d**2).mean(axis=1)),
            "That is the distance divided by the square root of H: a mean where a sum belongs.",
        ),
        (
            np.abs(np.linalg.norm(a, axis=1) - np.linalg.norm(b, axis=1)),
            "That compares the lengths of the states. Two states of the same length can be far apart.",
        ),
    ]
    return judge("The distance", f, (a, b), distance(a, b), mistakes, "Not the distances wanted.")


def _distance_zero(f):
    a = _H[:, 0]
    got = f(a, a)
    return wrong_shape("The distance", got, (5,)) or (
        None if close(got, np.zeros(5)) else "A state is at distance 0 from itself."
    )


EXERCISES = [
    Exercise(
        distance,
        [_distance, _distance_zero],
        [
            "Take the difference first. Which axis holds the units?",
            "np.linalg.norm has an argument axis; or square, sum, and take the root.",
        ],
    ),
    Exercise(
        make_windows,
        [_windows_x, _windows_y],
        [
            "Write a series of seven numbers on paper and draw all windows of three.",
            "x[t, b, 0] is value b + t of the series. y[b] comes right after window b.",
        ],
    ),
    Exercise(
        masked_step,
        [_masked],
        [
            "A padded step should be as if it had never happened.",
            "np.where(condition, a, b) chooses entry by entry. The condition needs an axis for the units.",
        ],
    ),
    Exercise(
        mean_of_real,
        [_mean],
        [
            "Two things must leave the padding out: the sum, and the count.",
            "The mask is True or False, that is 1 or 0, and can be multiplied, once it has an axis for the units.",
        ],
    ),
]
