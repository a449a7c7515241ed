import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.functions import log_softmax, relu, sigmoid, softmax

scores = arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e4, 1e4))


def test_sigmoid_is_the_formula_where_the_formula_is_safe():
    z = np.linspace(-30, 30, 61)
    assert_allclose(sigmoid(z), 1 / (1 + np.exp(-z)), rtol=1e-9, atol=1e-15)


def test_sigmoid_does_not_overflow():
    with np.errstate(all="raise"):
        assert_allclose(sigmoid(np.array([-1e4, 1e4])), [0, 1])


@given(scores)
def test_softmax_gives_probabilities_for_any_scores(z):
    p = softmax(z)
    assert (p >= 0).all()
    assert_allclose(p.sum(axis=-1), 1)


@given(scores)
def test_softmax_ignores_what_is_added_to_all_scores(z):
    assert_allclose(softmax(z + 3.0), softmax(z), atol=1e-9)


def test_log_softmax_is_the_logarithm_of_softmax():
    z = np.random.default_rng(0).normal(size=(4, 3))
    assert_allclose(log_softmax(z), np.log(softmax(z)))
    assert_allclose(softmax(z), np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))


def test_relu():
    assert_array_equal(relu(np.array([-2.0, 0.0, 3.0])), [0, 0, 3])
