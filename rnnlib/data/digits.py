"""Handwritten digits, 8 x 8 pixels."""

import numpy as np

from rnnlib.data._files import read_arrays
from rnnlib.data._parts import Part, Parts


def load_digits():
    """Load 1,797 handwritten digits.

    Thirteen people wrote them. Who wrote which is not known, so the same hands are in all three
    parts: what the test says holds for them.

    Returns
    -------
    Parts
        1,197 images to train, 300 to validate, 300 to test; every digit has the same share in each.
        ``x`` is float32 of shape (N, 8, 8) in [0, 1], 0 is paper and 1 is ink; ``y`` is int of
        shape (N,), 0 .. 9.

    References
    ----------
    Alpaydin & Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository
    (1998), doi:10.24432/C50P49: the part that UCI keeps for the test.

    Examples
    --------
    >>> digits = load_digits()
    >>> digits
    Parts: 1197 to train, 300 to validate, 300 to test
    >>> x, y = digits.train
    >>> x.shape, y[:5]
    ((1197, 8, 8), array([6, 2, 0, 3, 9]))
    """
    arrays = read_arrays("digits.npz")
    x, y = (arrays["x"] / 16).astype(np.float32), arrays["y"].astype(np.int64)
    return Parts(Part(x[:1197], y[:1197]), Part(x[1197:1497], y[1197:1497]), Part(x[1497:], y[1497:]))
