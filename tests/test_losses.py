import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients
from rnnlib.losses import cross_entropy, mean_squared_error


@pytest.mark.parametrize("kind", ["numbers", "probabilities"])
@pytest.mark.parametrize("masked", [False, True])
def test_gradients_match_finite_differences(kind, masked):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4, 3, 5))
    targets = rng.integers(5, size=(4, 3)) if kind == "numbers" else rng.dirichlet(np.ones(5), size=(4, 3))
    mask = rng.random((4, 3)) < 0.6 if masked else None
    _, dlogits = cross_entropy(logits, targets, mask)
    check_gradients(lambda: cross_entropy(logits, targets, mask)[0], {"logits": logits}, {"logits": dlogits})


def test_is_minus_the_logarithm_of_the_right_probability():
    logits = np.log(np.array([[0.2, 0.8], [0.5, 0.5]]))
    loss, _ = cross_entropy(logits, np.array([1, 0]))
    assert_allclose(loss, -(np.log(0.8) + np.log(0.5)) / 2)


def test_what_is_masked_out_does_not_count():
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(4, 2, 3)), rng.integers(3, size=(4, 2))
    mask = np.array([[1, 1], [1, 1], [1, 0], [0, 0]], bool)
    loss, dlogits = cross_entropy(logits, targets, mask)
    other = np.where(mask[..., None], logits, 99.0)
    assert_allclose(cross_entropy(other, targets, mask)[0], loss)
    assert_array_equal(dlogits[~mask], 0)
    assert_allclose(
        loss,
        np.mean([cross_entropy(logits[t, b][None], targets[t, b][None])[0] for t, b in np.argwhere(mask)]),
    )


def test_the_order_in_memory_does_not_matter():
    rng = np.random.default_rng(0)
    logits, targets = rng.normal(size=(4, 2, 3)), rng.integers(3, size=(4, 2))
    turned = np.ascontiguousarray(logits.T).T
    loss, dlogits = cross_entropy(logits, targets)
    assert_allclose(cross_entropy(turned, targets)[0], loss)
    assert_allclose(cross_entropy(turned, targets)[1], dlogits)


def test_large_scores_do_not_overflow():
    with np.errstate(over="raise", invalid="raise"):
        loss, _ = cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))
    assert_allclose(loss, 2e4)


def test_wrong_input_is_refused():
    logits = np.zeros((4, 3))
    with pytest.raises(ValueError, match=r"targets must have shape \(4,\), got \(3,\)"):
        cross_entropy(logits, np.zeros(3, int))
    with pytest.raises(IndexError, match=r"targets must lie in 0 .. 2, got 0 .. 3"):
        cross_entropy(logits, np.array([0, 1, 2, 3]))
    with pytest.raises(ValueError, match="sum to 1 over the classes"):
        cross_entropy(logits, np.ones((4, 3)))
    with pytest.raises(ValueError, match="mask leaves out every output"):
        cross_entropy(logits, np.zeros(4, int), np.zeros(4, bool))
    with pytest.raises(TypeError, match="mask must hold boolean numbers"):
        cross_entropy(logits, np.zeros(4, int), np.ones(4))


def test_mean_squared_error_and_its_gradient():
    rng = np.random.default_rng(0)
    y, targets = rng.normal(size=(4, 3, 2)), rng.normal(size=(4, 3, 2))
    mask = rng.random((4, 3)) > 0.3
    loss, dy = mean_squared_error(y, targets, mask)
    assert_allclose(loss, np.mean((y - targets)[mask] ** 2))
    check_gradients(lambda: mean_squared_error(y, targets, mask)[0], {"y": y}, {"y": dy})
    assert (dy[~mask] == 0).all()
    with pytest.raises(ValueError, match="mask leaves out every output"):
        mean_squared_error(y, targets, np.zeros((4, 3), bool))
    with pytest.raises(ValueError, match=r"targets must have shape \(4, 3, 2\), got \(4, 3\)"):
        mean_squared_error(y, targets[..., 0])


def test_many_classes_and_extreme_scores_are_no_trouble():
    loss, dlogits = cross_entropy(np.zeros((1, 50_000)), np.array([7]))
    assert_allclose(loss, np.log(50_000))
    assert_allclose(dlogits[0, 7], 1 / 50_000 - 1)
    with np.errstate(over="ignore"):
        assert cross_entropy(np.array([[1.7e308, -1.7e308]]), np.array([0]))[0] == 0
    mask = np.array([True, False])
    cross_entropy(np.zeros((2, 3)), np.array([1, -1]), mask)  # what does not count may be anything
