"""See where each head of a Transformer looks, on a sentence of one's own."""

import traitlets

from rnnlib.widgets._book_widget import (
    BookWidget,
    check_index,
    check_sentences,
    check_spec,
    module,
    style,
    trait,
)


class AttentionHeads(BookWidget):
    """Choose a word, a layer and a head: the weights from that word to all others, and the verdict.

    Parameters
    ----------
    network : dict
        What ``TransformerClassifier.to_spec()`` returns, packed or not.
    words : list of str
        The vocabulary: ``words[i]`` is the word with number i, ``words[0]`` any unknown one.
    classes : list of str
        Names of the classes. The probability of the last one is shown.
    trace : callable
        ``trace(sentence) -> dict``, the same network in Python: ``tokens`` beside what
        ``TransformerClassifier.trace`` returns. It fills the table where nothing moves.
    sentences : list of str
        Examples to choose from; the first is shown.
    layer, head, word : int
        What is chosen at first, counted from 0; ``word`` -1 is the last.
    """

    name = "attention_heads"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    words = trait(traitlets.List, traitlets.Unicode())
    classes = trait(traitlets.List, traitlets.Unicode())
    sentences = trait(traitlets.List, traitlets.Unicode())
    sentence = trait(traitlets.Unicode)
    layer = trait(traitlets.Int)
    head = trait(traitlets.Int)
    word = trait(traitlets.Int)

    def __init__(self, network, words, classes, trace, sentences, layer=0, head=0, word=-1):
        check_spec("network", network, "TransformerClassifier")
        config = network["config"]
        for name, names, n in (("words", words, "n_words"), ("classes", classes, "n_classes")):
            if len(names) != config[n]:
                raise ValueError(f"{name} must have one entry for each of {config[n]}, got {len(names)}")
        check_sentences("sentences", sentences)
        for name, value, n in (("layer", layer, "num_layers"), ("head", head, "n_heads")):
            check_index(name, value, config[n])
        self._trace = trace
        super().__init__(
            network=network, words=list(words), classes=list(classes), sentences=list(sentences),
            sentence=sentences[0], layer=layer, head=head, word=word,
        )  # fmt: skip

    def table(self):
        """Return caption, head and body of the weights of the chosen head, a row for each word that looks."""
        run = self._trace(self.sentence)
        weights = run["weights"][self.layer][self.head]
        body = [[str(i + 1), word, *(f"{a:.2f}" for a in weights[i])] for i, word in enumerate(run["tokens"])]
        caption = (
            f"Layer {self.layer + 1}, head {self.head + 1}, on “{self.sentence}”: each row shows where one "
            f"word looks. Verdict: {self.classes[-1]} {run['p'][-1]:.2f}"
        )
        return caption, ["step", "word", *run["tokens"]], body

    def __repr__(self):
        return f"AttentionHeads({self.sentence!r})"
