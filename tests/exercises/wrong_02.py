"""Typical wrong answers to the exercises of chapter 2, and words that the answer to them must have."""

import numpy as np

from rnnlib.exercises.chapter_02 import last_real_states


def bptt_with(slope=True, back="T", state=-1, carry=True):
    def bptt(x, h, dh, W_xh, W_hh):
        dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros(len(W_hh))
        later = np.zeros(len(W_hh))
        for t in range(len(x), 0, -1):
            dz_t = dh[t] + later if carry else dh[t].copy()
            if slope:
                dz_t = dz_t * (1 - h[t] ** 2)
            dW_hh += np.outer(h[t + state], dz_t)
            dW_xh += np.outer(x[t - 1], dz_t)
            db_h += dz_t
            later = dz_t @ (W_hh.T if back == "T" else W_hh)
        return dW_xh, dW_hh, db_h

    return bptt


def changes_its_argument(x, h, W_xh, W_hh, b):
    result = np.tanh(x @ W_xh + h @ W_hh + b)
    h[...] = result
    return result


WRONG = {
    "rnn_step": [
        (lambda x, h, W_xh, W_hh, b: np.tanh(x @ W_xh + h @ W_hh.T + b), "transposed"),
        (lambda x, h, W_xh, W_hh, b: np.tanh(x @ W_xh + h @ W_hh), "the bias is missing"),
        (lambda x, h, W_xh, W_hh, b: np.tanh(x @ W_xh + b), "the part with the state before is missing"),
        (lambda x, h, W_xh, W_hh, b: x @ W_xh + h @ W_hh + b, "nothing squeezes it"),
        (lambda x, h, W_xh, W_hh, b: 1 / (1 + np.exp(-(x @ W_xh + h @ W_hh + b))), "maps 0 to 1/2"),
        (lambda x, h, W_xh, W_hh, b: np.tanh(x @ W_xh) + np.tanh(h @ W_hh) + np.tanh(b), "not all together"),
        (changes_its_argument, "changed one of its arguments"),
        (lambda x, h, W_xh, W_hh, b: np.tanh(W_xh @ x), "It stops with ValueError"),
    ],
    "count_parameters": [
        (lambda D, H, C: D * H + H * H + H * C, "Both biases"),
        (lambda D, H, C: D * H + H + H * C + C, "between a state and the next"),
        (lambda D, H, C: D * H + H * H + 2 * H + H * C + C, "one bias too many"),
        (lambda D, H, C: 115, "for other sizes"),
    ],
    "last_real_states": [
        (lambda h, mask: h[-1], "lies in the padding"),
        (lambda h, mask: h[np.minimum(mask.sum(0), len(h) - 1), np.arange(h.shape[1])], "one step too late"),
        (lambda h, mask: (h * mask[..., None]).sum(0) / mask.sum(0)[:, None], "the mean"),
        (lambda h, mask: last_real_states(h, mask)[0], "has the shape (2,)"),
    ],
    "backward_step": [
        (lambda dh, h_before, h, W: (dh @ W.T, np.outer(h_before, dh * (1 - h**2))), "slope"),
        (
            lambda dh, h_before, h, W: ((dh * (1 - h**2)) @ W.T, np.outer(dh * (1 - h**2), h_before)),
            "share of the matrix is transposed now",
        ),
        (
            lambda dh, h_before, h, W: (2 * (dh * (1 - h**2)) @ W.T, np.outer(h_before, dh * (1 - h**2))),
            "does not agree with finite differences",
        ),
    ],
    "bptt": [
        (bptt_with(slope=False), "slope of tanh is missing"),
        (bptt_with(back=""), "looks transposed"),
        (bptt_with(carry=False), "does not reach the earlier ones"),
        (bptt_with(state=0), "Which state came before"),
    ],
}
