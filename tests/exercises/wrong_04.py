"""Typical wrong answers to the exercises of chapter 4, and words that the answer to them must have."""

import numpy as np


def step_with(upper):
    def stacked_step(x_t, h_before, layers):
        h, below = [], x_t
        for k, ((W_xh, W_hh, b_h), old) in enumerate(zip(layers, h_before, strict=True)):
            h.append(np.tanh(below @ W_xh + old @ W_hh + b_h))
            below = upper(x_t, h_before[k], h[-1], layers)
        return h

    return stacked_step


def soft(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def step_without_state(x_t, h_before, layers):
    h, below = [], x_t
    for W_xh, _, b_h in layers:
        below = np.tanh(below @ W_xh + b_h)
        h.append(below)
    return h


def reads_x_where_it_fits(x, old, new, layers):
    return x if layers[1][0].shape[0] == x.shape[1] else new


WRONG = {
    "input_matrix_shape": [
        (lambda k, D, H: (D, H), "does not read the features"),
        (lambda k, D, H: (H, D), "turned round"),
        (lambda k, D, H: (D, H) if k == 1 else (D + H, H), "does not read both"),
    ],
    "count_stack": [
        (lambda D, H, L: L * (D * H + H * H + H), "as if it read the features"),
        (lambda D, H, L: (D * H + H * H) + (L - 1) * 2 * H * H, "biases are missing"),
        (lambda D, H, L: D * H + H * H + H, "That is one layer"),
    ],
    "with_temperature": [
        (lambda z, T: soft(z * T), "became flatter"),
        (lambda z, T: soft(z), "changes nothing"),
        (lambda z, T: soft(soft(z) / T) if T != 1 else soft(z), "before the temperature"),
    ],
    "stacked_step": [
        (step_without_state, "own state before is missing"),
        (step_with(lambda x, old, new, layers: old), "a step ago"),
        (
            lambda x, h, layers: [step_with(lambda x, old, new, ls: new)(x, h, layers)[-1]] * len(layers),
            "The first layer is right",
        ),
        (
            lambda x, h, layers: (
                step_with(reads_x_where_it_fits)(x, h, layers)
                if len(layers) == 2
                else step_with(lambda x, old, new, ls: new)(x, h, layers)
            ),
            "Layer 2 reads x",
        ),
    ],
}
