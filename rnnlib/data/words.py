"""Frequent words of six languages, to tell which language a word is, letter by letter."""

import numpy as np

from rnnlib.data._files import read_lines
from rnnlib.data._parts import Part, Parts

LANGUAGES = ["English", "French", "German", "Spanish", "Italian", "Finnish"]
_CODES = ["en", "fr", "de", "es", "it", "fi"]


def load_words():
    """Load 2,000 frequent words of each of six languages.

    Of the 20,000 most frequent words of a language these are the 2,000 most frequent that have at
    least four letters and are not among the 20,000 of another language. Forms of one word, such as
    "walk" and "walks", may lie in different parts. Whole lists were taken, rude words included.

    Returns
    -------
    Parts
        9,600 words to train, 1,200 to validate, 1,200 to test; every language has the same share in
        each. ``x`` is a list of str in lower case, accents and all; ``y`` is int of shape (N,),
        numbers of ``LANGUAGES``.

    References
    ----------
    Speer, "rspeer/wordfreq", version 3.1.1 (2023), doi:10.5281/zenodo.7199437, which puts together
    word counts from Wikipedia, subtitles, books, news and the web.

    Examples
    --------
    >>> x, y = load_words().train
    >>> [(x[i], LANGUAGES[y[i]]) for i in range(3)]
    [('anybody', 'English'), ('veremos', 'Spanish'), ('einzige', 'German')]
    """
    codes, x = zip(*(line.split(" ") for line in read_lines("words.txt")), strict=True)
    x, y = list(x), np.array([_CODES.index(code) for code in codes], np.int64)
    return Parts(*(Part(x[lo:hi], y[lo:hi]) for lo, hi in ((0, 9600), (9600, 10800), (10800, 12000))))
