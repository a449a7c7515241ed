"""Tasks made by a rule: as many examples as one likes, and it is known what memory each one asks for.

Every function takes a random generator first and returns a ``Part``, whose ``x`` is time-major
and ready for the models. Each task is made so that its easy way out is closed: the classes are
equally frequent, and what a reader without memory of order could go by (which symbols there are,
which values, how many pulses) carries nothing, or exactly as much as the docstring says.
"""

import numpy as np

from rnnlib.checks import check_dtype, check_rng, check_size
from rnnlib.data._parts import Part

ORDER_CLASSES = ["XX", "XY", "YX", "YY"]
ORDER_SYMBOLS = ["a", "b", "c", "d", "X", "Y"]  # with the usual four distractors
BRACKET_SYMBOLS = ["a", "(", ")", "[", "]"]
AGREEMENT_CLASSES = ["is", "are"]


def _equally_often(rng, n, n_classes):
    """Give n classes in random order, each as often as the others, up to one."""
    return rng.permutation((rng.integers(n_classes) + np.arange(n)) % n_classes)


def _check_steps(name, value, T):
    """Refuse anything but a pair (lo, hi) with 0 <= lo < hi <= T."""
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypeError(f"{name} must be a pair (lo, hi) of steps, got {value!r}")
    lo, hi = (check_size(f"{name}[{i}]", v, 0) for i, v in enumerate(value))
    if not lo < hi <= T:
        raise ValueError(f"{name} must be steps lo < hi of 0 .. {T}, got ({lo}, {hi})")
    return lo, hi


def _order(rng, n, T, n_distractors, first, second):
    """Distractors everywhere, and the marks of a random class at the given steps."""
    y = _equally_often(rng, n, 4)
    x = rng.integers(n_distractors, size=(T, n))
    x[first, np.arange(n)] = n_distractors + y // 2
    x[second, np.arange(n)] = n_distractors + y % 2
    return Part(x, y)


def make_order(rng, n, T, n_distractors=4, positions="random", first=None, second=None):
    """Put two marks, X or Y, among distractors; the class is the order they come in.

    Whoever only counts symbols tells XX from YY, but not XY from YX: exactly 0.75 at best.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences.
    T : int
        Steps of each; at least 2.
    n_distractors : int, default=4
        How many symbols mean nothing.
    positions : {"random", "far"}
        Two different steps, all pairs equally likely; or the first mark in [T/10, T/5) and the
        second in [T/2, 3T/5), as in the source (for T < 10, the first step of these ranges).
    first, second : tuple (lo, hi), default=None
        Ranges of steps, lo included and hi not, for the two marks; both or none. They override
        ``positions``. The first range must end where the second begins, or before.

    Returns
    -------
    Part
        ``x`` is int of shape (T, n): 0 .. n_distractors - 1 are distractors, then come X and Y;
        ``ORDER_SYMBOLS`` spells them. ``y`` is int of shape (n,): 0 .. 3 for XX, XY, YX, YY, each
        equally often (``ORDER_CLASSES``).

    References
    ----------
    Hochreiter & Schmidhuber, "Long short-term memory", Neural Computation 9 (1997), experiment 6a.

    Examples
    --------
    >>> x, y = make_order(np.random.default_rng(0), 2, 12)
    >>> "".join(ORDER_SYMBOLS[i] for i in x[:, 0]), ORDER_CLASSES[y[0]]
    ('aaccXccbcbYd', 'XY')
    """
    check_rng(rng)
    n, T = check_size("n", n), check_size("T", T, 2)
    n_distractors = check_size("n_distractors", n_distractors)
    if positions not in ("random", "far"):
        raise ValueError(f"positions must be 'random' or 'far', got {positions!r}")
    if (first is None) != (second is None):
        raise ValueError("first and second must be given together, got only one of them")
    if first is None and positions == "random":
        a = rng.integers(T, size=n)
        b = (a + 1 + rng.integers(T - 1, size=n)) % T  # any other step
        return _order(rng, n, T, n_distractors, np.minimum(a, b), np.maximum(a, b))
    if first is None:
        first = (T // 10, max(T // 5, T // 10 + 1))
        second = (T // 2, max(3 * T // 5, T // 2 + 1))
    first, second = _check_steps("first", first, T), _check_steps("second", second, T)
    if first[1] > second[0]:
        raise ValueError(f"first must end where second begins, or before, got {first} and {second}")
    return _order(rng, n, T, n_distractors, rng.integers(*first, size=n), rng.integers(*second, size=n))


def make_order_gap(rng, n, T, gap, n_distractors=4, margin=0):
    """Make the order task with its two marks exactly ``gap`` steps apart, anywhere in the sequence.

    A network that sees fewer than gap + 1 steps at once never sees both marks. It can still tell
    where a mark lies from the ends of the sequence, unless ``margin`` keeps the marks away from
    them.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences.
    T : int
        Steps of each; at least gap + 1 + 2 margin.
    gap : int
        From the first mark to the second; at least 1.
    n_distractors : int, default=4
    margin : int, default=0
        Steps at either end that hold no mark.

    Returns
    -------
    Part
        As of ``make_order``.

    Examples
    --------
    >>> x, y = make_order_gap(np.random.default_rng(0), 2, 12, gap=3)
    >>> "".join(ORDER_SYMBOLS[i] for i in x[:, 0]), ORDER_CLASSES[y[0]]
    ('baaccdcYbcYc', 'YY')
    """
    check_rng(rng)
    n, gap, margin = check_size("n", n), check_size("gap", gap), check_size("margin", margin, 0)
    T = check_size("T", T, gap + 1 + 2 * margin)
    first = rng.integers(margin, T - gap - margin, size=n)
    return _order(rng, n, T, check_size("n_distractors", n_distractors), first, first + gap)


def make_recall(rng, n, T, n_symbols=8, n_distractors=4):
    """Say at the end what the first symbol was; in between, nothing matters.

    Guessing gets 1 / n_symbols.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences.
    T : int
        Steps of each; at least 2. The symbol has to be kept for T - 1 steps.
    n_symbols : int, default=8
        At least 2.
    n_distractors : int, default=4

    Returns
    -------
    Part
        ``x`` is int of shape (T, n): first one of 0 .. n_symbols - 1, then distractors n_symbols ..
        n_symbols + n_distractors - 1, last the cue n_symbols + n_distractors, "now say it".
        ``y`` is int of shape (n,), the first symbol; all equally often.

    Examples
    --------
    >>> x, y = make_recall(np.random.default_rng(0), 3, 6)
    >>> x[:, 0], y[0]
    (array([ 0,  8, 10, 10, 10, 12]), np.int64(0))
    """
    check_rng(rng)
    n, T = check_size("n", n), check_size("T", T, 2)
    n_symbols = check_size("n_symbols", n_symbols, 2)
    n_distractors = check_size("n_distractors", n_distractors)
    y = _equally_often(rng, n, n_symbols)
    x = n_symbols + rng.integers(n_distractors, size=(T, n))
    x[0], x[-1] = y, n_symbols + n_distractors
    return Part(x, y)


def make_adding(rng, n, T, dtype=np.float64):
    """Add the two numbers that are marked, among many that are not.

    Whoever always says 1 has a mean squared error of 1/6.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences.
    T : int
        Steps of each; at least 2. One mark lies in each half.
    dtype : dtype, default=float64

    Returns
    -------
    Part
        ``x`` has shape (T, n, 2): a number in [0, 1) and a mark, 1 or 0. ``y`` has shape (n,).

    References
    ----------
    After Hochreiter & Schmidhuber, "Long short-term memory", Neural Computation 9 (1997),
    experiment 4; in this form in Le, Jaitly & Hinton, arXiv:1504.00941 (2015).

    Examples
    --------
    >>> x, y = make_adding(np.random.default_rng(0), 1, 4)
    >>> x[:, 0].round(2), y.round(2)
    (array([[0.64, 1.  ],
           [0.27, 0.  ],
           [0.04, 0.  ],
           [0.02, 1.  ]]), array([0.65]))
    """
    check_rng(rng)
    n, T = check_size("n", n), check_size("T", T, 2)
    x = np.zeros((T, n, 2), check_dtype(dtype))
    x[..., 0] = rng.random((T, n))
    for lo, hi in ((0, T // 2), (T // 2, T)):
        x[rng.integers(lo, hi, size=n), np.arange(n), 1] = 1
    return Part(x, x.prod(axis=2).sum(axis=0))


def make_trend(rng, n, T, noise=0.5, dtype=np.float64):
    """Do the values rise or fall? Each sequence comes with its reverse.

    The two of a pair have the same values, so whoever sorts them, or averages them, is right in
    exactly half of all cases. The level of a sequence is random as well: the last value alone, or
    the first, is right in about 0.75.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences; even.
    T : int
        Steps of each; at least 2.
    noise : float, default=0.5
        Standard deviation around the line. The line rises or falls by 1 to 3 in all.
    dtype : dtype, default=float64

    Returns
    -------
    Part
        ``x`` has shape (T, n, 1). ``y`` is int of shape (n,): 1 if the straight line that fits
        best (least squares) rises, 0 if it falls. Sequences 2i and 2i + 1 are a pair, in random
        order.

    Examples
    --------
    >>> x, y = make_trend(np.random.default_rng(0), 2, 5)
    >>> x[:, 0, 0].round(1), y
    (array([2. , 1.1, 0.3, 0.2, 0.1]), array([0, 1]))
    """
    check_rng(rng)
    pairs, T = _half(n), check_size("T", T, 2)
    if isinstance(noise, bool) or not isinstance(noise, (int, float)) or not 0 <= noise < np.inf:
        raise ValueError(f"noise must be a finite number of at least 0, got {noise!r}")
    dtype = check_dtype(dtype)
    line = np.linspace(-1, 1, T)[:, None]
    level, slope = rng.uniform(-2, 2, size=pairs), rng.uniform(0.5, 1.5, size=pairs)
    rising = level + slope * line + noise * rng.normal(size=(T, pairs))
    rising = np.where((line * rising).sum(axis=0) < 0, rising[::-1], rising)  # noise may have won
    return _pairs(rng, rising.astype(dtype), rising[::-1].astype(dtype))


def make_rhythm(rng, n, T, dtype=np.float64):
    """Do the pulses come at equal distances? Each rhythm comes with a shuffle of itself.

    The two of a pair have the same number of pulses, so the count carries nothing: exactly half.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences; even.
    T : int
        Steps of each; at least 6.
    dtype : dtype, default=float64

    Returns
    -------
    Part
        ``x`` has shape (T, n, 1): 1 where there is a pulse, else 0, at least three pulses. ``y`` is
        int of shape (n,): 1 if they repeat with one period (2 .. T/3, from a random beginning), 0
        if they stand at random, not all equally far apart. Sequences 2i and 2i + 1 are a pair, in
        random order.

    Examples
    --------
    >>> x, y = make_rhythm(np.random.default_rng(0), 2, 12)
    >>> x[:, :, 0].astype(int).T, y
    (array([[0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0],
           [0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0]]), array([1, 0]))
    """
    check_rng(rng)
    pairs, T = _half(n), check_size("T", T, 6)
    dtype = check_dtype(dtype)
    even, uneven = np.zeros((2, T, pairs), dtype)
    for i in range(pairs):
        period = rng.integers(2, T // 3 + 1)
        at = np.arange(rng.integers(period), T, period)
        even[at, i] = 1
        while len(set(np.diff(at))) == 1:
            at = np.sort(rng.choice(T, len(at), replace=False))
        uneven[at, i] = 1
    return _pairs(rng, even, uneven)


def _half(n):
    if check_size("n", n, 2) % 2:
        raise ValueError(f"n must be even, the sequences come in pairs, got {n}")
    return int(n) // 2


def _pairs(rng, ones, zeros):
    """Put (T, pairs) sequences of class 1 and 0 beside each other, in random order within a pair."""
    T, pairs = ones.shape
    swap = rng.integers(2, size=pairs)
    both = np.stack([np.where(swap, zeros, ones), np.where(swap, ones, zeros)], axis=2)
    return Part(both.reshape(T, 2 * pairs, 1), np.stack([1 - swap, swap], axis=1).reshape(-1))


_NOUNS = [
    ("key", "keys"),
    ("cabinet", "cabinets"),
    ("teacher", "teachers"),
    ("student", "students"),
    ("friend", "friends"),
    ("garden", "gardens"),
    ("house", "houses"),
    ("letter", "letters"),
    ("painter", "painters"),
    ("road", "roads"),
    ("ship", "ships"),
    ("tree", "trees"),
]
_PREPOSITIONS = ["to", "near", "behind", "beside", "with", "by"]


def make_agreement(rng, n, distractors=(0, 4)):
    """Which verb goes on: "the keys to the cabinet" are, "the key to the cabinets" is.

    The verb agrees with the first noun. The nouns after it are of either number, at random, and
    all nouns occur in both roles. So a bag of words can only go with the majority; with 0 to 4
    distractors the best it can do is 0.775.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of beginnings.
    distractors : tuple (least, most), default=(0, 4)
        How many nouns follow the first one; every number equally likely.

    Returns
    -------
    Part
        ``x`` is a list of n tuples of words. ``y`` is int of shape (n,): 0 for "is", 1 for "are",
        equally often (``AGREEMENT_CLASSES``).

    Examples
    --------
    >>> x, y = make_agreement(np.random.default_rng(4), 2)
    >>> " ".join(x[0]), AGREEMENT_CLASSES[y[0]]
    ('the ships by the trees beside the key', 'are')
    """
    check_rng(rng)
    n = check_size("n", n)
    if not isinstance(distractors, tuple) or len(distractors) != 2:
        raise TypeError(f"distractors must be a pair (least, most), got {distractors!r}")
    least = check_size("distractors[0]", distractors[0], 0)
    most = check_size("distractors[1]", distractors[1], least)
    y = _equally_often(rng, n, 2)
    sentences = []
    for number in y:
        words = ["the", _NOUNS[rng.integers(len(_NOUNS))][number]]
        for _ in range(rng.integers(least, most + 1)):
            noun = _NOUNS[rng.integers(len(_NOUNS))][rng.integers(2)]
            words += [_PREPOSITIONS[rng.integers(len(_PREPOSITIONS))], "the", noun]
        sentences.append(tuple(words))
    return Part(sentences, y)


def make_brackets(rng, n, T, depth=3, kinds=1):
    """Open and close brackets, never deeper than ``depth``; the target is how deep we are after each step.

    A letter, "a", leaves everything as it is; without it, the depth would be even after every
    even number of steps. With one kind of brackets a counter is enough, depth + 1 states; with
    two kinds one must know which bracket is open, 2^(depth + 1) - 1 states.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences.
    T : int
        Steps of each. They need not end balanced.
    depth : int, default=3
        The deepest there is.
    kinds : {1, 2}
        Round brackets only, or square ones too.

    Returns
    -------
    Part
        ``x`` is int of shape (T, n), numbers of ``BRACKET_SYMBOLS``. ``y`` is int of shape (T, n).
        With one kind: the depth after the step. With two: what may close next, 0 nothing, 1 a
        round bracket, 2 a square one.

    Examples
    --------
    >>> x, y = make_brackets(np.random.default_rng(0), 1, 10)
    >>> "".join(BRACKET_SYMBOLS[i] for i in x[:, 0]), y[:, 0]
    ('(a)()((()a', array([1, 1, 0, 1, 0, 1, 2, 3, 2, 2]))
    """
    check_rng(rng)
    n, T, depth = check_size("n", n), check_size("T", T), check_size("depth", depth)
    if check_size("kinds", kinds) > 2:
        raise ValueError(f"kinds must be 1 or 2, got {kinds}")
    x, y = np.zeros((2, T, n), np.int64)
    every = np.arange(n)
    stack, height = np.zeros((depth + 1, n), np.int64), np.zeros(n, np.int64)  # stack[0] stays empty
    for t in range(T):
        letter, kind = rng.random(n) < 1 / 3, rng.integers(1, kinds + 1, size=n)
        opens = np.where(height == 0, True, np.where(height == depth, False, rng.random(n) < 0.5))
        top = stack[height, every]
        x[t] = np.where(letter, 0, np.where(opens, 2 * kind - 1, 2 * top))
        height += np.where(letter, 0, np.where(opens, 1, -1))
        opened = opens & ~letter
        stack[height[opened], every[opened]] = kind[opened]
        y[t] = height if kinds == 1 else stack[height, every]
    return Part(x, y)


def make_parity(rng, n, T, dtype=np.float64):
    """Is the number of ones so far even or odd? Every single bit counts.

    Whoever reads the last bit alone, or any bits but all of them, is right in half of all cases.

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        Number of sequences.
    T : int
        Steps of each.
    dtype : dtype, default=float64

    Returns
    -------
    Part
        ``x`` has shape (T, n, 1), zeros and ones. ``y`` is int of shape (T, n): 1 where the number
        of ones up to here is odd.

    Examples
    --------
    >>> x, y = make_parity(np.random.default_rng(0), 1, 8)
    >>> x[:, 0, 0], y[:, 0]
    (array([1., 1., 1., 0., 0., 0., 0., 0.]), array([1, 0, 1, 1, 1, 1, 1, 1]))
    """
    check_rng(rng)
    bits = rng.integers(2, size=(check_size("T", T), check_size("n", n)))
    return Part(bits[..., None].astype(check_dtype(dtype)), bits.cumsum(axis=0) % 2)
