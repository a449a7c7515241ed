import numpy as np
from numpy.testing import assert_array_equal

from rnnlib.data.digits import load_digits


def test_shapes_dtypes_and_range():
    for part, n in zip(load_digits(), (1197, 300, 300), strict=True):
        assert part.x.shape == (n, 8, 8) and part.x.dtype == np.float32
        assert part.y.shape == (n,) and part.y.dtype == np.int64
        assert part.x.min() == 0 and part.x.max() == 1
        assert_array_equal(part.x * 16, np.rint(part.x * 16))


def test_every_digit_has_its_share_in_every_part():
    data = load_digits()
    counts = np.array([np.bincount(part.y, minlength=10) for part in data])
    assert_array_equal(counts.sum(axis=0), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])  # UCI's
    shares = counts / counts.sum(axis=0)
    assert np.abs(shares - np.array([[1197], [300], [300]]) / 1797).max() < 0.01


def test_no_image_is_in_two_parts():
    parts = [{image.tobytes() for image in part.x} for part in load_digits()]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 1797


def test_the_nearest_neighbour_reads_them():
    """Images and labels belong together: shuffled apart, this would be 0.1."""
    data = load_digits()
    train, test = data.train.x.reshape(-1, 64), data.test.x.reshape(-1, 64)
    distance = (test**2).sum(1)[:, None] - 2 * test @ train.T + (train**2).sum(1)
    assert (data.train.y[distance.argmin(1)] == data.test.y).mean() > 0.96
