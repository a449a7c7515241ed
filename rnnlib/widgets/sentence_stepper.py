"""Watch a trained RNN read a sentence, word by word."""

import traitlets

from rnnlib.widgets._book_widget import (
    BookWidget,
    check_network,
    check_sentence,
    check_sentences,
    module,
    style,
    trait,
)


class SentenceStepper(BookWidget):
    """Step through a sentence: each product, sum and state, and where each number comes from.

    Parameters
    ----------
    network : dict
        What ``SequenceClassifier.to_spec()`` returns. The last class is the one whose
        probability is drawn.
    trace : callable
        ``trace(sentence) -> dict``, the same network in Python, as ``SequenceClassifier.trace``
        applied to ``tokenize(sentence)``: it fills the table where nothing moves, and checks the
        browser's numbers when a kernel runs.
    sentences : list of str
        Examples to choose from; the first is shown.
    compare : str, default=None
        A second sentence, shown below the first.
    step : int, default=-1
        Step to start at: 0 is before the first word, -1 the last.
    arithmetic : bool, default=True
        Whether the arithmetic of the step is open.
    """

    name = "sentence_stepper"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    sentences = trait(traitlets.List, traitlets.Unicode())
    sentence = trait(traitlets.Unicode)
    compare = trait(traitlets.Unicode)
    comparing = trait(traitlets.Bool)
    step = trait(traitlets.Int)
    arithmetic = trait(traitlets.Bool)

    def __init__(self, network, trace, sentences, compare=None, step=-1, arithmetic=True):
        check_network(network)
        check_sentences("sentences", sentences)
        if compare is not None:
            check_sentence("compare", compare)
        self._trace = trace
        super().__init__(
            network=network, sentences=list(sentences), sentence=sentences[0],
            compare=compare or "", comparing=compare is not None, step=step, arithmetic=arithmetic,
        )  # fmt: skip
        self.on_msg(self._answer)

    def _answer(self, _widget, message, _buffers):
        """Answer the browser's question with the states that Python computes."""
        if message.get("type") != "trace" or not isinstance(message.get("sentence"), str):
            return
        try:
            h = self._trace(message["sentence"])["h"].tolist()
        except ValueError:  # no word in it: nothing to check
            return
        self.send({"type": "trace", "sentence": message["sentence"], "h": h})

    def table(self):
        """Return caption, head and body of the states after every word."""
        run = self._trace(self.sentence)
        units = range(run["h"].shape[1])
        head = ["step", "word", *(f"h {i + 1}" for i in units), self.network["classes"][-1]]
        body = [
            [str(t + 1), word, *(f"{v:.2f}" for v in run["h"][t + 1]), f"{run['p'][t, -1]:.2f}"]
            for t, word in enumerate(run["tokens"])
        ]
        return f"Hidden state after each word of “{self.sentence}”", head, body

    def __repr__(self):
        return f"SentenceStepper({self.sentence!r})"
