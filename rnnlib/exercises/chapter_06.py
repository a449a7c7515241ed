"""Exercises on the limits: how much a step can grow a gradient, clipping, the LSTM, the planted bug."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, judge
from rnnlib.recurrent import LSTM

_RNG = np.random.default_rng(6)
_SHEAR = np.array([[0.5, 3.0], [0.0, 0.5]])


def largest_growth(W_hh):
    """The largest factor by which W_hh can lengthen a gradient in one step back."""
    return np.linalg.svd(W_hh, compute_uv=False)[0]  # blank: return ...


def _growth(f):
    mistakes = [
        (
            abs(np.linalg.det(_SHEAR)),
            "That is the determinant: it says how volumes grow. This matrix shrinks volumes, and lengthens some vectors all the same.",
        ),
        (
            0.5,
            "That is the largest eigenvalue. It tells what many steps do in the end, not what one step can do.",
        ),
        (
            np.linalg.norm(_SHEAR),
            "That is the norm of all entries together. It is never too small, but no vector grows by so much.",
        ),
        (np.abs(_SHEAR).max(), "That is the largest entry."),
        (
            np.abs(_SHEAR).sum(axis=1).max(),
            "That measures vectors by their largest entry. Take their usual length.",
        ),
        (np.linalg.svd(_SHEAR, compute_uv=False)[-1], "That is the smallest factor."),
    ]
    right = np.linalg.svd(_SHEAR, compute_uv=False)[0]
    return judge(
        "The factor",
        f,
        (_SHEAR,),
        right,
        mistakes,
        "Not the factor for the matrix with rows (0.5, 3) and (0, 0.5).",
    )


def _growth_orthogonal(f):
    Q = np.linalg.qr(_RNG.normal(size=(4, 4)))[0]
    return None if close(f(Q), 1.0) else "An orthogonal matrix leaves every length as it is."


def clip_by_norm(grads, max_norm):
    """Scale arrays down so that their norm, all together, is at most max_norm."""
    norm = np.sqrt(sum((g**2).sum() for g in grads))  # blank: norm = ...
    scale = min(1.0, max_norm / norm)  # blank: scale = ...
    return [g * scale for g in grads]


def _grads():
    rng = np.random.default_rng(7)
    return [rng.normal(size=(3, 4)), rng.normal(size=4)]


def _flat(arrays):
    return np.concatenate([np.ravel(a) for a in arrays])


def _clip_large(f):
    grads = _grads()
    norm = np.linalg.norm(_flat(grads))
    got = f(grads, norm / 2)
    if not isinstance(got, list) or len(got) != 2:
        return "It should return a list of arrays, like the one it is given."
    mistakes = [
        (
            _flat([np.clip(g, -norm / 2, norm / 2) for g in grads]),
            "Each entry is cut by itself. That changes the direction; here it changes nothing at all.",
        ),
        (
            _flat([g * min(1, norm / 2 / np.linalg.norm(g)) for g in grads]),
            "Each array is scaled by itself. One factor for all keeps the direction.",
        ),
        (_flat([g / norm for g in grads]), "The norm is 1 now. It should be max_norm."),
        (_flat([g / 4 for g in grads]), "The norm is too small now: is a square root missing?"),
    ]
    return judge(
        "The result",
        lambda: _flat(got),
        (),
        _flat(grads) / 2,
        mistakes,
        "The norm of all together should be max_norm.",
    )


def _clip_small(f):
    grads = _grads()
    if close(_flat(f(grads, 1000.0)), _flat(grads)):
        return None
    return "Gradients below the limit should stay as they are, not be scaled up to it."


def lstm_step(x_t, h_before, c_before, W_xh, W_hh, b_h):
    """One step of an LSTM; the gates i, f, g, o are stacked along the first axis."""
    z = [x_t @ W_xh[k] + h_before @ W_hh[k] + b_h[k] for k in range(4)]
    i, f, o = (1 / (1 + np.exp(-z[k])) for k in (0, 1, 3))
    g = np.tanh(z[2])
    c_t = f * c_before + i * g  # blank: c_t = ...
    h_t = o * np.tanh(c_t)  # blank: h_t = ...
    return h_t, c_t


def _lstm_inputs():
    rng = np.random.default_rng(8)
    layer = LSTM(3, 4, rng)
    for p in layer.params.values():
        p[...] = rng.normal(size=p.shape)
    x, h, c = rng.normal(size=(2, 3)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    return x, h, c, layer.W_xh, layer.W_hh, layer.b_h


def _gates(inputs):
    x, h, _, W, U, b = inputs
    z = [x @ W[k] + h @ U[k] + b[k] for k in range(4)]
    s = [1 / (1 + np.exp(-v)) for v in z]
    return s[0], s[1], np.tanh(z[2]), s[3]


def _lstm_cell(f):
    inputs = _lstm_inputs()
    got = f(*inputs)
    if not isinstance(got, tuple) or len(got) != 2:
        return "It should return h_t and c_t."
    i, forget, g, _ = _gates(inputs)
    c = inputs[2]
    mistakes = [
        (i * c + forget * g, "The input gate and the forget gate have changed places."),
        (i * g, "What was in the cell is forgotten altogether."),
        (forget * c, "Nothing new gets into the cell."),
        (forget * c + g, "The new content passes no gate."),
        (c + i * g, "The old content passes no gate: it can never be forgotten."),
        (
            np.tanh(forget * c + i * g),
            "The cell is squeezed at every step. Then its path is not additive any more, and the gradient shrinks as before.",
        ),
        ((1 - i) * c + i * g, "One gate decides both, as in a GRU. The LSTM has two."),
    ]
    return judge(
        "c_t",
        lambda: got[1],
        (),
        forget * c + i * g,
        mistakes,
        "c_t is off: two parts are added, and each passes a gate.",
    )


def _lstm_state(f):
    inputs = _lstm_inputs()
    i, forget, g, o = _gates(inputs)
    c = forget * inputs[2] + i * g
    mistakes = [
        (o * c, "c_t is right. On its way out it should be squeezed."),
        (np.tanh(c), "c_t is right. It should pass the output gate."),
        (np.tanh(o * c), "c_t is right. The gate comes after the squeezing."),
        (o * np.tanh(inputs[2]), "c_t is right, but h_t is made from the cell before."),
    ]
    layer = LSTM(3, 4, np.random.default_rng(0))
    for name, p in zip(("W_xh", "W_hh", "b_h"), inputs[3:], strict=True):
        layer.params[name][...] = p
    right = layer.forward(inputs[0][None], (inputs[1], inputs[2]))[0][0]
    return judge("h_t", lambda: f(*inputs)[0], (), right, mistakes, "c_t is right, h_t is not.")


def carried_state(h_n, piece_ended, text_ended):
    """State (B, H) to begin the next piece with, for each of B texts side by side."""
    del piece_ended  # the end of a piece is no reason to forget
    return np.where(text_ended[:, None], 0.0, h_n)  # blank: return ...


def _carried(f):
    h = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    text, piece = np.array([False, True, False]), np.array([True, True, True])
    mistakes = [
        (0 * h, "The state is reset at every piece. Truncation stops the gradient; the state flows on."),
        (h, "A new text begins with the memory of another one."),
        (np.where(text[:, None], h, 0.0), "The two cases have changed places."),
    ]
    return judge(
        "The state", f, (h, piece, text), np.where(text[:, None], 0.0, h), mistakes, "Not the state wanted."
    )


EXERCISES = [
    Exercise(
        clip_by_norm,
        [_clip_large, _clip_small],
        [
            "The norm is that of one long vector that holds all entries of all arrays.",
            "Scale by max_norm over the norm, but never up.",
        ],
    ),
    Exercise(
        largest_growth,
        [_growth, _growth_orthogonal],
        [
            "Among all vectors of length 1, which becomes the longest?",
            "Singular values are the factors; np.linalg.svd returns them in falling order.",
        ],
    ),
    Exercise(
        carried_state,
        [_carried],
        [
            "Two things can end: a piece, and a text. Only one of them is a reason to forget.",
            "np.where(condition, a, b) chooses entry by entry.",
        ],
    ),
    Exercise(
        lstm_step,
        [_lstm_cell, _lstm_state],
        [
            "The cell is a sum of two parts, each times a gate.",
            "What leaves the cell is squeezed first, then gated.",
        ],
    ),
]
