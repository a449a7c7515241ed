"""Exercises on the recurrent network: the step, the count, the last real state, the bug, the way back."""

import numpy as np

from rnnlib.exercises._exercise import Exercise
from rnnlib.exercises._probes import close, first_match, wrong_shape
from rnnlib.recurrent import RNN


def rnn_step(x_t, h_before, W_xh, W_hh, b_h):
    """One step of an RNN: (B, D) and (B, H) to the new state (B, H)."""
    z_t = x_t @ W_xh + h_before @ W_hh + b_h  # blank: z_t = ...
    return np.tanh(z_t)  # blank: return ...


def _step_inputs(B=2, D=3, H=4):
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(B, D)),
        rng.normal(size=(B, H)),
        rng.normal(size=(D, H)),
        rng.normal(size=(H, H)),
        rng.normal(size=H),
    )


def _step_shape(f):
    x, h, W_xh, W_hh, b = _step_inputs()
    return wrong_shape("The new state", f(x, h, W_xh, W_hh, b), (2, 4))


def _step_input(f):
    x, h, W_xh, W_hh, b = _step_inputs()
    got = f(x, 0 * h, W_xh, 0 * W_hh, 0 * b)
    if close(got, np.tanh(x @ W_xh)):
        return None
    mistakes = [
        (
            x @ W_xh,
            "With the state and the bias at zero, the sum is right, but nothing squeezes it between -1 and 1.",
        ),
        (1 / (1 + np.exp(-x @ W_xh)), "The squeezing function maps 0 to 1/2. Which one maps 0 to 0?"),
        (
            0 * h,
            "With the state and the bias at zero, the result is zero: the part with the input is missing.",
        ),
    ]
    return first_match(got, mistakes, "With the state and the bias at zero, the part with the input is off.")


def _step_state(f):
    x, h, W_xh, W_hh, b = _step_inputs()
    got = f(0 * x, h, 0 * W_xh, W_hh, 0 * b)
    if close(got, np.tanh(h @ W_hh)):
        return None
    mistakes = [
        (np.tanh(h @ W_hh.T), "The part that multiplies the state before looks transposed."),
        (0 * h, "With the input at zero, the result is zero: the part with the state before is missing."),
        (np.tanh(h), "The state before is used as it is. It should go through its own matrix."),
    ]
    return first_match(got, mistakes, "With the input at zero, the part with the state before is off.")


def _step_bias(f):
    x, h, W_xh, W_hh, b = _step_inputs()
    got = f(0 * x, 0 * h, W_xh, W_hh, b)
    if close(got, np.tanh(np.broadcast_to(b, h.shape))):
        return None
    mistakes = [(0 * h, "With input and state at zero, the result is zero: the bias is missing.")]
    return first_match(got, mistakes, "With input and state at zero, only the bias is left, and it is off.")


def _step_together(f):
    inputs = _step_inputs()
    if close(f(*inputs), rnn_step(*inputs)):
        return None
    return "Each part is right alone, but not all together. How are they combined?"


def count_parameters(D, H, C):
    """Trainable numbers: D features, H units, a linear output layer for C classes."""
    recurrent = D * H + H * H + H  # blank: recurrent = ...
    output = H * C + C  # blank: output = ...
    return recurrent + output


def _count(f):
    D, H, C = 5, 7, 3
    got = wrong_shape("The count", f(D, H, C), ())
    if got:
        return got
    right = count_parameters(D, H, C)
    mistakes = [
        (right - H - C, "Both biases are missing."),
        (right - H, "The bias of the state is missing."),
        (right - C, "The bias of the output layer is missing."),
        (right - H * H, "One matrix is missing: the one between a state and the next."),
        (right + H, "The recurrent layer has one bias too many. PyTorch has two of them; this book has one."),
        (right - D * H - H * H - H, "That is the output layer alone."),
        (right - H * C - C, "That is the recurrent layer alone."),
    ]
    return None if close(f(D, H, C), right) else first_match(
        f(D, H, C), mistakes, "Not the number for D = 5, H = 7, C = 3. Write down the shape of every array, and multiply out each."
    )  # fmt: skip


def _count_elsewhere(f):
    if close(f(4, 8, 2), 4 * 8 + 64 + 8 + 16 + 2) and close(f(1, 1, 1), 5):
        return None
    return "It is right for D = 5, H = 7, C = 3, but not for other sizes. Is a number written into it?"


def last_real_states(h, mask):
    """The state after each last real step: (T, B, H) and mask (T, B) to (B, H)."""
    lengths = mask.sum(axis=0)  # blank: lengths = ...
    columns = np.arange(h.shape[1])
    return h[lengths - 1, columns]  # blank: return ...


def _padded_states():
    rng = np.random.default_rng(1)
    h = rng.normal(size=(5, 3, 2))
    mask = np.arange(5)[:, None] < np.array([5, 2, 3])
    return h, mask


def _last(f):
    h, mask = _padded_states()
    got = f(h, mask)
    said = wrong_shape("The result", got, (3, 2))
    if said:
        return said
    B = np.arange(3)
    lengths = mask.sum(axis=0)
    if close(got, last_real_states(h, mask)):
        return None
    mistakes = [
        (
            h[-1],
            "That is the state after the last step of the batch. For the shorter sequences it lies in the padding.",
        ),
        (h[np.minimum(lengths, 4), B], "You are one step too late: Python counts from 0."),
        (h[0], "That is the state after the first step."),
        (
            (h * mask[..., None]).sum(0) / lengths[:, None],
            "That is the mean over the real steps, not the last of them.",
        ),
    ]
    return first_match(
        got, mistakes, "Not the states wanted. For each column of the batch, which row is its last real one?"
    )


def backward_step(dh_t, h_before, h_t, W_hh):
    """From the gradient at h_t to that at the state before, and the share of dW_hh."""
    dz_t = dh_t * (1 - h_t**2)
    share = np.outer(h_before, dz_t)
    dh_before = dz_t @ W_hh.T  # blank: dh_before = dz_t @ W_hh
    return dh_before, share


def _back_inputs():
    rng = np.random.default_rng(2)
    h_before, W = np.tanh(rng.normal(size=4)), rng.normal(size=(4, 4))
    return rng.normal(size=4), h_before, np.tanh(h_before @ W), W


def _back_shares(f):
    inputs = _back_inputs()
    got, right = f(*inputs), backward_step(*inputs)
    if not isinstance(got, tuple) or len(got) != 2:
        return "It should return two things: the gradient at the state before, and the share of the matrix."
    said = wrong_shape("The share", got[1], (4, 4)) or wrong_shape(
        "The gradient at the state before", got[0], (4,)
    )
    if said:
        return said
    if close(got[1], right[1]):
        return None
    mistakes = [(right[1].T, "The share of the matrix is transposed now. It was right before.")]
    return first_match(got[1], mistakes, "The share of the matrix was right before, and is not any more.")


def _back_before(f):
    dh, h_before, h, W = _back_inputs()
    got, right = f(dh, h_before, h, W)[0], backward_step(dh, h_before, h, W)[0]
    if close(got, right):
        return None
    mistakes = [
        (dh * (1 - h**2) @ W, "The gradient at the state before does not agree with finite differences yet."),
        (dh @ W.T, "The slope of the squeezing function is missing from what goes back."),
        (
            dh * (1 - np.tanh(h) ** 2) @ W.T,
            "h_t has been through the tanh already: its slope needs no second tanh.",
        ),
    ]
    return first_match(
        got, mistakes, "The gradient at the state before does not agree with finite differences."
    )


def bptt(x, h, dh, W_xh, W_hh):
    """Gradients for x (T, D), h[0] .. h[T]; dh[t]: the error at h_t from its output."""
    dW_xh, dW_hh = np.zeros_like(W_xh), np.zeros_like(W_hh)
    db_h, from_later = np.zeros(len(W_hh)), np.zeros(len(W_hh))
    for t in range(len(x), 0, -1):
        dz_t = (dh[t] + from_later) * (1 - h[t] ** 2)  # blank: dz_t = ...
        dW_hh += np.outer(h[t - 1], dz_t)  # blank: dW_hh += ...
        dW_xh += np.outer(x[t - 1], dz_t)  # blank: dW_xh += ...
        db_h += dz_t  # blank: db_h += ...
        from_later = dz_t @ W_hh.T  # blank: from_later = ...
    return dW_xh, dW_hh, db_h


def _bptt_inputs(T):
    rng = np.random.default_rng(3)
    layer = RNN(3, 4, rng)
    layer.W_hh[...] = rng.normal(size=(4, 4))
    x, dh = rng.normal(size=(T, 3)), rng.normal(size=(T + 1, 4))
    states, _, cache = layer.forward(x[:, None])
    h = np.concatenate([np.zeros((1, 4)), states[:, 0]])
    _, _, grads = layer.backward(dh[1:, None], cache)
    return (x, h, dh, layer.W_xh, layer.W_hh), (grads["W_xh"], grads["W_hh"], grads["b_h"])


_NAMES = ("dW_xh", "dW_hh", "db_h")


def _bptt_one_step(f):
    (x, h, dh, W_xh, W_hh), right = _bptt_inputs(1)
    got = f(x, h, dh, W_xh, W_hh)
    if not isinstance(got, tuple) or len(got) != 3:
        return "It should return dW_xh, dW_hh and db_h."
    for name, a, b in zip(_NAMES, got, right, strict=True):
        said = wrong_shape(name, a, b.shape)
        if said:
            return said
    if close(got[2], dh[1]):
        return "With a single step already: the slope of tanh is missing."
    if not close(got[2], right[2]):
        return "With a single step already, db_h is off. Begin with dz_t: what arrives at h_1, times a slope."
    if not close(got[0], right[0]):
        return "With a single step, db_h is right and dW_xh is not. Which input did step 1 read?"
    return (
        None
        if close(got[1], right[1])
        else "With a single step, dW_hh should be zero: h_0 is. Which state came before?"
    )


def _bptt_many_steps(f):
    (x, h, dh, W_xh, W_hh), right = _bptt_inputs(4)
    got = f(x, h, dh, W_xh, W_hh)
    transposed, alone = (
        _bptt_variant(x, h, dh, W_xh, W_hh, W_hh),
        _bptt_variant(x, h, dh, W_xh, W_hh, 0 * W_hh),
    )
    if close(got[2], alone[2]):
        return "One step is right, several are not: the error of later steps does not reach the earlier ones."
    if close(got[2], transposed[2]):
        return "One step is right, several are not: what goes back through W_hh looks transposed."
    if not close(got[2], right[2]):
        return "One step is right, several are not. Look at what one step hands to the one before it."
    if close(got[1], _bptt_variant(x, h, dh, W_xh, W_hh, W_hh.T, state=0)[1]):
        return "dW_hh takes the state after the step, where the state before it belongs."
    for name, a, b in zip(_NAMES, got, right, strict=True):
        if not close(a, b):
            return f"{name} is off with several steps, the others are right."
    return None


def _bptt_variant(x, h, dh, W_xh, W_hh, way_back, state=-1):
    """BPTT with another matrix on the way back, or with the state of another step in the share of W_hh."""
    dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros(len(W_hh))
    later = np.zeros(len(W_hh))
    for t in range(len(x), 0, -1):
        dz_t = (dh[t] + later) * (1 - h[t] ** 2)
        dW_hh += np.outer(h[t + state], dz_t)
        dW_xh += np.outer(x[t - 1], dz_t)
        db_h += dz_t
        later = dz_t @ way_back
    return dW_xh, dW_hh, db_h


EXERCISES = [
    Exercise(
        rnn_step,
        [_step_shape, _step_input, _step_state, _step_bias, _step_together],
        [
            "Three parts are added before anything else happens. Equation (2.1) names them.",
            "One part comes from the input, one from the memory, one is always there. Rows stand to the left of their matrix.",
            "The new state must lie between -1 and 1. np.tanh does that.",
        ],
    ),
    Exercise(
        count_parameters,
        [_count, _count_elsewhere],
        [
            "Write down every array that training changes, and its shape.",
            "The recurrent layer has two matrices and a bias, the output layer one matrix and a bias.",
        ],
    ),
    Exercise(
        last_real_states,
        [_last],
        [
            "The mask is True where a step is real. How many of them has each column?",
            "NumPy can pick one row for each column: a[rows, columns], with two arrays of the same length.",
        ],
    ),
    Exercise(
        backward_step,
        [_back_shares, _back_before],
        [
            "One line is wrong. Compare each with the equations (2.2) to (2.4).",
            "On the way forward the state multiplies a matrix from the left. What does that make of the way back?",
        ],
    ),
    Exercise(
        bptt,
        [_bptt_one_step, _bptt_many_steps],
        [
            "Take the equations (2.2) to (2.4) in this order: first dz_t, then the three shares, then what goes back.",
            "An error reaches h_t on two ways. They add, before the slope of tanh is multiplied in.",
            "h has one entry more than x: h[t - 1] is the state before step t, and x[t - 1] is its input.",
        ],
    ),
]
