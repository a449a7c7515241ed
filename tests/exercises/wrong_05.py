"""Typical wrong answers to the exercises of chapter 5, and words that the answer to them must have."""

from rnnlib.exercises.chapter_05 import _convolve

WRONG = {
    "output_size": [
        (lambda n, w, s, p: n - w, "the first place counts too"),
        (lambda n, w, s, p: (n + p - w) // s + 1, "at both ends"),
        (lambda n, w, s, p: n + 2 * p - w + 1, "The stride is not used"),
        (lambda n, w, s, p: (n + 2 * p - w) / s + 1, "half a place is none"),
    ],
    "count_kernels": [
        (lambda w, D, H: w * D * H, "biases are missing"),
        (lambda w, D, H: w * H + H, "all features"),
        (lambda w, D, H: D * H + H, "every step that it covers"),
    ],
    "receptive_field": [
        (lambda w, L: 1 + L * (w - 1), "without dilation"),
        (lambda w, L: L * w, "overlap"),
        (lambda w, L: (w - 1) * (2**L - 1), "The step itself"),
        (lambda w, L: 2 ** (L + 1) - 1, "not for others"),
    ],
    "causal_convolution": [
        (lambda x, W, b: _convolve(x, W, b, 1), "one step ahead"),
        (lambda x, W, b: _convolve(x, W, b, 0), "steps to come"),
        (lambda x, W, b: _convolve(x, W, b, 2, True), "runs backwards"),
        (lambda x, W, b: _convolve(x, W, b, 3), "never sees the present"),
    ],
}
