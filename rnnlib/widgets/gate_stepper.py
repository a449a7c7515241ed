"""Watch the gates of a trained LSTM or GRU open and close over a sentence."""

import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_network, check_sentences, module, style, trait

GATES = {"LSTM": "ifgo", "GRU": "rzn"}


class GateStepper(BookWidget):
    """Step through a sentence: every gate, what it lets through, and where each number comes from.

    Parameters
    ----------
    networks : dict
        "LSTM", "GRU" or both, each with what ``SequenceClassifier.to_spec()`` returns when its
        recurrent layer is of that kind. The first is shown.
    trace : callable
        ``trace(cell, sentence) -> dict``, the same in Python: ``tokens``, ``h`` (T + 1, H),
        ``gates`` (gates, T, H) in the order i, f, g, o or r, z, n, ``p`` (T, C), and for an LSTM
        ``c`` (T + 1, H). It fills the table where nothing moves.
    sentences : list of str
        Examples to choose from; the first is shown.
    step : int, default=-1
        Step to start at: 0 is before the first word, -1 the last.
    """

    name = "gate_stepper"
    _esm = module(name)
    _css = style(name)
    networks = trait(traitlets.Dict)
    cell = trait(traitlets.Unicode)
    sentences = trait(traitlets.List, traitlets.Unicode())
    sentence = trait(traitlets.Unicode)
    step = trait(traitlets.Int)
    shown = trait(traitlets.Unicode)

    def __init__(self, networks, trace, sentences, step=-1):
        if not isinstance(networks, dict) or not networks or not set(networks) <= set(GATES):
            got = sorted(networks) if isinstance(networks, dict) else type(networks).__name__
            raise ValueError(f"networks must be a dict with the entries 'LSTM', 'GRU' or both, got {got}")
        for cell, network in networks.items():
            check_network(network)
            gates = len(network["params"]["rnn.W_xh"])
            if gates != len(GATES[cell]):
                raise ValueError(
                    f"networks[{cell!r}] must have {len(GATES[cell])} gates, its W_xh has {gates}"
                )
        check_sentences("sentences", sentences)
        self._trace = trace
        cell = next(iter(networks))
        super().__init__(
            networks=networks, cell=cell, sentences=list(sentences), sentence=sentences[0], step=step,
            shown="c" if cell == "LSTM" else "h",
        )  # fmt: skip

    def table(self):
        """Return caption, head and body: each gate's mean over the units, and the verdict."""
        run = self._trace(self.cell, self.sentence)
        names = list(GATES[self.cell]) + (["c"] if self.cell == "LSTM" else []) + ["h"]
        arrays = [*run["gates"], *([run["c"][1:]] if self.cell == "LSTM" else []), run["h"][1:]]
        head = ["step", "word", *(f"mean {name}" for name in names)]
        head.append(self.networks[self.cell]["classes"][-1])
        body = [
            [str(t + 1), word, *(f"{a[t].mean():.2f}" for a in arrays), f"{run['p'][t, -1]:.2f}"]
            for t, word in enumerate(run["tokens"])
        ]
        return f"Gates of the {self.cell} after each word of “{self.sentence}”, mean over units", head, body

    def __repr__(self):
        return f"GateStepper({self.sentence!r})"
