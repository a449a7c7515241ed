"""Walk through the grid of time by layer of a deep RNN that reads a sentence."""

import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_index, check_sentences, module, style, trait


class LayerGrid(BookWidget):
    """The grid of time by layer: choose a cell, see its two inputs, its numbers and their sum.

    Parameters
    ----------
    network : dict
        ``words``, ``classes``, ``config`` and ``params`` of an embedding, a stack of simple RNNs and
        a linear output. ``config`` and ``params`` are those that ``to_spec()`` writes; ``pack`` may
        have shortened the latter. The last class is the one whose probability is drawn.
    trace : callable
        ``trace(sentence) -> dict``, the same network in Python: ``tokens``, ``layers`` as
        `states_and_gates` returns them, and ``p``. It fills the table where nothing moves.
    sentences : list of str
        Examples to choose from; the first is shown.
    level : int, default=2
        The chosen row: 0 is the word, 1 the lowest layer, one more than there are layers the output.
    step : int, default=-1
        The chosen column: 0 is before the first word, -1 the last word.
    """

    name = "layer_grid"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    sentences = trait(traitlets.List, traitlets.Unicode())
    sentence = trait(traitlets.Unicode)
    level = trait(traitlets.Int)
    step = trait(traitlets.Int)

    def __init__(self, network, trace, sentences, level=2, step=-1):
        wanted = {"words", "classes", "config", "params"}
        if not isinstance(network, dict) or not wanted <= set(network):
            got = sorted(network) if isinstance(network, dict) else type(network).__name__
            raise TypeError(f"network must be a dict with the entries {sorted(wanted)}, got {got}")
        if network["config"].get("cell") != "RNN":
            raise ValueError(f"network must be made of RNN cells, got {network['config'].get('cell')!r}")
        check_sentences("sentences", sentences)
        check_index("level", level, network["config"]["num_layers"] + 2)
        self._trace = trace
        super().__init__(
            network=network, sentences=list(sentences), sentence=sentences[0], level=level, step=step
        )

    def table(self):
        """Return caption, head and body of the states of all layers after every word."""
        run = self._trace(self.sentence)
        head = ["step", "word"]
        for k, layer in enumerate(run["layers"]):
            head += [f"layer {k + 1}, h {i + 1}" for i in range(layer["h"].shape[1])]
        body = [
            [
                str(t + 1),
                word,
                *(f"{v:.2f}" for layer in run["layers"] for v in layer["h"][t + 1]),
                f"{run['p'][t, -1]:.2f}",
            ]
            for t, word in enumerate(run["tokens"])
        ]
        caption = f"States of all layers after each word of “{self.sentence}”"
        return caption, [*head, self.network["classes"][-1]], body

    def __repr__(self):
        return f"LayerGrid({self.sentence!r})"
