"""Watch a trained RNN guess the language of a word, letter by letter."""

import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_network, check_sentences, module, style, trait


class LetterBelief(BookWidget):
    """The probability of every language after each letter of a word, the reader's own included.

    Parameters
    ----------
    network : dict
        What ``SequenceClassifier.to_spec()`` returns, plain or packed; its words are letters.
    trace : callable
        ``trace(word) -> dict``, the same network in Python, as ``SequenceClassifier.trace`` of the
        word's letters and the end mark.
    end : str
        The symbol that is read after the last letter.
    words : list of str
        Examples to choose from; the first is shown.
    """

    name = "letter_belief"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    end = trait(traitlets.Unicode)
    words = trait(traitlets.List, traitlets.Unicode())
    word = trait(traitlets.Unicode)
    step = trait(traitlets.Int, -1)

    def __init__(self, network, trace, end, words):
        check_network(network)
        if end not in network["words"]:
            raise ValueError(f"end must be a symbol that the network knows, got {end!r}")
        check_sentences("words", words)
        self._trace = trace
        super().__init__(network=network, end=end, words=list(words), word=words[0])

    def table(self):
        """Return caption, head and body of the probabilities after every letter."""
        run = self._trace(self.word)
        body = [
            [str(t + 1), "end" if letter == self.end else letter, *(f"{v:.2f}" for v in run["p"][t])]
            for t, letter in enumerate(run["tokens"])
        ]
        return (
            f"Language of “{self.word}” after each letter",
            [
                "step",
                "letter",
                *self.network["classes"],
            ],
            body,
        )

    def __repr__(self):
        return f"LetterBelief({self.word!r})"
