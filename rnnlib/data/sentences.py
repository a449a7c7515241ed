"""Sentences with a sentiment, made from a small grammar, with the verdict after every word.

A clause says something good or bad ("I love machine learning", "the exam was not bad"); a
sentence is one clause or two. What it ends up saying is its main clause:

* "A but B": B counts, it comes last;
* "although A , B" and "B although A": B counts, wherever it stands;
* "A , it was B", as in "the film was not bad , it was good": B counts.

So the words alone do not tell the verdict: their order does. For the same reason the verdict
after every word is known too: nothing is decided before the first word of sentiment in a main
clause, and "although" decides nothing by itself.
"""

from dataclasses import dataclass

from rnnlib.checks import check_rng, check_size

_SUBJECTS = ["I", "you", "we", "they"]
_OBJECTS = [["machine", "learning"], ["deep", "learning"], ["music"], ["math"], ["physics"], ["poetry"]]
_NOUNS = ["film", "book", "exam", "lecture", "course", "food", "weather", "plot", "game", "song", "talk"]
_VERBS = {
    +1: ["love", "like", "enjoy", "admire", "adore"],
    -1: ["hate", "dislike", "despise", "dread", "resent"],
}
_ADJECTIVES = {
    +1: ["good", "great", "wonderful", "brilliant", "clear", "fun", "beautiful", "helpful", "exciting"],
    -1: ["bad", "awful", "terrible", "boring", "confusing", "dull", "ugly", "useless", "horrible"],
}
_UNKNOWN_SHARE = 0.1  # of nouns, replaced by <unk>: any word will do there, and readers bring their own


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it has said so far.

    Attributes
    ----------
    words : tuple of str
        T tokens.
    verdicts : tuple of int
        After each word: +1 positive, -1 negative, 0 undecided.

    Examples
    --------
    >>> sentence = Sentence(("I", "love", "music"), (0, 1, 1))
    >>> str(sentence), sentence.label
    ('I love music', 1)
    """

    words: tuple
    verdicts: tuple

    @property
    def label(self):
        """The verdict after the last word: +1 or -1."""
        return self.verdicts[-1]

    def __str__(self):
        return " ".join(self.words)


@dataclass(frozen=True)
class SentenceData:
    """The split that the book uses throughout.

    Attributes
    ----------
    train : list of Sentence
    test : list of Sentence
        None of them is in ``train``.
    pairs : list of (Sentence, Sentence)
        The same words in another order, the first positive and the second negative; none of
        them is in ``train`` or ``test``.

    Examples
    --------
    >>> data = make_sentences(np.random.default_rng(0), n_train=30, n_test=10, n_pairs=5)
    >>> len(data.train), len(data.test), len(data.pairs)
    (30, 10, 5)
    """

    train: list
    test: list
    pairs: list


def make_sentences(rng, n_train=3700, n_test=1000, n_pairs=500):
    """Draw distinct sentences from the grammar.

    Parameters
    ----------
    rng : numpy.random.Generator
    n_train, n_test, n_pairs : int
        How many of each; at least 1.

    Returns
    -------
    SentenceData

    Examples
    --------
    >>> data = make_sentences(np.random.default_rng(0))
    >>> positive, negative = data.pairs[0]
    >>> sorted(positive.words) == sorted(negative.words), positive.label, negative.label
    (True, 1, -1)
    """
    check_rng(rng)
    for name, n in (("n_train", n_train), ("n_test", n_test), ("n_pairs", n_pairs)):
        if check_size(name, n) > 20_000:
            raise ValueError(f"{name} must be at most 20000, got {n}: the grammar has no end, patience has")
    pairs, taken = [], set()
    while len(pairs) < n_pairs:
        pair = _pair(rng)
        if pair is not None and taken.isdisjoint(s.words for s in pair):
            pairs.append(pair)
            taken.update(s.words for s in pair)
    singles = []
    while len(singles) < n_train + n_test:
        sentence = _sentence(rng)
        if sentence.words not in taken:
            singles.append(sentence)
            taken.add(sentence.words)
    return SentenceData(singles[:n_train], singles[n_train:], pairs)


def _pick(rng, items):
    return items[rng.integers(len(items))]


def _thing(rng):
    """Draw what a clause is about."""
    if rng.random() < _UNKNOWN_SHARE:
        return ["<unk>"] if rng.random() < 0.5 else ["the", "<unk>"]
    return list(_pick(rng, _OBJECTS)) if rng.random() < 0.4 else ["the", _pick(rng, _NOUNS)]


def _clause(rng, about=None):
    """One clause as (words, polarity, number of words read when the polarity is out)."""
    polarity, negated = _pick(rng, [+1, -1]), rng.random() < 0.35
    if about is None and rng.random() < 0.5:
        words = [_pick(rng, _SUBJECTS)]
        words += _pick(rng, [["do", "not"], ["don't"]]) if negated else []
        words += ["really"] if rng.random() < 0.15 else []
        words.append(_pick(rng, _VERBS[polarity]))
        out = len(words)
        words += _thing(rng)
    else:
        words = list(about or _thing(rng))
        tense = _pick(rng, ["is", "was"])
        words += _pick(rng, [[tense, "not"], [tense + "n't"]]) if negated else [tense]
        words += [_pick(rng, ["very", "really"])] if rng.random() < 0.15 else []
        words.append(_pick(rng, _ADJECTIVES[polarity]))
        out = len(words)
    return words, -polarity if negated else polarity, out


def _join(form, a, b=None, stop=False):
    """Put clauses together and write down the verdict after every word."""
    words_a, polarity_a, out_a = a
    said_a = [0] * (out_a - 1) + [polarity_a] * (len(words_a) - out_a + 1)
    if form == "alone":
        words, verdicts = list(words_a), said_a
    else:
        words_b, polarity_b, out_b = b
        before_b = 0 if form == "although A , B" else polarity_a
        said_b = [before_b] * (out_b - 1) + [polarity_b] * (len(words_b) - out_b + 1)
        if form == "A but B":
            words, verdicts = [*words_a, "but", *words_b], [*said_a, polarity_a, *said_b]
        elif form == "A , B":
            words, verdicts = [*words_a, ",", *words_b], [*said_a, polarity_a, *said_b]
        elif form == "although A , B":
            words, verdicts = ["although", *words_a, ",", *words_b], [*[0] * (len(words_a) + 2), *said_b]
        else:  # "A although B": A counts
            words, verdicts = [*words_a, "although", *words_b], [*said_a, *[polarity_a] * (len(words_b) + 1)]
    if stop:
        words, verdicts = [*words, "."], [*verdicts, verdicts[-1]]
    return Sentence(tuple(words), tuple(verdicts))


_FORMS = ["alone", "A but B", "A , B", "although A , B", "A although B"]


def _sentence(rng):
    form = _pick(rng, _FORMS)
    about = ["it"] if form == "A , B" else None
    return _join(form, _clause(rng), _clause(rng, about), stop=rng.random() < 0.3)


def _pair(rng):
    """Two sentences of the same words and opposite label, or None if the draw allows none."""
    form, stop = _pick(rng, _FORMS[1:]), rng.random() < 0.3
    if form == "A , B":  # "the film was not bad , it was good" against "... not good , it was bad"
        thing, tense = _thing(rng), _pick(rng, ["is", "was"])
        good, bad = _pick(rng, _ADJECTIVES[+1]), _pick(rng, _ADJECTIVES[-1])
        length = len(thing) + 3

        def say(first, then, verdict):
            a = [*thing, tense, "not", first], verdict, length
            return _join(form, a, (["it", tense, then], verdict, 3), stop)

        return say(bad, good, +1), say(good, bad, -1)
    a, b = _clause(rng), _clause(rng)
    if a[1] == b[1]:
        return None
    pair = _join(form, a, b, stop), _join(form, b, a, stop)
    return pair if pair[0].label == +1 else pair[::-1]
