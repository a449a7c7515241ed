import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients, numerical_gradient, relative_error


def test_finds_the_gradient_of_a_known_function():
    a = np.random.default_rng(0).normal(size=(2, 3))
    assert_allclose(numerical_gradient(lambda: float(np.sum(a**3)), a), 3 * a**2, rtol=1e-7)


def test_puts_every_entry_back():
    a = np.random.default_rng(0).normal(size=(2, 3))
    kept = a.copy()
    numerical_gradient(lambda: float(a.sum()), a)
    assert_array_equal(a, kept)


def test_a_wrong_gradient_is_named_with_its_worst_entry():
    w = np.array([1.0, 2.0])
    with pytest.raises(
        AssertionError, match=r"gradient of w is off by .* entry \(1,\): yours 3, numerical 4"
    ):
        check_gradients(lambda: float(w @ w), {"w": w}, {"w": np.array([2.0, 3.0])})


def test_nan_is_not_right():
    w = np.array([1.0])
    with pytest.raises(AssertionError, match="gradient of w"):
        check_gradients(lambda: float(w @ w), {"w": w}, {"w": np.array([np.nan])})


def test_relative_error_is_relative():
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert_allclose(relative_error(np.array([1e-9]), np.array([3e-9])), 0.5)


def test_wrong_input_is_refused():
    with pytest.raises(TypeError, match="a must be an array of float64, got float32"):
        numerical_gradient(lambda: 0.0, np.zeros(2, np.float32))
    with pytest.raises(ValueError, match=r"grads must have the entries \['w'\], got \['v'\]"):
        check_gradients(lambda: 0.0, {"w": np.zeros(1)}, {"v": np.zeros(1)})
    with pytest.raises(ValueError, match=r"grads\['w'\] must have shape \(1,\), got \(2,\)"):
        check_gradients(lambda: 0.0, {"w": np.zeros(1)}, {"w": np.zeros(2)})


def test_a_gradient_of_zero_is_right_if_it_is_zero_up_to_rounding():
    b = np.array([1.0, -2.0])
    scores = np.array([0.3, 0.1, -0.2])

    def loss():  # a shift of all scores changes no softmax, so the gradient at b is 0
        e = np.exp(scores + b.sum())
        return float(-np.log(e[0] / e.sum()))

    assert check_gradients(loss, {"b": b}, {"b": np.array([1e-17, -3e-17])}) == {"b": 0.0}
    with pytest.raises(AssertionError, match="gradient of b is off"):
        check_gradients(loss, {"b": b}, {"b": np.array([1e-6, 0.0])})


def test_a_small_loss_hides_no_wrong_gradient():
    w = np.array([1.0, 2.0])
    with pytest.raises(AssertionError, match="gradient of w is off"):
        check_gradients(lambda: float(1e-9 * w @ w), {"w": w}, {"w": -7e-9 * w})


def test_the_array_is_put_back_if_the_loss_fails():
    a = np.array([1.0])

    def loss():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        numerical_gradient(loss, a)
    assert a[0] == 1
    with pytest.raises(ValueError, match="arrays is empty"):
        check_gradients(lambda: 0.0, {}, {})
    with pytest.raises(ValueError, match="a and b must have the same shape"):
        relative_error(np.ones(3), np.ones(1))
