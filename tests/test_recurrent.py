import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients
from rnnlib.recurrent import GRU, LSTM, RNN, Stacked


def make(T, B, D, H, seed=0):
    rng = np.random.default_rng(seed)
    rnn = RNN(D, H, rng)
    rnn.b_h[...] = rng.normal(size=H)
    return rnn, rng.normal(size=(T, B, D)), rng.normal(size=(B, H)), rng


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


CELLS = [RNN, LSTM, GRU]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_lstm_is_its_equations():
    rng = np.random.default_rng(0)
    lstm, x = LSTM(3, 4, rng), rng.normal(size=(5, 2, 3))
    h, c = np.zeros((2, 4)), np.zeros((2, 4))
    hs, (h_n, c_n), _ = lstm.forward(x)
    for t in range(5):
        i, f, g, o = (x[t] @ lstm.W_xh[k] + h @ lstm.W_hh[k] + lstm.b_h[k] for k in range(4))
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        assert_allclose(hs[t], h)
    assert_allclose(c_n, c)
    assert_array_equal(h_n, hs[-1])
    assert_array_equal(lstm.b_h[1], 1)  # the layer begins by remembering


def test_the_gru_is_its_equations():
    rng = np.random.default_rng(0)
    gru, x = GRU(3, 4, rng), rng.normal(size=(5, 2, 3))
    gru.b_h[...], gru.b_reset[...] = rng.normal(size=(3, 4)), rng.normal(size=4)
    h = np.zeros((2, 4))
    hs, _, _ = gru.forward(x)
    for t in range(5):
        r, z = (sigmoid(x[t] @ gru.W_xh[k] + h @ gru.W_hh[k] + gru.b_h[k]) for k in range(2))
        n = np.tanh(x[t] @ gru.W_xh[2] + gru.b_h[2] + r * (h @ gru.W_hh[2] + gru.b_reset))
        h = (1 - z) * n + z * h
        assert_allclose(hs[t], h)


def test_a_stack_is_one_layer_after_the_other():
    rng = np.random.default_rng(0)
    deep, x = Stacked(GRU, 3, 4, 3, rng), rng.normal(size=(5, 2, 3))
    h, states, _ = deep.forward(x)
    below = x
    for layer, state in zip(deep.layers, states, strict=True):
        below, h_n, _ = layer.forward(below)
        assert_array_equal(h_n, state)
    assert_array_equal(h, below)
    assert [layer.W_xh.shape[1] for layer in deep.layers] == [3, 4, 4]


@pytest.mark.parametrize("cell", CELLS)
def test_a_padded_batch_is_its_sequences_one_by_one(cell):
    rng = np.random.default_rng(0)
    layer, x = cell(3, 4, rng), rng.normal(size=(6, 3, 3))
    lengths = [6, 2, 4]
    mask = np.arange(6)[:, None] < lengths
    h, state_n, _ = layer.forward(x, mask=mask)
    for b, length in enumerate(lengths):
        alone, state_alone, _ = layer.forward(x[:length, b : b + 1])
        assert_allclose(h[:length, b], alone[:, 0])
        assert_allclose(h[length:, b], np.broadcast_to(h[length - 1, b], (6 - length, 4)))  # passed on
        assert_allclose(np.array(state_n)[..., b, :], np.array(state_alone)[..., 0, :])


@pytest.mark.parametrize("cell", CELLS)
def test_a_padded_step_in_the_middle_is_skipped(cell):
    rng = np.random.default_rng(0)
    layer, x = cell(3, 4, rng), rng.normal(size=(5, 1, 3))
    mask = np.array([[1], [1], [0], [1], [1]], bool)
    h, _, _ = layer.forward(x, mask=mask)
    without, _, _ = layer.forward(x[mask[:, 0]])
    assert_allclose(h[mask[:, 0]], without)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_reads_in_two_parts_as_in_one(cell):
    rng = np.random.default_rng(0)
    layer, x = cell(3, 4, rng), rng.normal(size=(7, 2, 3))
    whole, _, _ = layer.forward(x)
    first, state, _ = layer.forward(x[:3])
    second, _, _ = layer.forward(x[3:], state)
    assert_allclose(np.concatenate([first, second]), whole)


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
    with pytest.raises(ValueError, match=r"mask must have shape \(5, 2\), got \(2, 5\)"):
        rnn.forward(x, mask=np.ones((2, 5), bool))
    with pytest.raises(TypeError, match="mask must hold boolean numbers"):
        rnn.forward(x, mask=np.ones((5, 2)))
    with pytest.raises(ValueError, match=r"x must hold finite numbers, got nan at \(2, 1, 0\)"):
        rnn.forward(np.where(np.arange(30).reshape(5, 2, 3) == 15, np.nan, x))
    lstm = LSTM(3, 4, np.random.default_rng(0))
    with pytest.raises(TypeError, match="state_0 must be a tuple of two arrays.*got ndarray"):
        lstm.forward(x, np.zeros((2, 4)))
    with pytest.raises(ValueError, match=r"c_0 must have shape \(2, 4\)"):
        lstm.forward(x, (np.zeros((2, 4)), np.zeros((2, 3))))
    with pytest.raises(TypeError, match="cell must be RNN, LSTM or GRU"):
        Stacked("GRU", 3, 4, 2, np.random.default_rng(0))
    deep = Stacked(GRU, 3, 4, 2, np.random.default_rng(0))
    with pytest.raises(
        ValueError, match="states_0 must be a list with one state for each of 2 layers, got 1"
    ):
        deep.forward(x, [np.zeros((2, 4))])


def both(state):
    """The parts of a state, one or two."""
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("masked", [False, True])
def test_a_large_batch_whose_steps_are_worked_on_in_stretches_gives_what_its_samples_give(cell, masked):
    T, B, H = 8, 400, 60  # two steps fit into a stretch
    rng = np.random.default_rng(0)
    layer, x, dh = cell(3, H, rng), rng.normal(size=(T, B, 3)), rng.normal(size=(T, B, H))
    mask = np.arange(T)[:, None] < rng.integers(1, T + 1, B) if masked else None
    h, _, cache = layer.forward(x, mask=mask)
    dx, dstate_0, grads = layer.backward(dh, cache)
    sums = {name: 0 for name in grads}
    for few in np.split(np.arange(B), 50):  # 8 sequences: all steps are one stretch
        part, _, cache = layer.forward(x[:, few], mask=None if mask is None else mask[:, few])
        dx_part, dstate_part, grads_part = layer.backward(dh[:, few], cache)
        assert_allclose(part, h[:, few], atol=1e-13)
        assert_allclose(dx_part, dx[:, few], atol=1e-12)
        for d, d_part in zip(both(dstate_0), both(dstate_part), strict=True):
            assert_allclose(d_part, d[few], atol=1e-12)
        sums = {name: sums[name] + g for name, g in grads_part.items()}
    for name, g in grads.items():
        assert_allclose(sums[name], g, atol=1e-9)
