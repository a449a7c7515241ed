import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients
from rnnlib.layers import Dropout, Embedding, LayerNorm, Linear


@pytest.mark.parametrize("leading", [(5,), (4, 3), (2, 3, 4)])
def test_linear_gradients_match_finite_differences(leading):
    rng = np.random.default_rng(0)
    layer = Linear(3, 2, rng)
    layer.b[...] = rng.normal(size=2)
    x, dy = rng.normal(size=(*leading, 3)), rng.normal(size=(*leading, 2))
    y, cache = layer.forward(x)
    dx, grads = layer.backward(dy, cache)
    assert_allclose(y, np.einsum("...d,dk->...k", x, layer.W) + layer.b)
    check_gradients(
        lambda: float(np.sum(dy * layer.forward(x)[0])), {"x": x, **layer.params}, {"x": dx, **grads}
    )


def test_embedding_gradients_match_finite_differences_also_for_repeated_words():
    rng = np.random.default_rng(0)
    layer = Embedding(5, 3, rng)
    ids = np.array([[0, 4], [4, 4], [2, 0]])
    dx = rng.normal(size=(3, 2, 3))
    x, cache = layer.forward(ids)
    assert_array_equal(x[1, 0], layer.W[4])
    check_gradients(
        lambda: float(np.sum(dx * layer.forward(ids)[0])), layer.params, layer.backward(dx, cache)
    )


def test_embedding_is_a_linear_layer_on_one_hot_words():
    layer = Embedding(5, 3, np.random.default_rng(0))
    ids = np.array([3, 1, 1])
    assert_allclose(layer.forward(ids)[0], np.eye(5)[ids] @ layer.W)


def test_float32_stays_float32():
    rng = np.random.default_rng(0)
    layer = Linear(3, 2, rng, dtype=np.float32)
    y, cache = layer.forward(np.ones((4, 3), np.float32))
    dx, grads = layer.backward(np.ones_like(y), cache)
    assert {a.dtype for a in (y, dx, *grads.values())} == {np.dtype(np.float32)}


def test_wrong_input_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"x must have shape \(N0, 3\), got \(4, 2\)"):
        Linear(3, 2, rng).forward(np.ones((4, 2)))
    with pytest.raises(TypeError, match="x must hold floating-point numbers"):
        Linear(3, 2, rng).forward(np.ones((4, 3), int))
    with pytest.raises(ValueError, match=r"dy must have shape \(4, 2\), got \(4, 3\)"):
        Linear(3, 2, rng).backward(np.ones((4, 3)), np.ones((4, 3)))
    with pytest.raises(IndexError, match=r"ids must lie in 0 .. 4, got 0 .. 5"):
        Embedding(5, 3, rng).forward(np.array([0, 5]))
    with pytest.raises(IndexError, match=r"ids must lie in 0 .. 4, got -1 .. 0"):
        Embedding(5, 3, rng).forward(np.array([0, -1]))
    with pytest.raises(TypeError, match="ids must hold integer numbers"):
        Embedding(5, 3, rng).forward(np.array([0.0]))


def test_layer_norm_centres_and_scales_every_vector():
    rng = np.random.default_rng(0)
    y, _ = LayerNorm(6).forward(rng.normal(3, 5, size=(4, 2, 6)))
    assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    assert_allclose(y.std(axis=-1), 1, rtol=1e-4)


def test_dropout_keeps_the_mean_and_rests_outside_training():
    x = np.ones((200, 200))
    y, cache = Dropout(0.3).forward(x, np.random.default_rng(0))
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert abs((y == 0).mean() - 0.3) < 0.01 and abs(y.mean() - 1) < 0.01
    rest, nothing = Dropout(0.3).forward(x)
    assert rest is x and nothing is None
    assert Dropout(0.3).backward(x, None)[0] is x


def test_new_layers_refuse_wrong_input():
    with pytest.raises(ValueError, match=r"x must have shape \(N0, 4\), got \(3, 5\)"):
        LayerNorm(4).forward(np.zeros((3, 5)))
    with pytest.raises(ValueError, match="eps must be a finite number above 0"):
        LayerNorm(4, eps=0)
    for p in (1, -0.1, "half", True, float("nan")):
        with pytest.raises((TypeError, ValueError), match=r"p must be a number in \[0, 1\)"):
            Dropout(p)
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator, got int"):
        Dropout(0.5).forward(np.zeros(3), 0)
