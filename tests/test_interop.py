import zipfile

import numpy as np
import pytest
from layer_cases import CASES
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.convolution import MaxPool2d
from rnnlib.interop import from_torch, load, save, to_torch
from rnnlib.layers import Linear
from rnnlib.recurrent import GRU, LSTM, RNN

KINDS = ("Linear", "Embedding", "LayerNorm", "Conv1d causal", "Conv2d stride 2", "MultiHeadAttention")
KINDS += ("RNN", "LSTM", "GRU", "Stacked RNN", "Stacked LSTM", "Stacked GRU")


def filled(name, seed):
    return CASES[f"{name} 0"].build(seed)[0]


@pytest.mark.parametrize("name", KINDS)
def test_there_and_back_is_the_same_layer(name):
    layer, other = filled(name, 0), filled(name, 1)
    from_torch(other, to_torch(layer))
    for key, p in layer.params.items():
        assert_allclose(other.params[key], p, rtol=1e-15, err_msg=key)


@pytest.mark.parametrize("cell", [RNN, LSTM, GRU])
def test_both_biases_count(cell):
    """PyTorch starts with two random biases; a layer here has their sum."""
    rng = np.random.default_rng(0)
    layer = cell(3, 4, rng)
    state = {name: rng.normal(size=a.shape) for name, a in to_torch(layer).items()}
    from_torch(layer, state)
    x = rng.normal(size=(2, 3))
    h, _, _ = layer.forward(x[:, None])
    gates = len(state["bias_ih_l0"]) // 4

    def part(name, k):
        return np.split(state[name], gates)[k]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    here, c = np.zeros(4), np.zeros(4)
    for t in range(2):
        side = [x[t] @ part("weight_ih_l0", k).T + part("bias_ih_l0", k) for k in range(gates)]
        back = [here @ part("weight_hh_l0", k).T + part("bias_hh_l0", k) for k in range(gates)]
        if cell is RNN:
            here = np.tanh(side[0] + back[0])
        elif cell is LSTM:
            i, f, g, o = (s + b for s, b in zip(side, back, strict=True))
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            here = sigmoid(o) * np.tanh(c)
        else:
            r, z = sigmoid(side[0] + back[0]), sigmoid(side[1] + back[1])
            here = (1 - z) * np.tanh(side[2] + r * back[2]) + z * here
        assert_allclose(h[t, 0], here)


def test_a_foreign_state_dict_is_refused_and_changes_nothing():
    layer = filled("GRU", 0)
    kept = {key: p.copy() for key, p in layer.params.items()}
    state = to_torch(layer)
    for wrong, message in [
        ({}, "state_dict must have the entries"),
        (state | {"weight_ih_l1": state["weight_ih_l0"]}, "state_dict must have the entries"),
        (
            state | {"weight_ih_l0": np.zeros((12, 4))},
            r"state_dict\['weight_ih_l0'\] must have shape \(12, 3\)",
        ),
        (state | {"bias_hh_l0": np.full(12, np.nan)}, r"state_dict\['bias_hh_l0'\] must hold finite"),
    ]:
        with pytest.raises(ValueError, match=message):
            from_torch(layer, wrong)
    with pytest.raises(TypeError, match="layer must be one that torch.nn has too, got MaxPool2d"):
        to_torch(MaxPool2d(2))
    with pytest.raises(ValueError, match="arrays must have the entries"):
        to_torch(layer, {})
    for key, p in kept.items():
        assert_array_equal(layer.params[key], p)


@pytest.mark.parametrize("name", [*KINDS, "TransformerBlock"])
def test_a_file_holds_the_layer(name, tmp_path):
    layer, other = filled(name, 0), filled(name, 1)
    save(tmp_path / "layer.npz", layer)
    load(tmp_path / "layer.npz", other)
    for key, p in layer.params.items():
        assert_array_equal(other.params[key], p)


def test_a_damaged_or_foreign_file_is_refused_and_changes_nothing(tmp_path):
    layer = filled("GRU", 0)
    kept = {key: p.copy() for key, p in layer.params.items()}
    good = tmp_path / "good.npz"
    save(good, layer)
    content = good.read_bytes()
    bad = tmp_path / "bad.npz"

    for damage in range(0, len(content), 29):  # cut anywhere
        bad.write_bytes(content[:damage])
        with pytest.raises(ValueError, match="damaged"):
            load(bad, layer)
    rng = np.random.default_rng(0)
    for _ in range(100):  # one byte wrong: refused, or it was a byte that means nothing
        flipped = bytearray(content)
        flipped[rng.integers(len(content))] ^= 0xFF
        bad.write_bytes(flipped)
        try:
            load(bad, layer)
        except ValueError:
            pass
        for key, p in kept.items():
            assert_array_equal(layer.params[key], p)

    bad.write_bytes(b"not an archive")
    with pytest.raises(ValueError, match="damaged"):
        load(bad, layer)
    np.savez(bad, x=np.zeros(3))
    with pytest.raises(ValueError, match="must have the format 'rnnlib/params/1', got 'none'"):
        load(bad, layer)
    np.savez(bad, format=np.array("rnnlib/params/9"))
    with pytest.raises(ValueError, match="got 'rnnlib/params/9'"):
        load(bad, layer)
    np.savez(bad, x=np.array([{"a": 1}], dtype=object))  # a pickle: it must not be opened
    with pytest.raises(ValueError, match="damaged"):
        load(bad, layer)
    save(bad, filled("LSTM", 0))
    with pytest.raises(ValueError, match="must hold .*b_reset"):
        load(bad, layer)
    save(bad, GRU(3, 5, np.random.default_rng(0)))
    with pytest.raises(ValueError, match=r"W_xh must be \(3, 3, 4\) floats"):
        load(bad, layer)
    other = filled("GRU", 0)
    other.b_reset[0] = np.nan
    save(bad, other)
    with pytest.raises(ValueError, match="b_reset holds NaN or infinity"):
        load(bad, layer)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere.npz", layer)
    with pytest.raises(ValueError, match="path must end in .npz"):
        save(tmp_path / "layer.pkl", layer)
    for key, p in kept.items():
        assert_array_equal(layer.params[key], p)
    assert zipfile.is_zipfile(good)


def test_a_state_dict_loads_into_torch_where_it_is_installed():
    torch = pytest.importorskip("torch")
    layer = Linear(3, 2, np.random.default_rng(0))
    module = torch.nn.Linear(3, 2).double()
    module.load_state_dict({name: torch.tensor(a.copy()) for name, a in to_torch(layer).items()})
    x = np.random.default_rng(1).normal(size=(5, 3))
    assert_allclose(module(torch.tensor(x)).detach().numpy(), layer.forward(x)[0])
    from_torch(layer, module.state_dict())


def test_a_state_dict_is_a_copy():
    layer = filled("GRU", 0)
    state = to_torch(layer)
    kept = {name: a.copy() for name, a in state.items()}
    for p in layer.params.values():
        p[...] = 7
    for name, a in kept.items():
        assert_array_equal(state[name], a)


def test_numbers_too_large_for_the_layer_are_refused():
    layer = Linear(3, 2, np.random.default_rng(0), dtype=np.float32)
    state = to_torch(Linear(3, 2, np.random.default_rng(0)))
    state["weight"][0, 0] = 1e300
    with pytest.raises(ValueError, match=r"'weight'\] must hold finite floating-point numbers of float32"):
        from_torch(layer, state)
    with pytest.raises(TypeError, match="state_dict must be a mapping"):
        from_torch(layer, None)
