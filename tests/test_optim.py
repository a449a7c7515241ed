import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.optim import SGD, Adam, clip_by_norm


def test_sgd_takes_a_step_against_the_gradient():
    params = {"w": np.array([1.0, 2.0])}
    SGD(params, lr=0.1).step({"w": np.array([1.0, -1.0])})
    assert_allclose(params["w"], [0.9, 2.1])


def test_momentum_keeps_a_share_of_the_last_step():
    params = {"w": np.array([0.0])}
    sgd = SGD(params, lr=1.0, momentum=0.5)
    for expected in (-1.0, -2.5, -4.25):
        sgd.step({"w": np.array([1.0])})
        assert_allclose(params["w"], expected)


def test_adam_follows_the_paper():
    rng = np.random.default_rng(0)
    params = {"w": rng.normal(size=(3, 2))}
    expected, m, v = params["w"].copy(), 0.0, 0.0
    adam = Adam(params, lr=0.01)
    for t in range(1, 6):
        g = rng.normal(size=(3, 2))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        expected -= 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        adam.step({"w": g})
        assert_allclose(params["w"], expected)


def test_adam_keeps_its_means_for_each_parameter():
    rng = np.random.default_rng(0)
    shapes = {"a": (3, 2), "b": (), "c": (2, 1, 4)}
    together = {name: np.asarray(rng.normal(size=shape)) for name, shape in shapes.items()}
    alone = {name: p.copy() for name, p in together.items()}
    adam, adams = Adam(together, lr=0.1), {name: Adam({name: p}, lr=0.1) for name, p in alone.items()}
    for _ in range(4):
        grads = {name: np.asarray(rng.normal(size=shape)) for name, shape in shapes.items()}
        kept = {name: g.copy() for name, g in grads.items()}
        adam.step(dict(reversed(grads.items())))  # their order does not matter
        for name in shapes:
            adams[name].step({name: grads[name]})
            assert_array_equal(grads[name], kept[name])
            assert_array_equal(together[name], alone[name])


def test_the_same_arrays_are_updated():
    w = np.zeros(2)
    Adam({"w": w}, lr=0.1).step({"w": np.ones(2)})
    assert (w < 0).all()


def test_clipping_scales_all_gradients_together():
    grads = {"a": np.array([3.0]), "b": np.array([[0.0, 4.0]])}
    assert clip_by_norm(grads, 2.5) == 5.0
    assert_allclose(grads["a"], 1.5)
    assert_allclose(grads["b"], [[0, 2]])


def test_clipping_leaves_small_gradients_alone():
    grads = {"a": np.array([3.0, 4.0])}
    clip_by_norm(grads, 5.0)
    assert_allclose(grads["a"], [3, 4])


def test_wrong_input_is_refused():
    params = {"w": np.zeros(2)}
    with pytest.raises(ValueError, match="lr must be a finite number above 0, got 0"):
        SGD(params, lr=0)
    with pytest.raises(ValueError, match=r"momentum must be a number in \[0, 1\), got 1"):
        SGD(params, lr=0.1, momentum=1)
    with pytest.raises(ValueError, match=r"beta2 must be a number in \[0, 1\), got 1.5"):
        Adam(params, beta2=1.5)
    with pytest.raises(ValueError, match=r"grads\['w'\] must have shape \(2,\), got \(3,\)"):
        Adam(params).step({"w": np.zeros(3)})
    with pytest.raises(ValueError, match="max_norm must be a finite number above 0"):
        clip_by_norm({"w": np.zeros(2)}, -1)
