import numpy as np
from numpy.testing import assert_array_equal

from rnnlib.data.vowels import load_vowels


def test_the_split_is_the_published_one():
    data = load_vowels()
    assert_array_equal(np.bincount(data.train.y), [24] * 9)
    assert_array_equal(np.bincount(data.validation.y), [6] * 9)
    assert_array_equal(np.bincount(data.test.y), [31, 35, 88, 44, 29, 24, 40, 50, 29])  # UCI's


def test_shapes_and_lengths():
    lengths = [len(x) for part in load_vowels() for x in part.x]
    assert (min(lengths), max(lengths), len(lengths)) == (7, 29, 640)
    assert all(x.shape[1:] == (12,) and x.dtype == np.float64 for part in load_vowels() for x in part.x)


def test_no_utterance_is_in_two_parts():
    utterances = [x.tobytes() for part in load_vowels() for x in part.x]
    assert len(set(utterances)) == 640


def test_numbers_are_those_of_the_source():
    """The first utterance of the training file begins 1.860936, 1.891651."""
    data = load_vowels()
    firsts = {tuple(x[:2, 0]) for part in (data.train, data.validation) for x in part.x}
    assert (1.860936, 1.891651) in firsts


def test_the_nearest_average_tells_the_speaker():
    """Features and speakers belong together; chance would be 0.11, the most frequent 0.24."""
    data = load_vowels()
    means = [np.array([x.mean(axis=0) for x in part.x]) for part in (data.train, data.test)]
    centres = np.array([means[0][data.train.y == speaker].mean(axis=0) for speaker in range(9)])
    nearest = ((means[1][:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == data.test.y).mean() > 0.85
