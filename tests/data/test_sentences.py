import numpy as np
import pytest

from rnnlib.data.sentences import make_sentences


@pytest.fixture(scope="module")
def data():
    return make_sentences(np.random.default_rng(2026))


def test_the_sizes_are_the_book_s(data):
    assert (len(data.train), len(data.test), len(data.pairs)) == (3700, 1000, 500)


def test_no_sentence_is_in_two_parts(data):
    parts = (
        [s.words for s in data.train]
        + [s.words for s in data.test]
        + [s.words for p in data.pairs for s in p]
    )
    assert len(set(parts)) == len(parts) == 3700 + 1000 + 2 * 500


def test_pairs_have_the_same_words_and_opposite_labels(data):
    for positive, negative in data.pairs:
        assert sorted(positive.words) == sorted(negative.words) and positive.words != negative.words
        assert (positive.label, negative.label) == (1, -1)


def test_there_is_a_verdict_for_every_word_and_a_decision_at_the_end(data):
    for sentence in data.train:
        assert len(sentence.words) == len(sentence.verdicts) <= 18
        assert set(sentence.verdicts) <= {-1, 0, 1} and sentence.label != 0


GOOD = (
    "love like enjoy admire adore good great wonderful brilliant clear fun beautiful helpful exciting".split()
)
BAD = (
    "hate dislike despise dread resent bad awful terrible boring confusing dull ugly useless horrible".split()
)


def judge(words):
    """Verdicts by rules of their own, written without a look at the grammar's code."""
    verdict, out, negated, subordinate, open_although = 0, [], False, False, False
    for i, word in enumerate(words):
        if word == "although":
            subordinate, open_although = True, i == 0
        elif word == "," and open_although:
            subordinate = open_although = False
        if word == "not" or word.endswith("n't"):
            negated = True
        if word in GOOD + BAD:
            if not subordinate:
                verdict = (1 if word in GOOD else -1) * (-1 if negated else 1)
            negated = False
        out.append(verdict)
    return tuple(out)


def test_verdicts_agree_with_rules_written_independently(data):
    for sentence in [*data.train, *data.test, *(s for pair in data.pairs for s in pair)]:
        assert judge(sentence.words) == sentence.verdicts, sentence


def test_both_labels_are_about_as_frequent(data):
    assert abs(np.mean([s.label for s in data.train])) < 0.05


def test_the_same_seed_gives_the_same_sentences(data):
    again = make_sentences(np.random.default_rng(2026))
    assert again == data


def test_wrong_input_is_refused():
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator, got int"):
        make_sentences(0)
    with pytest.raises(ValueError, match="n_pairs must be at least 1, got 0"):
        make_sentences(np.random.default_rng(0), n_pairs=0)
