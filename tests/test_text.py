import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from rnnlib.text import Vocabulary, count_words, pad, tokenize


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("I love machine learning", ["I", "love", "machine", "learning"]),
        ("not bad, good.", ["not", "bad", ",", "good", "."]),
        ("I don't, they don’t", ["I", "don't", ",", "they", "don’t"]),
        ("  \t\n ", []),
        ("", []),
        ("<b>bold</b>", ["<", "b", ">", "bold", "<", "/", "b", ">"]),
        ("good👍🏽 привет 学习", ["good👍🏽", "привет", "学习"]),
        ("'quoted'", ["'", "quoted", "'"]),
        ("3.5 days", ["3", ".", "5", "days"]),
    ],
)
def test_tokens(sentence, tokens):
    assert tokenize(sentence) == tokens


@given(st.text())
def test_tokenize_loses_nothing_but_white_space(sentence):
    assert "".join(tokenize(sentence)) == "".join(
        c for c in sentence if not (c.isspace() or c in "\x1c\x1d\x1e\x1f\x85\ufeff")
    )


def test_words_are_sorted_so_that_their_order_does_not_matter():
    assert Vocabulary(["b", "a", "a"]).words == Vocabulary(["a", "b"]).words == ["<unk>", "a", "b"]


def test_case_and_apostrophe_do_not_matter():
    vocabulary = Vocabulary(["Don't"])
    assert "DON’T" in vocabulary and "do" not in vocabulary


def test_unknown_words_are_read_as_unk_and_reported_once_each():
    ids, unknown = Vocabulary(["good"]).encode(["Pancakes", "good", "waffles", "Pancakes"])
    assert_array_equal(ids, [0, 1, 0, 0])
    assert unknown == ["Pancakes", "waffles"]


def test_a_sentence_of_only_unknown_words_is_read():
    ids, unknown = Vocabulary(["good"]).encode(["hello", "world"])
    assert_array_equal(ids, [0, 0])
    assert unknown == ["hello", "world"]


def test_padding_fills_up_at_the_end():
    batch, mask = pad([np.array([5, 6, 7]), np.array([8])])
    assert_array_equal(batch, [[5, 8], [6, 0], [7, 0]])
    assert_array_equal(mask, [[1, 1], [1, 0], [1, 0]])
    assert batch.flags.c_contiguous


def test_padding_keeps_further_axes():
    batch, mask = pad([np.ones((2, 3)), 2 * np.ones((4, 3))])
    assert batch.shape == (4, 2, 3)
    assert_array_equal(batch[:, 0, 0], [1, 1, 0, 0])


def test_a_bag_has_no_order_and_no_padding():
    ids, mask = pad([np.array([2, 0, 2]), np.array([0])])
    assert_array_equal(count_words(ids, mask, 3), [[1, 0, 2], [1, 0, 0]])


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="words is empty: a vocabulary needs at least one"):
        Vocabulary([])
    with pytest.raises(TypeError, match="words must be several words, got one str"):
        Vocabulary("good")
    with pytest.raises(TypeError, match="a word must be a str, got int"):
        Vocabulary([3])
    with pytest.raises(TypeError, match="tokens must be a list of words, got one str"):
        Vocabulary(["good"]).encode("good")
    with pytest.raises(ValueError, match="tokens is empty: there is nothing to read"):
        Vocabulary(["good"]).encode([])
    with pytest.raises(TypeError, match="sentence must be a str, got bytes"):
        tokenize(b"good")
    with pytest.raises(ValueError, match="sequences is empty"):
        pad([])
    with pytest.raises(ValueError, match=r"sequences\[1\] is empty"):
        pad([np.array([1]), np.array([], int)])
    with pytest.raises(IndexError, match=r"ids must lie in 0 .. 2, got 0 .. 3"):
        count_words(np.array([[0], [3]]), np.ones((2, 1), bool), 3)


def test_every_white_space_character_separates():
    for space in map(chr, range(0x110000)):
        if space.isspace():
            assert tokenize(f"a{space}b{space}") == ["a", "b"], repr(space)
