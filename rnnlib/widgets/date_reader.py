"""Type a date, and watch a network write it as machines do, and where it looks meanwhile."""

import traitlets

from rnnlib.widgets._book_widget import (
    BookWidget,
    check_sentence,
    check_sentences,
    check_spec,
    module,
    style,
    trait,
)


class DateReader(BookWidget):
    """An encoder-decoder at work: what it writes, letter by letter, and which letters it reads for it.

    Letters are folded to lower case; those that the network does not know are left out, and named.

    Parameters
    ----------
    network : dict
        What ``EncoderDecoder.to_spec()`` returns, plain or packed. Its last target symbol is the one
        that writing begins with.
    read : callable
        ``read(text) -> (letters, written, p, weights)``, the same in Python: the letters that were
        read and what was written (str), the probability of each letter written, and its weights for
        the letters read, of shape (len(written), len(letters)). It fills the table where nothing
        moves.
    source_alphabet, target_alphabet : str
        Letters in the order of their numbers.
    dates : list of str
        Examples to choose from; the first is shown.
    length : int, default=10
        How many letters are written.
    """

    name = "date_reader"
    _esm = module(name)
    _css = style(name)
    network = trait(traitlets.Dict)
    source_alphabet = trait(traitlets.Unicode)
    target_alphabet = trait(traitlets.Unicode)
    dates = trait(traitlets.List, traitlets.Unicode())
    text = trait(traitlets.Unicode)
    length = trait(traitlets.Int)
    step = trait(traitlets.Int)

    def __init__(self, network, read, source_alphabet, target_alphabet, dates, length=10):
        check_spec("network", network, "EncoderDecoder")
        for name, alphabet in (("source_alphabet", source_alphabet), ("target_alphabet", target_alphabet)):
            check_sentence(name, alphabet)
        sizes = {"n_source": len(source_alphabet), "n_target": len(target_alphabet) + 1}
        wanted = {name: network["config"][name] for name in sizes}
        if sizes != wanted:
            raise ValueError(f"alphabets must fit the network, {wanted}, got {sizes} with a start symbol")
        check_sentences("dates", dates)
        self._read = read
        super().__init__(
            network=network, source_alphabet=source_alphabet, target_alphabet=target_alphabet,
            dates=list(dates), text=dates[0], length=length, step=1,
        )  # fmt: skip

    def table(self):
        """Return caption, head and body of what was written, and where it looked most."""
        letters, written, p, weights = self._read(self.text)
        body = []
        for t, letter in enumerate(written):
            most = int(weights[t].argmax())
            where = f"“{letters[most]}”, letter {most + 1}"
            body.append([str(t + 1), letter, f"{p[t]:.3f}", where, f"{weights[t, most]:.2f}"])
        head = ["step", "written", "probability", "looked most at", "weight"]
        return f"“{self.text}” is written as {written}", head, body

    def __repr__(self):
        return f"DateReader({self.text!r})"
