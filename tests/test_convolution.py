import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.convolution import AvgPool2d, Conv1d, Conv2d, MaxOverTime, MaxPool2d, MeanOverTime


def test_a_causal_convolution_sees_nothing_later():
    rng = np.random.default_rng(0)
    conv, x = Conv1d(2, 3, 3, rng, "causal", dilation=2), rng.normal(size=(9, 2, 2))
    before, _ = conv.forward(x)
    x[5:] += 1
    after, _ = conv.forward(x)
    assert_array_equal(before[:5], after[:5])
    assert (before[5:] != after[5:]).all()


def test_the_convolution_over_time_is_its_sum():
    rng = np.random.default_rng(0)
    conv, x = Conv1d(2, 3, 3, rng, "causal", dilation=2), rng.normal(size=(9, 2, 2))
    y, _ = conv.forward(x)
    for t in range(9):
        seen = [t - 4, t - 2, t]
        expected = sum((x[s] if s >= 0 else 0 * x[0]) @ conv.W[k] for k, s in enumerate(seen)) + conv.b
        assert_allclose(y[t], expected)


@pytest.mark.parametrize(("padding", "steps"), [("causal", 7), ("same", 7), ("valid", 5)])
def test_padding_decides_the_length(padding, steps):
    conv = Conv1d(1, 1, 3, np.random.default_rng(0), padding)
    assert conv.forward(np.zeros((7, 1, 1)))[0].shape == (steps, 1, 1)


def test_the_convolution_over_images_is_its_sum():
    rng = np.random.default_rng(0)
    conv, x = Conv2d(2, 3, 3, rng, stride=2, padding=1), rng.normal(size=(2, 2, 5, 7))
    y, _ = conv.forward(x)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    assert y.shape == (2, 3, 3, 4)
    for i in range(3):
        for j in range(4):
            window = padded[:, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
            assert_allclose(y[:, :, i, j], np.einsum("bcuv,kcuv->bk", window, conv.W) + conv.b)


def test_pooling():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert_array_equal(MaxPool2d(2).forward(x)[0][0, 0], [[5, 7], [13, 15]])
    assert_array_equal(AvgPool2d(2).forward(x)[0][0, 0], [[2.5, 4.5], [10.5, 12.5]])
    dx, _ = MaxPool2d(2).backward(np.ones((1, 1, 2, 2)), MaxPool2d(2).forward(np.zeros((1, 1, 4, 4)))[1])
    assert_array_equal(dx[0, 0], [[1, 0, 1, 0], [0, 0, 0, 0]] * 2)  # of equals the first


def test_pooling_over_time_leaves_out_the_padding():
    x = np.array([[[1.0], [-1.0]], [[3.0], [-2.0]], [[9.0], [-3.0]]])  # (3, 2, 1)
    mask = np.array([[1, 1], [1, 1], [0, 1]], bool)
    assert_array_equal(MaxOverTime().forward(x, mask)[0], [[3], [-1]])
    assert_array_equal(MeanOverTime().forward(x, mask)[0], [[2], [-2]])


def test_wrong_input_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match='padding must be "causal", "same" or "valid", got "?\'?full'):
        Conv1d(1, 1, 3, rng, "full")
    with pytest.raises(ValueError, match='padding="same" needs an even'):
        Conv1d(1, 1, 2, rng, "same")
    with pytest.raises(ValueError, match="x has 3 steps, fewer than the 5 that one output sees"):
        Conv1d(1, 1, 3, rng, "valid", dilation=2).forward(np.zeros((3, 1, 1)))
    with pytest.raises(ValueError, match="x has images of 2 by 9, smaller than the filter of 3 by 3"):
        Conv2d(1, 1, 3, rng).forward(np.zeros((1, 1, 2, 9)))
    with pytest.raises(ValueError, match="padding must be at least 0, got -1"):
        Conv2d(1, 1, 3, rng, padding=-1)
    with pytest.raises(ValueError, match="x has images of 4 by 5, not multiples of the window, 2"):
        MaxPool2d(2).forward(np.zeros((1, 1, 4, 5)))
    with pytest.raises(ValueError, match=r"dy must have shape \(1, 1, 2, 2\), got \(1, 1, 4, 4\)"):
        AvgPool2d(2).backward(np.zeros((1, 1, 4, 4)), AvgPool2d(2).forward(np.zeros((1, 1, 4, 4)))[1])
    with pytest.raises(ValueError, match="mask leaves no step of sequence 1"):
        MaxOverTime().forward(np.zeros((3, 2, 1)), np.array([[1, 0]] * 3, bool))
