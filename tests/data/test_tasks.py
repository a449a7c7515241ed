"""Each task is what it says, and its easy way out is closed: the rules here are written on their own."""

from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.data import tasks
from rnnlib.data.tasks import (
    AGREEMENT_CLASSES,
    BRACKET_SYMBOLS,
    ORDER_CLASSES,
    ORDER_SYMBOLS,
    make_adding,
    make_agreement,
    make_brackets,
    make_order,
    make_order_gap,
    make_parity,
    make_recall,
    make_rhythm,
    make_trend,
)


def rng_of(seed=0):
    return np.random.default_rng(seed)


MAKERS = {
    "order": lambda rng: make_order(rng, 30, 12),
    "order far": lambda rng: make_order(rng, 30, 40, positions="far"),
    "order gap": lambda rng: make_order_gap(rng, 30, 12, 5),
    "recall": lambda rng: make_recall(rng, 30, 12),
    "adding": lambda rng: make_adding(rng, 30, 12),
    "trend": lambda rng: make_trend(rng, 30, 12),
    "rhythm": lambda rng: make_rhythm(rng, 30, 12),
    "agreement": lambda rng: make_agreement(rng, 30),
    "brackets": lambda rng: make_brackets(rng, 30, 12),
    "brackets 2": lambda rng: make_brackets(rng, 30, 12, kinds=2),
    "parity": lambda rng: make_parity(rng, 30, 12),
}


def best_by(keys, y):
    """How often one is right who knows nothing but a key, and for each key says what is most frequent."""
    groups = {}
    for key, label in zip(keys, y.tolist(), strict=True):
        groups.setdefault(key, Counter())[label] += 1
    return sum(max(count.values()) for count in groups.values()) / len(y)


@pytest.mark.parametrize("name", MAKERS)
def test_the_seed_decides_and_the_shapes_are_right(name):
    (x, y), (again, y_again), (other, _) = (MAKERS[name](rng_of(seed)) for seed in (0, 0, 1))
    assert_array_equal(y, y_again)
    if isinstance(x, list):
        assert x == again and x != other
    else:
        assert_array_equal(x, again)
        assert not np.array_equal(x, other)
        assert x.shape[:2] == (40 if name == "order far" else 12, 30)
        assert x.dtype == (np.int64 if x.ndim == 2 else np.float64)
    assert y.dtype == (np.float64 if name == "adding" else np.int64)
    assert y.shape in [(30,), (12, 30)] and len(MAKERS[name](rng_of())) == 30


def marks(x, n_distractors=4):
    """Where the marks stand, and which they are, (2, n) each."""
    steps, sequences = np.nonzero((x >= n_distractors).T)[::-1]
    assert_array_equal(sequences, np.repeat(np.arange(x.shape[1]), 2))
    steps = steps.reshape(-1, 2).T
    return steps, x[steps, np.arange(x.shape[1])]


@pytest.mark.parametrize("name", ["order", "order far", "order gap"])
def test_the_class_is_the_order_of_the_marks(name):
    x, y = MAKERS[name](rng_of())
    _, which = marks(x)
    said = ["".join(ORDER_SYMBOLS[i] for i in pair) for pair in which.T]
    assert said == [ORDER_CLASSES[label] for label in y]
    assert np.ptp(np.bincount(y, minlength=4)) <= 1


def test_random_marks_stand_anywhere():
    steps, _ = marks(make_order(rng_of(), 4500, 10).x)
    pairs = Counter(zip(*steps.tolist(), strict=True))
    assert len(pairs) == 45 and min(pairs.values()) > 60 and max(pairs.values()) < 150


def test_marks_stand_where_they_are_told_to():
    steps, _ = marks(make_order(rng_of(), 500, 100, positions="far").x)
    assert set(steps[0]) == set(range(10, 20)) and set(steps[1]) == set(range(50, 60))
    steps, _ = marks(make_order(rng_of(), 500, 30, first=(2, 5), second=(5, 7)).x)
    assert set(steps[0]) == {2, 3, 4} and set(steps[1]) == {5, 6}
    steps, _ = marks(make_order_gap(rng_of(), 500, 20, gap=7, margin=2).x)
    assert set(steps[1] - steps[0]) == {7} and set(steps[0]) == set(range(2, 11))
    steps, _ = marks(make_order_gap(rng_of(), 50, 8, gap=7).x)
    assert set(steps[0]) == {0}
    for T in range(2, 12):
        steps, _ = marks(make_order(rng_of(), 20, T, positions="far").x)
        assert (steps[0] < steps[1]).all()


@pytest.mark.parametrize("name", ["order", "order gap"])
def test_counting_marks_is_right_three_times_out_of_four(name):
    x, y = make_order(rng_of(), 4000, 12) if name == "order" else make_order_gap(rng_of(), 4000, 12, 5)
    _, which = marks(x)
    assert best_by([tuple(sorted(pair)) for pair in which.T.tolist()], y) == 0.75
    assert best_by(which[0].tolist(), y) == best_by(which[1].tolist(), y) == 0.5  # one mark alone


def test_recall():
    x, y = make_recall(rng_of(), 800, 9, n_symbols=8, n_distractors=3)
    assert_array_equal(x[0], y)
    assert_array_equal(np.bincount(y), [100] * 8)
    assert set(x[1:-1].ravel()) == {8, 9, 10} and set(x[-1]) == {11}
    for t in range(1, 9):  # no later step tells
        assert best_by(x[t].tolist(), y) < 0.2


def test_adding():
    x, y = make_adding(rng_of(), 4000, 9)
    values, marked = x[..., 0], x[..., 1]
    assert_allclose(y, (values * marked).sum(axis=0))
    assert set(marked.ravel()) == {0, 1} and values.min() >= 0 and values.max() < 1
    assert (marked[:4].sum(axis=0) == 1).all() and (marked[4:].sum(axis=0) == 1).all()
    assert ((y - 1) ** 2).mean() == pytest.approx(1 / 6, rel=0.05)


def test_trend_pairs_are_each_other_s_reverse():
    x, y = make_trend(rng_of(), 2000, 11)
    assert_array_equal(x[:, 0::2], x[::-1, 1::2])
    assert_array_equal(y[0::2] + y[1::2], 1)
    time = np.arange(11) - 5
    assert_array_equal((time @ x[..., 0] > 0).astype(int), y)  # least squares
    assert 0.45 < y[0::2].mean() < 0.55  # which of the two comes first tells nothing
    assert best_by(map(tuple, np.sort(x[..., 0], axis=0).T.tolist()), y) == 0.5
    single = max(((x[t, :, 0] > level) == y).mean() for t in (0, 10) for level in np.linspace(-2, 2, 9))
    assert single < 0.8


def test_trend_without_noise_is_a_line():
    x, y = make_trend(rng_of(), 10, 8, noise=0.0)
    rises = np.diff(x[..., 0], axis=0) > 0
    assert_array_equal(rises, np.tile(y == 1, (7, 1)))


def test_rhythm_pairs_have_the_same_number_of_pulses():
    x, y = make_rhythm(rng_of(), 1000, 20)
    x = x[..., 0]
    assert set(x.ravel()) == {0, 1}
    assert_array_equal(x[:, 0::2].sum(axis=0), x[:, 1::2].sum(axis=0))
    assert_array_equal(y[0::2] + y[1::2], 1)
    assert 0.45 < y[0::2].mean() < 0.55
    for pulses, label in zip(x.T, y, strict=True):
        at = np.flatnonzero(pulses)
        assert len(at) >= 3 and (len(set(np.diff(at))) == 1) == (label == 1)
        if label:  # nothing is missing at the ends
            assert at[0] < at[1] - at[0] and 20 - at[-1] <= at[1] - at[0]
    assert best_by(x.sum(axis=0).tolist(), y) == 0.5


def test_agreement_is_with_the_first_noun():
    x, y = make_agreement(rng_of(), 3000)
    singular = {one for one, _ in tasks._NOUNS}
    plural = {many for _, many in tasks._NOUNS}
    for words, label in zip(x, y, strict=True):
        nouns = [word for word in words if word in singular | plural]
        assert 1 <= len(nouns) <= 5 and nouns[0] == words[1]
        assert AGREEMENT_CLASSES[label] == ("are" if nouns[0] in plural else "is")
    assert abs(y.mean() - 0.5) < 0.001


def test_a_bag_of_words_gets_agreement_right_as_often_as_the_docstring_says():
    x, y = make_agreement(rng_of(), 20_000)
    plural = {many for _, many in tasks._NOUNS}
    nouns = plural | {one for one, _ in tasks._NOUNS}
    keys = [(sum(w in plural for w in words), sum(w in nouns for w in words)) for words in x]
    assert best_by(keys, y) == pytest.approx(0.775, abs=0.01)
    last = [next(w in plural for w in reversed(words) if w in nouns) for words in x]
    assert best_by(last, y) == pytest.approx(0.6, abs=0.02)  # the noun before the verb: 1/5 + 4/5 x 1/2


def read_brackets(symbols):
    """Depth and what may close, after each step, by a stack."""
    stack, depths, closers = [], [], []
    for symbol in symbols:
        if symbol in "([":
            stack.append(symbol)
        elif symbol in ")]":
            assert stack and stack.pop() + symbol in ("()", "[]")
        depths.append(len(stack))
        closers.append({"(": 1, "[": 2}[stack[-1]] if stack else 0)
    return depths, closers


@pytest.mark.parametrize("kinds", [1, 2])
@pytest.mark.parametrize("depth", [1, 3])
def test_brackets_agree_with_a_stack(kinds, depth):
    x, y = make_brackets(rng_of(), 200, 25, depth, kinds)
    reached = set()
    for ids, targets in zip(x.T, y.T, strict=True):
        depths, closers = read_brackets([BRACKET_SYMBOLS[i] for i in ids])
        assert targets.tolist() == (depths if kinds == 1 else closers)
        reached |= set(depths)
    assert reached == set(range(depth + 1))
    assert set(x.ravel()) == set(range(2 * kinds + 1))
    # the symbol alone, and the step, do not tell
    if depth == 3:
        assert best_by(x[10:].ravel().tolist(), y[10:].ravel()) < 0.75
        assert best_by(np.repeat(np.arange(15), 200).tolist(), y[10:].ravel()) < 0.6


def test_parity():
    x, y = make_parity(rng_of(), 500, 9)
    assert_array_equal(x[..., 0].sum(axis=0) % 2, y[-1])
    assert_array_equal(y[1:] ^ y[:-1], x[1:, :, 0].astype(int))
    assert best_by(x[-1, :, 0].tolist(), y[-1]) < 0.6


@pytest.mark.parametrize("make", [make_adding, make_trend, make_rhythm, make_parity])
def test_the_dtype_is_an_argument(make):
    x, y = make(rng_of(), 4, 9, dtype=np.float32)
    assert x.dtype == np.float32 and y.dtype == (np.float32 if make is make_adding else np.int64)
    with pytest.raises(TypeError, match="dtype must be float32 or float64"):
        make(rng_of(), 4, 9, dtype=int)


WRONG = {
    "rng": lambda: make_order(0, 4, 9),
    "n must be at least 1": lambda: make_order(rng_of(), 0, 9),
    "n must be a whole number": lambda: make_recall(rng_of(), 2.0, 9),
    "n must be even": lambda: make_trend(rng_of(), 3, 9),
    "n must be at least 2": lambda: make_rhythm(rng_of(), 1, 9),
    "T must be at least 2": lambda: make_order(rng_of(), 4, 1),
    "T must be at least 6": lambda: make_rhythm(rng_of(), 4, 5),
    "T must be at least 10": lambda: make_order_gap(rng_of(), 4, 9, gap=5, margin=2),
    "gap must be at least 1": lambda: make_order_gap(rng_of(), 4, 9, gap=0),
    "margin must be at least 0": lambda: make_order_gap(rng_of(), 4, 9, gap=1, margin=-1),
    "n_distractors must be at least 1": lambda: make_order(rng_of(), 4, 9, 0),
    "n_symbols must be at least 2": lambda: make_recall(rng_of(), 4, 9, 1),
    "positions must be 'random' or 'far'": lambda: make_order(rng_of(), 4, 9, positions="near"),
    "must be given together": lambda: make_order(rng_of(), 4, 9, first=(0, 2)),
    "first must be a pair": lambda: make_order(rng_of(), 4, 9, first=3, second=(4, 5)),
    "second must be steps lo < hi of 0 .. 9": lambda: make_order(
        rng_of(), 4, 9, first=(0, 2), second=(4, 10)
    ),
    "first must end where second begins": lambda: make_order(rng_of(), 4, 9, first=(0, 5), second=(4, 6)),
    "noise must be a finite number": lambda: make_trend(rng_of(), 4, 9, noise=-1.0),
    "distractors must be a pair": lambda: make_agreement(rng_of(), 4, 3),
    r"distractors\[1\] must be at least 3": lambda: make_agreement(rng_of(), 4, (3, 2)),
    "depth must be at least 1": lambda: make_brackets(rng_of(), 4, 9, 0),
    "kinds must be 1 or 2": lambda: make_brackets(rng_of(), 4, 9, kinds=3),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_input_is_refused(message):
    with pytest.raises((TypeError, ValueError), match=message):
        WRONG[message]()
