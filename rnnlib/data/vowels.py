"""Japanese vowels: nine men say /ae/, and who it is can be told."""

import numpy as np

from rnnlib.data._files import read_arrays
from rnnlib.data._parts import Part, Parts


def load_vowels():
    """Load 640 utterances of /ae/ by nine speakers.

    A recording is cut into frames of 25.6 ms, one every 6.4 ms; a frame is described by 12 numbers,
    its LPC cepstrum coefficients.

    Returns
    -------
    Parts
        216 utterances to train and 54 to validate, 24 and 6 of each speaker; 370 to test, between 24
        and 88 of each, the test set as published. ``x`` is a list of float64 arrays of shape
        (T_b, 12), 7 to 29 steps long: ``rnnlib.text.pad`` makes a batch of them. ``y`` is int of
        shape (N,), the speaker, 0 .. 8.

    References
    ----------
    Kudo, Toyama & Shimbo, "Multidimensional curve classification using passing-through regions",
    Pattern Recognition Letters 20 (1999), 1103-1111: 94.1 % right in the test. The data: UCI Machine
    Learning Repository, doi:10.24432/C5NS47.

    Examples
    --------
    >>> vowels = load_vowels()
    >>> vowels
    Parts: 216 to train, 54 to validate, 370 to test
    >>> vowels.train.x[0].shape, vowels.train.y[:5]
    ((23, 12), array([3, 0, 3, 1, 1]))
    """
    (x, y), test = _utterances("vowels_train.npz"), _utterances("vowels_test.npz")
    return Parts(Part(x[:216], y[:216]), Part(x[216:], y[216:]), Part(*test))


def _utterances(name):
    arrays = read_arrays(name)
    ends = arrays["lengths"].cumsum(dtype=np.int64)[:-1]
    return np.split(arrays["millionths"] / 1e6, ends), arrays["y"].astype(np.int64)
