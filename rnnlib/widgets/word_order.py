"""Put the words of a sentence in another order, and watch a bag of words not notice."""

import traitlets

from rnnlib.widgets._book_widget import BookWidget, check_mlp, check_sentences, module, style, trait


class WordOrder(BookWidget):
    """Reorder the reader's words: the counts, and what a network makes of them, stay as they are.

    Parameters
    ----------
    network : dict
        What ``MLP.to_spec()`` returns, as it is or from ``pack``: from one count for each word to one
        score for each class.
    words : list of str
        The V words of the vocabulary, ``words[0]`` being ``<unk>``.
    classes : list of str
        Names of the classes; the probability of the last is drawn.
    trace : callable
        ``trace(sentence) -> dict``, the same network in Python, as ``MLP.trace`` applied to the counts of
        the sentence: it fills the table where nothing moves.
    sentences : list of str
        Examples to choose from; the first is shown.
    """

    name = "word_order"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    words = trait(traitlets.List, traitlets.Unicode())
    classes = trait(traitlets.List, traitlets.Unicode())
    sentences = trait(traitlets.List, traitlets.Unicode())
    sentence = trait(traitlets.Unicode)
    order = trait(traitlets.List, traitlets.Int())
    tried = trait(traitlets.List)

    def __init__(self, network, words, classes, trace, sentences):
        sizes = check_mlp("network", network)
        if len(words) != sizes[0]:
            raise ValueError(f"words must have one entry for each of the {sizes[0]} counts, got {len(words)}")
        if len(classes) != sizes[-1]:
            raise ValueError(f"classes must name the {sizes[-1]} outputs, got {len(classes)}")
        check_sentences("sentences", sentences)
        self._trace = trace
        super().__init__(
            network=network, words=list(words), classes=list(classes),
            sentences=list(sentences), sentence=sentences[0], order=[], tried=[],
        )  # fmt: skip

    def table(self):
        """Return caption, head and body: what the network makes of each example."""
        body = []
        for sentence in self.sentences:
            run = self._trace(sentence)
            body.append([sentence, *(f"{score:.4f}" for score in run["logits"]), f"{run['p'][-1]:.4f}"])
        head = ["sentence", *(f"score of {name}" for name in self.classes), f"p({self.classes[-1]})"]
        return "What the network makes of the counted words of each sentence", head, body

    def __repr__(self):
        return f"WordOrder({self.sentence!r})"
