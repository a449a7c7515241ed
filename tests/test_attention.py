import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.attention import (
    AdditiveAttention,
    DotProductAttention,
    MultiHeadAttention,
    TransformerBlock,
    causal_mask,
    sinusoidal_positions,
)
from rnnlib.functions import softmax


def test_dot_product_attention_is_its_equation():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(4, 1, 3)), rng.normal(size=(5, 1, 3)), rng.normal(size=(5, 1, 2))
    y, a, _ = DotProductAttention().forward(q, k, v)
    assert_allclose(a[0], softmax(q[:, 0] @ k[:, 0].T / np.sqrt(3)))
    assert_allclose(y[:, 0], a[0] @ v[:, 0])


def test_additive_attention_is_its_equation():
    rng = np.random.default_rng(0)
    layer = AdditiveAttention(3, 2, 4, rng)
    q, k = rng.normal(size=(4, 1, 3)), rng.normal(size=(5, 1, 2))
    _, a, _ = layer.forward(q, k, k)
    scores = [
        [layer.w @ np.tanh(q[i, 0] @ layer.W_q + k[j, 0] @ layer.W_k) for j in range(5)] for i in range(4)
    ]
    assert_allclose(a[0], softmax(np.array(scores)))


def test_one_head_is_dot_product_attention_between_linear_maps():
    rng = np.random.default_rng(0)
    many, x = MultiHeadAttention(4, 1, rng), rng.normal(size=(5, 2, 4))
    y, a, _ = many.forward(x)
    seen, weights, _ = DotProductAttention().forward(x @ many.W_q, x @ many.W_k, x @ many.W_v)
    assert_allclose(a[:, 0], weights)
    assert_allclose(y, seen @ many.W_o)


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_rows_of_weights_sum_to_one_and_respect_both_masks(heads):
    rng = np.random.default_rng(0)
    layer, x = MultiHeadAttention(4, heads, rng, causal=True), rng.normal(size=(5, 2, 4))
    mask = np.array([[1, 1]] * 3 + [[1, 0]] * 2, bool)
    _, a, _ = layer.forward(x, mask=mask)
    assert a.shape == (2, heads, 5, 5)
    assert_allclose(a.sum(axis=-1), 1)
    assert (a[:, :, ~causal_mask(5, 5)] == 0).all() and (a[1, :, :, 3:] == 0).all()


def test_who_may_look_nowhere_sees_zeros_and_passes_no_gradient():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(2, 2, 3)), rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 2, 3))
    mask = np.array([[1, 0]] * 4, bool)  # the second sequence is all padding
    layer = DotProductAttention()
    y, a, cache = layer.forward(q, k, v, mask)
    assert (y[:, 1] == 0).all() and (a[1] == 0).all()
    for d in layer.backward(rng.normal(size=y.shape), cache)[:3]:
        assert np.isfinite(d).all() and (d[:, 1] == 0).all() and (d[:, 0] != 0).any()


def test_scores_far_apart_do_not_overflow():
    q = np.array([[[1e4, 0.0]]])
    k = np.array([[[1e4, 0.0]], [[-1e4, 0.0]]])
    _, a, _ = DotProductAttention().forward(q, k, k)
    assert_array_equal(a[0, 0], [1, 0])


def test_attention_alone_does_not_know_the_order():
    """Permuting the steps permutes the outputs and changes nothing else; with positions it does."""
    rng = np.random.default_rng(0)
    block, x = TransformerBlock(4, 2, 8, rng), rng.normal(size=(5, 1, 4))
    order = rng.permutation(5)
    assert_allclose(block.forward(x[order])[0], block.forward(x)[0][order])
    positions = sinusoidal_positions(5, 4)[:, None]
    moved, stayed = block.forward(x[order] + positions)[0], block.forward(x + positions)[0][order]
    assert np.abs(moved - stayed).max() > 0.1


def test_a_causal_block_sees_nothing_later():
    rng = np.random.default_rng(0)
    block, x = TransformerBlock(4, 2, 8, rng, causal=True), rng.normal(size=(6, 2, 4))
    before = block.forward(x)[0]
    x[4:] += rng.normal(size=(2, 2, 4))
    after = block.forward(x)[0]
    assert_allclose(before[:4], after[:4])
    assert (np.abs(before[4:] - after[4:]) > 1e-9).all()


def test_dropout_acts_in_training_only():
    rng = np.random.default_rng(0)
    block, x = TransformerBlock(4, 2, 8, rng, dropout=0.5), rng.normal(size=(3, 2, 4))
    calm = block.forward(x)[0]
    assert_array_equal(block.forward(x)[0], calm)
    assert (block.forward(x, rng=np.random.default_rng(0))[0] != calm).any()


def test_positions_are_waves():
    p = sinusoidal_positions(50, 8)
    for i in range(4):
        assert_allclose(p[:, 2 * i], np.sin(np.arange(50) / 10000 ** (2 * i / 8)))
        assert_allclose(p[:, 2 * i + 1], np.cos(np.arange(50) / 10000 ** (2 * i / 8)))


def test_wrong_input_is_refused():
    rng = np.random.default_rng(0)
    x = np.zeros((3, 2, 4))
    with pytest.raises(ValueError, match="n_heads must divide size, got 3 heads for 4 features"):
        MultiHeadAttention(4, 3, rng)
    with pytest.raises(ValueError, match="size must be even, got 3"):
        sinusoidal_positions(4, 3)
    with pytest.raises(ValueError, match=r"mask must have shape \(3, 2\), got \(2, 3\)"):
        MultiHeadAttention(4, 2, rng).forward(x, mask=np.ones((2, 3), bool))
    with pytest.raises(ValueError, match=r"k must have shape \(T_k, 2, 4\), got \(3, 2, 5\)"):
        DotProductAttention().forward(x, np.zeros((3, 2, 5)), x)
    with pytest.raises(ValueError, match=r"v must have shape \(3, 2, D_v\), got \(2, 2, 4\)"):
        DotProductAttention().forward(x, x, x[:2])
    with pytest.raises(ValueError, match=r"memory must have shape \(T_k, 2, 4\), got \(3, 1, 4\)"):
        MultiHeadAttention(4, 2, rng).forward(x, x[:, :1])
    with pytest.raises(ValueError, match="dropout must be a number"):
        TransformerBlock(4, 2, 8, rng, dropout=1.0)
