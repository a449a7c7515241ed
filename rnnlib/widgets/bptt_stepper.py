"""Watch the gradient walk back through a sentence."""

import numpy as np
import traitlets

from rnnlib.widgets._book_widget import (
    BookWidget,
    check_index,
    check_network,
    check_sentences,
    module,
    style,
    trait,
)


class BPTTStepper(BookWidget):
    """Step backwards: what reaches each state, each step's share of dW_hh, and their sum.

    The loss is the cross-entropy at the last word.

    Parameters
    ----------
    network : dict
        What ``SequenceClassifier.to_spec()`` returns.
    trace_back : callable
        ``trace_back(sentence, target) -> dict``, the same in Python, as
        ``SequenceClassifier.trace_back`` applied to ``tokenize(sentence)``: it fills the table
        where nothing moves.
    sentences : list of str
        Examples to choose from; the first is shown.
    target : int
        Number of the class taken as the right answer.
    """

    name = "bptt_stepper"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    sentences = trait(traitlets.List, traitlets.Unicode())
    sentence = trait(traitlets.Unicode)
    target = trait(traitlets.Int)
    step = trait(traitlets.Int)

    def __init__(self, network, trace_back, sentences, target):
        check_network(network)
        check_sentences("sentences", sentences)
        check_index("target", target, len(network["classes"]))
        self._trace_back = trace_back
        super().__init__(
            network=network, sentences=list(sentences), sentence=sentences[0], target=target, step=-1
        )

    def table(self):
        """Return caption, head and body of the gradient at every state, last word first."""
        back = self._trace_back(self.sentence, self.target)
        words, dh = back["tokens"], back["dh"]
        head = ["step", "word", *(f"dh {i + 1}" for i in range(dh.shape[1])), "size"]
        body = [
            [str(t + 1), words[t], *(f"{v:.4f}" for v in dh[t]), f"{np.linalg.norm(dh[t]):.4f}"]
            for t in reversed(range(len(words)))
        ]
        return f"Gradient of the loss at each state of “{self.sentence}”, last word first", head, body

    def __repr__(self):
        return f"BPTTStepper({self.sentence!r})"
