"""From a sentence to numbers: words, their ids, and batches of unequal length."""

import re

import numpy as np

from rnnlib.checks import check_array, check_size

# What separates words: white space (as Python and JavaScript see it, together), and punctuation.
# Everything else belongs to a word, so that no script, no digit and no emoji is lost. The same
# pattern stands in widgets/engine.mjs, and a test compares the two.
_SPACE = r"\s\x1c-\x1f\x85\ufeff"
_MARKS = r"!-/:-@\[-`{-~\u00a1\u00ab\u00b7\u00bb\u00bf\u2010-\u2027\u202a-\u202e\u2030-\u205e"
_WORD = rf"[^{_SPACE}{_MARKS}]+"
_TOKEN = re.compile(rf"{_WORD}(?:['\u2019]{_WORD})*|[{_MARKS}]")


def tokenize(sentence):
    """Cut a sentence into words and punctuation marks, in order; white space separates.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    list of str
        The tokens as they are spelled. Nothing but white space is dropped.

    Examples
    --------
    >>> tokenize("Not bad, I don't hate it.")
    ['Not', 'bad', ',', 'I', "don't", 'hate', 'it', '.']
    """
    if not isinstance(sentence, str):
        raise TypeError(f"sentence must be a str, got {type(sentence).__name__}")
    return _TOKEN.findall(sentence)


class Vocabulary:
    """The words that a network knows, each with its number; 0 is ``<unk>``, any other word.

    Upper and lower case count as the same, and so do the two forms of the apostrophe.

    Parameters
    ----------
    words : iterable of str
        The known words. They are sorted, so that the numbers do not depend on their order.

    Attributes
    ----------
    words : list of str
        ``words[i]`` is the word with number i; ``words[0]`` is ``<unk>``.

    Examples
    --------
    >>> vocabulary = Vocabulary(["good", "bad"])
    >>> vocabulary.encode(["Good", "pancakes"])
    (array([2, 0]), ['pancakes'])
    """

    UNKNOWN = "<unk>"

    def __init__(self, words):
        if isinstance(words, str):
            raise TypeError("words must be several words, got one str: give a list, or tokenize(sentence)")
        known = sorted({self._fold(word) for word in words} - {self.UNKNOWN})
        if not known:
            raise ValueError("words is empty: a vocabulary needs at least one known word")
        self.words = [self.UNKNOWN, *known]
        self._id = {word: i for i, word in enumerate(self.words)}

    @staticmethod
    def _fold(word):
        if not isinstance(word, str):
            raise TypeError(f"a word must be a str, got {type(word).__name__}")
        return word.lower().replace("\u2019", "'")

    def __len__(self):
        return len(self.words)

    def __contains__(self, word):
        return self._id.get(self._fold(word), 0) != 0

    def __repr__(self):
        return f"Vocabulary of {len(self)} words"

    def encode(self, tokens):
        """Turn tokens into numbers, and say which of them were unknown.

        Parameters
        ----------
        tokens : list of str
            At least one.

        Returns
        -------
        ids : ndarray of int of shape (T,)
            0 for a token that is not in the vocabulary.
        unknown : list of str
            Those tokens, in their order, each once.
        """
        if isinstance(tokens, str):
            raise TypeError("tokens must be a list of words, got one str: use tokenize(sentence)")
        if len(tokens) == 0:
            raise ValueError("tokens is empty: there is nothing to read")
        ids = np.array([self._id.get(self._fold(token), 0) for token in tokens])
        return ids, list(dict.fromkeys(t for t, i in zip(tokens, ids, strict=True) if i == 0))


def pad(sequences):
    """Put sequences of unequal length side by side, shorter ones filled up with 0.

    Parameters
    ----------
    sequences : list of ndarray of shape (T_b, ...)
        B sequences of the same dtype; their lengths may differ, their other axes not.

    Returns
    -------
    batch : ndarray of shape (T, B, ...)
        T is the longest length.
    mask : ndarray of bool of shape (T, B)
        True where a step is real, False where it is filled up.

    Examples
    --------
    >>> batch, mask = pad([np.array([5, 6, 7]), np.array([8])])
    >>> batch.T
    array([[5, 6, 7],
           [8, 0, 0]])
    """
    if len(sequences) == 0:
        raise ValueError("sequences is empty: a batch needs at least one")
    for i, s in enumerate(sequences):
        if not isinstance(s, np.ndarray) or s.ndim == 0:
            raise TypeError(f"sequences[{i}] must be a numpy array with an axis of steps, got {s!r:.40}")
        if len(s) == 0:
            raise ValueError(f"sequences[{i}] is empty: a sequence needs at least one step")
        if s.shape[1:] != sequences[0].shape[1:] or s.dtype != sequences[0].dtype:
            wanted, got = ((a.shape[1:], str(a.dtype)) for a in (sequences[0], s))
            raise ValueError(f"sequences[{i}] must have steps like the first, {wanted}, got {got}")
    lengths = np.array([len(s) for s in sequences])
    mask = np.arange(lengths.max()) < lengths[:, None]  # (B, T)
    steps = np.concatenate(sequences)
    batch = np.zeros((*mask.shape, *steps.shape[1:]), steps.dtype)
    batch[mask] = steps
    return np.ascontiguousarray(batch.swapaxes(0, 1)), mask.T


def count_words(ids, mask, n_words):
    """Bag of words: how often each word occurs in each sequence; their order is gone.

    Parameters
    ----------
    ids : ndarray of int of shape (T, B)
    mask : ndarray of bool of shape (T, B)
        False where a step is filled up and does not count.
    n_words : int
        Size of the vocabulary, V.

    Returns
    -------
    ndarray of shape (B, V)

    Examples
    --------
    >>> ids, mask = pad([np.array([1, 2, 1]), np.array([2])])
    >>> count_words(ids, mask, 3)
    array([[0., 2., 1.],
           [0., 0., 1.]])
    """
    T, B = check_array("ids", ids, ("T", "B"), kind="i")
    check_array("mask", mask, (T, B), kind="b")
    if ids.min() < 0 or ids.max() >= check_size("n_words", n_words):
        raise IndexError(f"ids must lie in 0 .. {n_words - 1}, got {ids.min()} .. {ids.max()}")
    counts = np.zeros((B, n_words))
    np.add.at(counts, (np.broadcast_to(np.arange(B), (T, B))[mask], ids[mask]), 1)
    return counts
