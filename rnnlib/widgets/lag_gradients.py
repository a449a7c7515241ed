"""Watch a gradient shrink or grow on its way back through RNN, LSTM and GRU."""

import numpy as np
import traitlets

from rnnlib.checks import check_size
from rnnlib.widgets._book_widget import BookWidget, check_some, module, style, trait
from rnnlib.widgets._weights import pack

WEIGHTS = {"RNN": ("W_xh", "W_hh", "b_h"), "LSTM": ("W_xh", "W_hh", "b_h")}
WEIGHTS["GRU"] = ("W_xh", "W_hh", "b_h", "b_reset")
ENTRIES = {"x", "u", *(f"{cell}.{name}" for cell, names in WEIGHTS.items() for name in names)}
LINES = ("RNN h", "LSTM c", "LSTM h", "GRU h")


class LagGradients(BookWidget):
    """Size of the gradient at each earlier state, for three cells, under the reader's sliders.

    The loss is u · h_T. Every W_hh is multiplied by the gain, the input by its scale, and the
    forget gate of the LSTM gets the bias; everything else stays.

    Parameters
    ----------
    bases : list of dict
        For each seed the input ``x`` (T, D), the direction ``u`` (H,), and the weights of the
        three cells, named like "LSTM.W_hh"; numbers of half precision.
    measure : callable
        ``measure(seed, gain, scale, steps, forget_bias) -> dict``, the same in Python: for each of
        "RNN h", "LSTM c", "LSTM h", "GRU h" the sizes at lag 0, 1, .. ``steps``. It fills the
        table where nothing moves.
    steps : int, default=60
        At most the T of ``x``.
    gain, scale, forget_bias : float
        Where the sliders stand at first.
    """

    name = "lag_gradients"
    _esm = module(name)
    _css = style(name)
    bases = trait(traitlets.List)
    longest = trait(traitlets.Int)
    seed = trait(traitlets.Int)
    steps = trait(traitlets.Int)
    gain = trait(traitlets.Float)
    scale = trait(traitlets.Float)
    forget_bias = trait(traitlets.Float)
    lag = trait(traitlets.Int)

    def __init__(self, bases, measure, steps=60, gain=1.0, scale=0.5, forget_bias=1.0):
        check_some("bases", bases)
        for base in bases:
            if not isinstance(base, dict) or set(base) != ENTRIES:
                got = sorted(base) if isinstance(base, dict) else type(base).__name__
                raise ValueError(f"every one of bases must have the entries {sorted(ENTRIES)}, got {got}")
        longest = min(len(base["x"]) for base in bases)
        if check_size("steps", steps, 2) > longest:
            raise ValueError(f"steps must be at most {longest}, the length of x, got {steps}")
        self._measure = measure
        packed = [pack({"params": {k: np.array(v).tolist() for k, v in base.items()}}) for base in bases]
        super().__init__(
            bases=packed, longest=longest, seed=0, steps=steps, gain=float(gain), scale=float(scale),
            forget_bias=float(forget_bias), lag=min(20, steps),
        )  # fmt: skip

    def table(self):
        """Return caption, head and body of the gradient's size at some lags."""
        sizes = self._measure(self.seed, self.gain, self.scale, self.steps, self.forget_bias)
        lags = sorted({0, 1, self.steps} | set(range(0, self.steps + 1, max(1, self.steps // 6))))
        body = [[str(k), *(f"{sizes[name][k]:.1e}" for name in LINES)] for k in lags]
        caption = f"Size of the gradient at earlier states: gain {self.gain}, input scale {self.scale}"
        return f"{caption}, forget bias {self.forget_bias}", ["steps back", *LINES], body

    def __repr__(self):
        return f"LagGradients(steps={self.steps}, gain={self.gain}, scale={self.scale})"
