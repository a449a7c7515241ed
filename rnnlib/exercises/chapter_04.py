"""Exercises on stacked layers: shapes, the count, one step through a stack, temperature."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge, wrong_shape
from rnnlib.recurrent import RNN, Stacked

_RNG = np.random.default_rng(4)
_X, _STATES = _RNG.normal(size=(2, 3)), [_RNG.normal(size=(2, 4)) for _ in range(3)]
_LAYERS = [
    (_RNG.normal(size=(3 if k == 0 else 4, 4)), _RNG.normal(size=(4, 4)), _RNG.normal(size=4))
    for k in range(3)
]
_SCORES = np.array([1.0, 2.0, 0.0, -1.0])


def input_matrix_shape(layer, D, H):
    """Shape of W_xh in a layer, counted from 1: D features, H units in each."""
    return (D, H) if layer == 1 else (H, H)  # blank: return ...


def _shape_first(f):
    got = f(1, 5, 7)
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        return "A shape is two numbers here, such as (2, 3)."
    if tuple(got) == (5, 7):
        return None
    return (
        "The first layer reads the features, but its shape is turned round: rows stand to the left of a matrix."
        if tuple(got) == (7, 5)
        else "Not the shape in the first layer."
    )


def _shape_later(f):
    if tuple(f(2, 5, 7)) == (7, 7) and tuple(f(3, 5, 7)) == (7, 7):
        return None
    if tuple(f(2, 5, 7)) == (5, 7):
        return "Right for the first layer. The second does not read the features: what does it read?"
    if tuple(f(2, 5, 7)) == (12, 7):
        return "The second layer does not read both, only what comes from below."
    return "Right for the first layer, not for the others."


def count_stack(D, H, N):
    """Trainable numbers of N recurrent layers on top of each other."""
    total = 0
    for layer in range(1, N + 1):
        below = D if layer == 1 else H
        total += below * H + H * H + H  # blank: total += ...
    return total


def _count(f):
    right = sum(p.size for p in Stacked(RNN, 3, 7, 2, np.random.default_rng(0)).params.values())
    mistakes = [
        (right - 14, "The biases are missing."),
        (right - 98, "The matrices from each state to the next are missing."),
        (right - 70, "The matrices from below are missing."),
        (2 * (21 + 49 + 7), "Every layer is counted as if it read the features."),
        (21 + 49 + 7, "That is one layer."),
    ]
    return judge("The count", f, (3, 7, 2), right, mistakes, "Not the number for D = 3, H = 7, N = 2.")


def _count_elsewhere(f):
    return (
        None
        if close(f(2, 4, 3), (8 + 16 + 4) + 2 * (16 + 16 + 4))
        else "Right for two layers, not for three."
    )


def stacked_step(x_t, h_before, layers):
    """One step through a stack; h_before and the result have one state a layer."""
    h, below = [], x_t
    for (W_xh, W_hh, b_h), h_layer in zip(layers, h_before, strict=True):
        below = np.tanh(below @ W_xh + h_layer @ W_hh + b_h)  # blank: below = ...
        h.append(below)  # blank: h.append(...)
    return h


def _step_with(x, before, layers, from_below):
    """A step in which layers above the first read something else."""
    h, below = [], x
    for k, ((W_xh, W_hh, b_h), old) in enumerate(zip(layers, before, strict=True)):
        h.append(np.tanh(below @ W_xh + old @ W_hh + b_h))
        below = from_below(k, h[-1])
    return h


def _step_one(f):
    got = f(_X, _STATES[:1], _LAYERS[:1])
    if not isinstance(got, list) or len(got) != 1:
        return "It should return a list with one state for each layer."
    W, U, b = _LAYERS[0]
    right = np.tanh(_X @ W + _STATES[0] @ U + b)
    mistakes = [
        (np.tanh(_X @ W + b), "With one layer already: the layer's own state before is missing."),
        (np.tanh(_X @ W + _STATES[0] @ U), "With one layer already: the bias is missing."),
        (_X @ W + _STATES[0] @ U + b, "With one layer already: nothing squeezes the sum."),
    ]
    return judge(
        "The state", lambda: got[0], (), right, mistakes, "With one layer already, the state is off."
    )


def _step_more(f):
    got = f(_X, _STATES, _LAYERS)
    right = stacked_step(_X, _STATES, _LAYERS)
    if len(got) != 3:
        return f"Three layers should give three states, not {len(got)}."
    if all(close(a, b) for a, b in zip(got, right, strict=True)):
        return None
    stale = _step_with(_X, _STATES, _LAYERS, lambda k, new: _STATES[k])
    if all(close(a, b) for a, b in zip(got, stale, strict=True)):
        return (
            "The upper layers read the state that the layer below had a step ago. It has a newer one by now."
        )
    said = wrong_shape("The state of layer 2", got[1], (2, 4))
    return (
        said
        or "The first layer is right, the ones above are not. What does layer 2 read, and which state is its own?"
    )


def _step_square(f):
    rng = np.random.default_rng(5)
    layers = [tuple(rng.normal(size=s) for s in ((4, 4), (4, 4), (4,))) for _ in range(2)]
    x = rng.normal(size=(2, 4))
    got, right = f(x, _STATES[:2], layers), stacked_step(x, _STATES[:2], layers)
    if close(got[1], right[1]):
        return None
    if close(got[1], _step_with(x, _STATES[:2], layers, lambda k, new: x)[1]):
        return "Layer 2 reads x. It should read what layer 1 has just computed."
    return "With as many features as units, layer 2 is off."


def with_temperature(logits, temperature):
    """Probabilities from scores: sharper below temperature 1, flatter above."""
    z = logits / temperature  # blank: z = ...
    e = np.exp(z - z.max())
    return e / e.sum()  # blank: return ...


def _soft(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def _temperature_one(f):
    e = np.exp(_SCORES - _SCORES.max())
    return judge(
        "The result",
        f,
        (_SCORES, 1.0),
        _soft(_SCORES),
        [(e, "The results do not sum to 1.")],
        "At temperature 1 it should be the plain softmax.",
    )


def _temperature(f):
    mistakes = [
        (
            _soft(_SCORES * 0.5),
            "At temperature 0.5 the probabilities became flatter. They should become sharper.",
        ),
        (_soft(_SCORES), "The temperature changes nothing."),
        (
            _soft(_SCORES) / 0.5,
            "The temperature is applied to the probabilities, so they do not sum to 1 any more.",
        ),
        (
            _soft(_soft(_SCORES) / 0.5),
            "The softmax is taken before the temperature. The scores should be changed, not the probabilities.",
        ),
    ]
    return judge(
        "The result", f, (_SCORES, 0.5), _soft(_SCORES / 0.5), mistakes, "At temperature 0.5 it is off."
    )


EXERCISES = [
    Exercise(
        input_matrix_shape,
        [_shape_first, _shape_later],
        [
            "A matrix leads from what the layer reads to its own units.",
            "Layer 2 never sees the input. What comes out of layer 1?",
        ],
    ),
    Exercise(
        count_stack,
        [_count, _count_elsewhere],
        [
            "A layer has two matrices and a bias.",
            "The variable `below` is the number of features that the layer reads.",
        ],
    ),
    Exercise(
        with_temperature,
        [_temperature_one, _temperature],
        [
            "A low temperature makes the differences between the scores larger.",
            "Change the scores first, then take the softmax.",
        ],
    ),
    Exercise(
        stacked_step,
        [_step_one, _step_more, _step_square],
        [
            "In every layer it is the step of chapter 2. Only the input differs.",
            "After a layer, what it computed is the input of the next one, at the same time step.",
        ],
    ),
]
