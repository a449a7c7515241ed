"""Let a character language model write names in the page."""

import numpy as np
import traitlets

from rnnlib.checks import check_positive
from rnnlib.widgets._book_widget import BookWidget, check_spec, module, style, trait

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class NameWriter(BookWidget):
    """Write names: beginning, temperature and seed are the reader's; every probability is on show.

    Symbol 0 begins and ends a name, 1 to 26 are the letters a to z.

    Parameters
    ----------
    network : dict
        What ``CharLanguageModel.to_spec()`` returns, or `pack` made of it; of RNN or GRU cells.
    probabilities : callable
        ``probabilities(text, temperature) -> ndarray of shape (len(text) + 1, 27)``, the same network
        in Python: of what comes next, before the first letter of ``text`` and after each. It fills the
        table where nothing moves.
    prefix : str, default=""
        How every name begins, letters a to z.
    temperature : float, default=1
    seed : int, default=1
        Of the generator in the page that draws the letters.
    """

    name = "name_writer"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    prefix = trait(traitlets.Unicode)
    temperature = trait(traitlets.Float)
    seed = trait(traitlets.Int)
    chosen = trait(traitlets.Int)
    position = trait(traitlets.Int)

    def __init__(self, network, probabilities, prefix="", temperature=1.0, seed=1):
        check_spec("network", network, "CharLanguageModel")
        if network["config"]["n_symbols"] != len(LETTERS) + 1:
            raise ValueError(f"network must know 27 symbols, got {network['config']['n_symbols']}")
        if network["config"]["cell"] == "LSTM":
            raise ValueError("network must be made of RNN or GRU cells, got LSTM")
        if not isinstance(prefix, str) or not set(prefix) <= set(LETTERS):
            raise ValueError(f"prefix must be letters a to z, got {prefix!r}")
        check_positive("temperature", temperature)
        self._probabilities = probabilities
        super().__init__(
            network=network, prefix=prefix, temperature=temperature, seed=seed, chosen=0, position=-1
        )

    def table(self):
        """Return caption, head and body of the likeliest next symbols, after each letter of the prefix."""
        p = self._probabilities(self.prefix, self.temperature)
        symbols = ["end", *LETTERS]
        body = []
        for t, row in enumerate(p):
            best = np.argsort(-row, kind="stable")[:5]
            body.append([self.prefix[:t] or "(nothing)", *(f"{symbols[i]} {row[i]:.2f}" for i in best)])
        head = ["written so far", "1st", "2nd", "3rd", "4th", "5th"]
        return f"The five likeliest next symbols at temperature {self.temperature:g}", head, body

    def __repr__(self):
        return f"NameWriter({self.prefix!r}, temperature={self.temperature:g})"
