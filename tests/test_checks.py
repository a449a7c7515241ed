import numpy as np
import pytest

from rnnlib.checks import check_array, check_dtype, check_grads, check_positive, check_rng, check_size


def test_sizes_come_back_in_the_order_of_their_letters():
    assert check_array("x", np.zeros((5, 2, 3)), ("T", "B", 3)) == (5, 2)


@pytest.mark.parametrize(
    ("value", "shape", "kind", "error", "message"),
    [
        ([1.0], ("T",), "f", TypeError, r"x must be a numpy array of floating-point numbers, got list"),
        (np.zeros(3, int), ("T",), "f", TypeError, r"x must hold floating-point numbers, got dtype int64"),
        (np.zeros(3), ("T",), "i", TypeError, r"x must hold integer numbers, got dtype float64"),
        (np.zeros(3, complex), ("T",), "f", TypeError, r"got dtype complex128"),
        (np.zeros((5, 2)), ("T", "B", 3), "f", ValueError, r"x must have shape \(T, B, 3\), got \(5, 2\)"),
        (
            np.zeros((5, 2, 4)),
            ("T", "B", 3),
            "f",
            ValueError,
            r"x must have shape \(T, B, 3\), got \(5, 2, 4\)",
        ),
        (np.zeros((0, 2, 3)), ("T", "B", 3), "f", ValueError, r"none of them may be 0, got \(0, 2, 3\)"),
        (np.zeros((2, 3)), ("N", "N"), "f", ValueError, r"x must have shape \(N, N\), got \(2, 3\)"),
    ],
)
def test_a_wrong_array_is_named_with_what_came_and_what_was_wanted(value, shape, kind, error, message):
    with pytest.raises(error, match=message):
        check_array("x", value, shape, kind)


@pytest.mark.parametrize("value", [0, -1])
def test_a_size_below_one_is_refused(value):
    with pytest.raises(ValueError, match=f"hidden_size must be at least 1, got {value}"):
        check_size("hidden_size", value)


@pytest.mark.parametrize("value", [1.0, "3", None, True])
def test_a_size_that_is_no_whole_number_is_refused(value):
    with pytest.raises(TypeError, match="hidden_size must be a whole number"):
        check_size("hidden_size", value)


@pytest.mark.parametrize("value", [0, -0.1, np.nan, np.inf])
def test_a_learning_rate_that_is_not_positive_is_refused(value):
    with pytest.raises(ValueError, match="lr must be a finite number above 0"):
        check_positive("lr", value)


def test_a_seed_is_not_a_generator():
    with pytest.raises(TypeError, match=r"rng must be a numpy.random.Generator, got int"):
        check_rng(0)


@pytest.mark.parametrize("dtype", [int, np.float16, complex])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(TypeError, match="dtype must be float32 or float64"):
        check_dtype(dtype)


def test_gradients_must_fit_the_parameters():
    params = {"W": np.zeros((2, 3))}
    with pytest.raises(ValueError, match=r"grads must have the entries \['W'\], got \['V'\]"):
        check_grads(params, {"V": np.zeros((2, 3))})
    with pytest.raises(ValueError, match=r"grads\['W'\] must have shape \(2, 3\), got \(3, 2\)"):
        check_grads(params, {"W": np.zeros((3, 2))})
