import unicodedata

import numpy as np
from numpy.testing import assert_array_equal

from rnnlib.data.words import LANGUAGES, load_words


def test_sizes_and_balance():
    for part, n in zip(load_words(), (1600, 200, 200), strict=True):
        assert_array_equal(np.bincount(part.y), [n] * len(LANGUAGES))
        assert part.y.dtype == np.int64 and len(part.x) == len(part)


def test_no_word_occurs_twice_in_any_language_or_part():
    words = [word for part in load_words() for word in part.x]
    assert len(words) == len(set(words)) == 12_000


def test_words_are_letters_in_lower_case_at_least_four():
    for word in (word for part in load_words() for word in part.x):
        assert len(word) >= 4 and word.isalpha() and word == word.lower()
        assert unicodedata.normalize("NFC", word) == word


def test_words_stand_with_their_language():
    data = load_words()
    of = {word: LANGUAGES[y] for part in data for word, y in zip(part.x, part.y, strict=True)}
    for word, language in {
        "should": "English",
        "être": "French",
        "nicht": "German",
        "también": "Spanish",
        "essere": "Italian",
        "että": "Finnish",
    }.items():
        assert of[word] == language
