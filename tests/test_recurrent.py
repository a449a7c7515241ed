from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients
from rnnlib.recurrent import RNN

TORCH = np.load(Path(__file__).parent / "fixtures" / "torch_rnn.npz")


def make(T, B, D, H, seed=0):
    rng = np.random.default_rng(seed)
    rnn = RNN(D, H, rng)
    rnn.b_h[...] = rng.normal(size=H)
    return rnn, rng.normal(size=(T, B, D)), rng.normal(size=(B, H)), rng


@pytest.mark.parametrize(("T", "B", "D", "H"), [(1, 1, 1, 1), (5, 2, 3, 4), (3, 4, 2, 5), (6, 1, 4, 3)])
def test_gradients_match_finite_differences(T, B, D, H):
    rnn, x, h_0, rng = make(T, B, D, H)
    dh, dh_n = rng.normal(size=(T, B, H)), rng.normal(size=(B, H))  # weighs every state differently

    def loss():
        h, h_n, _ = rnn.forward(x, h_0)
        return float(np.sum(dh * h) + np.sum(dh_n * h_n))

    dx, dh_0, grads = rnn.backward(dh, rnn.forward(x, h_0)[2], dh_n)
    arrays = {"x": x, "h_0": h_0, **rnn.params}
    errors = check_gradients(loss, arrays, {"x": dx, "h_0": dh_0, **grads})
    assert set(errors) == {"x", "h_0", "W_xh", "W_hh", "b_h"}


def test_a_missing_transpose_is_found():
    """The mutation of the book's break-it: the check must be able to fail."""
    rnn, x, h_0, rng = make(5, 2, 3, 4)
    dh = rng.normal(size=(5, 2, 4))
    _, _, cache = rnn.forward(x, h_0)
    W_hh = rnn.W_hh.copy()
    rnn.W_hh[...] = W_hh.T
    _, _, wrong = rnn.backward(dh, cache)
    rnn.W_hh[...] = W_hh
    with pytest.raises(AssertionError, match="gradient of .* is off by"):
        check_gradients(lambda: float(np.sum(dh * rnn.forward(x, h_0)[0])), rnn.params, wrong)


@pytest.mark.parametrize("case", range(3))
def test_agrees_with_pytorch(case):
    stored = {name.split(".")[1]: TORCH[name] for name in TORCH.files if name.startswith(f"{case}.")}
    (T, B, D), H = stored["x"].shape, stored["h"].shape[2]
    rnn = RNN(D, H, np.random.default_rng(0))
    for name, param in rnn.params.items():
        param[...] = stored[name]
    h, h_n, cache = rnn.forward(stored["x"], stored["h_0"])
    dx, dh_0, grads = rnn.backward(stored["dh"], cache, stored["dh_n"])
    ours = {"h": h, "h_n": h_n, "dx": dx, "dh_0": dh_0, **{f"d{name}": g for name, g in grads.items()}}
    assert h.shape == (T, B, H)
    for name, array in ours.items():
        assert_allclose(array, stored[name], rtol=1e-10, atol=1e-12, err_msg=name)


def test_the_loop_is_the_equation():
    rnn, x, h_0, _ = make(4, 2, 3, 5)
    h = h_0
    for t in range(4):
        h = np.tanh(x[t] @ rnn.W_xh + h @ rnn.W_hh + rnn.b_h)
        assert_allclose(rnn.forward(x, h_0)[0][t], h)


def test_a_sequence_read_in_two_parts_is_read_as_one():
    rnn, x, h_0, _ = make(7, 2, 3, 5)
    whole, _, _ = rnn.forward(x, h_0)
    first, h_n, _ = rnn.forward(x[:3], h_0)
    second, _, _ = rnn.forward(x[3:], h_n)
    assert_allclose(np.concatenate([first, second]), whole)


def test_samples_of_a_batch_do_not_see_each_other():
    rnn, x, h_0, _ = make(4, 3, 2, 5)
    together, _, _ = rnn.forward(x, h_0)
    for b in range(3):
        assert_allclose(rnn.forward(x[:, b : b + 1], h_0[b : b + 1])[0], together[:, b : b + 1])


def test_no_initial_state_means_zeros():
    rnn, x, h_0, _ = make(4, 2, 3, 5)
    assert_array_equal(rnn.forward(x)[0], rnn.forward(x, np.zeros_like(h_0))[0])


def test_backward_changes_neither_its_input_nor_the_cache():
    rnn, x, h_0, rng = make(4, 2, 3, 5)
    dh, dh_n = rng.normal(size=(4, 2, 5)), rng.normal(size=(2, 5))
    _, _, cache = rnn.forward(x, h_0)
    kept = [a.copy() for a in (dh, dh_n, *cache)]
    first = rnn.backward(dh, cache, dh_n)
    second = rnn.backward(dh, cache, dh_n)
    for a, b in zip(kept, (dh, dh_n, *cache), strict=True):
        assert_array_equal(a, b)
    assert_array_equal(first[0], second[0])


def test_float32_stays_float32():
    rnn = RNN(3, 4, np.random.default_rng(0), dtype=np.float32)
    h, h_n, cache = rnn.forward(np.ones((5, 2, 3), np.float32))
    dx, dh_0, grads = rnn.backward(np.ones_like(h), cache)
    assert {a.dtype for a in (h, h_n, dx, dh_0, *grads.values())} == {np.dtype(np.float32)}


def test_wrong_input_is_refused():
    rnn = RNN(3, 4, np.random.default_rng(0))
    x = np.zeros((5, 2, 3))
    with pytest.raises(ValueError, match=r"x must have shape \(T, B, 3\), got \(2, 3\)"):
        rnn.forward(x[0])
    with pytest.raises(ValueError, match=r"x must have shape .* none of them may be 0, got \(0, 2, 3\)"):
        rnn.forward(x[:0])
    with pytest.raises(ValueError, match=r"h_0 must have shape \(2, 4\), got \(1, 2, 4\)"):
        rnn.forward(x, np.zeros((1, 2, 4)))
    with pytest.raises(TypeError, match="x must hold floating-point numbers, got dtype int64"):
        rnn.forward(x.astype(int))
    with pytest.raises(ValueError, match=r"dh must have shape \(5, 2, 4\), got \(2, 4\)"):
        rnn.backward(np.zeros((2, 4)), rnn.forward(x)[2])
    with pytest.raises(ValueError, match=r"dh_n must have shape \(2, 4\), got \(4,\)"):
        rnn.backward(np.zeros((5, 2, 4)), rnn.forward(x)[2], np.zeros(4))
    with pytest.raises(ValueError, match="hidden_size must be at least 1, got 0"):
        RNN(3, 0, np.random.default_rng(0))
