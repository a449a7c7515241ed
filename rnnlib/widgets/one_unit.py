"""One hidden unit with three knobs: what it remembers, and what of it can be learned from."""

import numpy as np
import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_some, module, style, trait

LARGEST = 4.0  # of a weight or the bias, either way


class OneUnit(BookWidget):
    """Play with one unit: h_t = tanh(w_x x_t + w_h h_{t-1} + b), and dh_T/dh_t below it.

    Parameters
    ----------
    presets : list of dict
        What to choose from: ``name`` (str), ``w_x``, ``w_h``, ``b`` (float, -4 .. 4), ``x`` (list
        of float, -1 .. 1; all of the same length) and ``say`` (str: what to see). The first is shown.
    """

    name = "one_unit"
    _esm = module(name)
    _css = style(name)
    presets = trait(traitlets.List)
    w_x = trait(traitlets.Float)
    w_h = trait(traitlets.Float)
    b = trait(traitlets.Float)
    x = trait(traitlets.List)

    def __init__(self, presets):
        check_some("presets", presets)
        for preset in presets:
            if set(preset) != {"name", "w_x", "w_h", "b", "x", "say"}:
                raise ValueError(f"a preset must have name, w_x, w_h, b, x and say, got {sorted(preset)}")
            if max(abs(preset[knob]) for knob in ("w_x", "w_h", "b")) > LARGEST:
                raise ValueError(f"w_x, w_h and b of {preset['name']!r} must lie in -4 .. 4")
            if len(preset["x"]) != len(presets[0]["x"]) or np.max(np.abs(preset["x"])) > 1:
                raise ValueError(
                    f"x of {preset['name']!r} must have as many numbers as the first, in -1 .. 1"
                )
        first = presets[0]
        super().__init__(
            presets=list(presets), w_x=first["w_x"], w_h=first["w_h"], b=first["b"], x=list(first["x"])
        )

    def run(self):
        """Return the states h_0 .. h_T and dh_T/dh_t for t = 0 .. T."""
        h = [0.0]
        for x_t in self.x:
            h.append(float(np.tanh(self.w_x * x_t + self.w_h * h[-1] + self.b)))
        gradient = [1.0]
        for h_t in reversed(h[1:]):  # each step back: times the slope, times w_h
            gradient.append(gradient[-1] * (1 - h_t**2) * self.w_h)
        return np.array(h), np.array(gradient[::-1])

    def table(self):
        """Return caption, head and body: input, state and gradient of every step."""
        h, gradient = self.run()
        body = [
            [str(t), f"{self.x[t - 1]:.2f}" if t else "-", f"{h[t]:.4f}", f"{gradient[t]:.4f}"]
            for t in range(len(h))
        ]
        caption = f"One unit, {self.presets[0]['name']}: w_x = {self.w_x}, w_h = {self.w_h}, b = {self.b}"
        return caption, ["step t", "input x_t", "state h_t", "dh_T/dh_t"], body

    def __repr__(self):
        return f"OneUnit({[preset['name'] for preset in self.presets]})"
