"""Move a window over the order task: a network that sees too little of it can only guess."""

import numpy as np
import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_index, check_mlp, check_some, module, style, trait


class WindowTask(BookWidget):
    """Two marks among distractors, and a window: what a network inside sees, and what it answers.

    Parameters
    ----------
    windows : list of dict
        One for each width, the narrowest first: ``width``; ``network``, what ``MLP.to_spec()`` returns, as
        it is or from ``pack``, from the one-hot symbols of a window, side by side, to one score for each
        class; and ``scores``, a dict of measured accuracies by their names, None where there is none.
    trace : callable
        ``trace(symbols) -> dict`` for the symbol numbers in a window, an array of shape (width,), as
        ``MLP.trace`` of the network for that width: it fills the table where nothing moves.
    sequence : str
        The symbols to begin with, one character each.
    symbols : list of str
        All symbols: the distractors, and last the two marks.
    classes : list of str
        The four orders of the marks, each spelled by the marks, like "XY".
    choice : int, default=0
        Number of the window to begin with.
    """

    name = "window_task"
    _esm = module(name)
    _css = style(name)
    windows = trait(traitlets.List)
    symbols = trait(traitlets.List, traitlets.Unicode())
    classes = trait(traitlets.List, traitlets.Unicode())
    sequence = trait(traitlets.Unicode)
    choice = trait(traitlets.Int)
    start = trait(traitlets.Int)

    def __init__(self, windows, trace, sequence, symbols, classes, choice=0):
        check_some("windows", windows)
        widths = [window["width"] for window in windows]
        if widths != sorted(set(widths)):
            raise ValueError(f"windows must have rising widths, got {widths}")
        for i, window in enumerate(windows):
            sizes = check_mlp(f"windows[{i}]['network']", window["network"])
            wanted = window["width"] * len(symbols), len(classes)
            if (sizes[0], sizes[-1]) != wanted:
                raise ValueError(
                    f"windows[{i}]['network'] must lead from {wanted[0]} inputs to {wanted[1]} classes, "
                    f"got sizes {sizes}"
                )
        unknown = sorted(set(sequence) - set(symbols))
        if unknown:
            raise ValueError(f"sequence must be spelled in {symbols}, got {unknown}")
        if len(sequence) < widths[-1]:
            raise ValueError(f"sequence must be at least as long as the widest window, {widths[-1]}")
        check_index("choice", choice, len(windows))
        self._trace = trace
        super().__init__(
            windows=list(windows), symbols=list(symbols), classes=list(classes),
            sequence=sequence, choice=choice, start=len(sequence) - widths[choice],
        )  # fmt: skip

    def table(self):
        """Return caption, head and body: each width with its answer at the end of the sequence."""
        names = list(self.windows[0]["scores"])
        head = ["width", "parameters", *names, f"answer to the last symbols of {self.sequence}"]
        body = []
        for window in self.windows:
            width, sizes = window["width"], window["network"]["config"]["sizes"]
            ids = np.array([self.symbols.index(symbol) for symbol in self.sequence[-width:]])
            p = self._trace(ids)["p"]
            n_params = sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))
            scores = ["-" if s is None else f"{s:.3f}" for s in window["scores"].values()]
            answer = f"{self.classes[int(p.argmax())]}, {p.max():.4f}"
            body.append([str(width), f"{n_params:,}", *scores, answer])
        return "Accuracy of a network that sees a window of the sequence", head, body

    def __repr__(self):
        return f"WindowTask({self.sequence!r})"
