"""Also what holds for every network, those of `models` and of `generators`."""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.generators import CausalLanguageModel, CharLanguageModel, EncoderDecoder, draw
from rnnlib.gradcheck import check_gradients
from rnnlib.losses import cross_entropy
from rnnlib.models import (
    MLP,
    BagOfWords,
    ConvSequenceClassifier,
    ImageClassifier,
    RecurrentClassifier,
    TransformerClassifier,
)
from rnnlib.optim import Adam

MASK = np.arange(6)[:, None] < [6, 3, 4]


def rng_of(seed=0):
    return np.random.default_rng(seed)


def vectors(rng):
    return rng.normal(size=(6, 3, 2))


def images(rng):
    return rng.normal(size=(4, 1, 8, 8))


def symbols(rng):
    return rng.integers(5, size=(6, 3))


CELLS = ["RNN", "LSTM", "GRU", "RNN", "GRU"]

# name: how to make it, its inputs, whether it takes a mask
NETWORKS = {
    "MLP tanh": (lambda r: MLP([2, 5, 4, 3], r), vectors, False),
    "MLP relu": (lambda r: MLP([2, 5, 4, 3], r, "relu"), vectors, False),
    "BagOfWords": (lambda r: BagOfWords(2, 4, 3, r), lambda r: r.normal(size=(5, 2)), False),
    **{
        f"RecurrentClassifier {cell} {read}": (
            lambda r, cell=cell, read=read: RecurrentClassifier(2, 4, 3, r, cell, 2, read),
            vectors,
            True,
        )
        for cell, read in zip(CELLS, ["last", "all", "mean", "max", "attention"], strict=True)
    },
    "ImageClassifier": (lambda r: ImageClassifier(8, 3, [2, 3], r), images, False),
    "ConvSequenceClassifier": (lambda r: ConvSequenceClassifier(2, 4, 3, 2, r, 2), vectors, True),
    "TransformerClassifier": (lambda r: TransformerClassifier(5, 4, 2, 2, 3, r), symbols, True),
    "CharLanguageModel": (lambda r: CharLanguageModel(5, 3, 4, r, "LSTM", 2), symbols, False),
    "CausalLanguageModel": (lambda r: CausalLanguageModel(5, 4, 2, 2, r), symbols, False),
}


def logits_and_cache(network, x, mask):
    out = network.forward(x) if mask is None else network.forward(x, mask)
    return out[0], out[-1]


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_match_finite_differences(name):
    make, inputs, masked = NETWORKS[name]
    rng = rng_of()
    network, x = make(rng), inputs(rng)
    for p in network.params.values():
        p[...] += rng.normal(scale=0.3, size=p.shape)
    mask = MASK if masked else None
    logits, cache = logits_and_cache(network, x, mask)
    targets = rng.integers(logits.shape[-1], size=logits.shape[:-1])
    counts = MASK if logits.shape[:2] == MASK.shape else None

    def loss():
        return cross_entropy(logits_and_cache(network, x, mask)[0], targets, counts)[0]

    grads = network.backward(cross_entropy(logits, targets, counts)[1], cache)
    assert set(check_gradients(loss, network.params, grads)) == set(network.params)


def test_encoder_decoder_gradients_match_finite_differences():
    rng = rng_of()
    network = EncoderDecoder(5, 4, 3, 4, rng)
    for p in network.params.values():
        p[...] = rng.normal(size=p.shape)
    source, target, answer = symbols(rng), rng.integers(4, size=(4, 3)), rng.integers(4, size=(4, 3))

    def loss():
        return cross_entropy(network.forward(source, target, MASK)[0], answer)[0]

    logits, a, cache = network.forward(source, target, MASK)
    assert (a[1, :, 3:] == 0).all()  # nobody looks at padding
    check_gradients(loss, network.params, network.backward(cross_entropy(logits, answer)[1], cache))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_spec_survives_json_and_gives_the_same_network(name):
    make, inputs, _ = NETWORKS[name]
    network = make(rng_of())
    spec = json.loads(json.dumps(network.to_spec()))
    again = type(network).from_spec(spec)
    for key, p in network.params.items():
        assert_array_equal(again.params[key], p)
    x = inputs(rng_of(1))
    assert_array_equal(logits_and_cache(again, x, None)[0], logits_and_cache(network, x, None)[0])
    assert network.n_params == sum(p.size for p in network.params.values())
    with pytest.raises(ValueError, match="spec must have the format"):
        type(network).from_spec(spec | {"format": "rnnlib/Other/1"})
    with pytest.raises(ValueError, match="must have the entries"):
        type(network).from_spec(spec | {"params": {}})


def test_the_encoder_decoder_has_a_spec_too():
    network = EncoderDecoder(5, 4, 3, 4, rng_of())
    again = EncoderDecoder.from_spec(json.loads(json.dumps(network.to_spec())))
    x = np.array([[1], [2]])
    assert_array_equal(again.forward(x, x)[0], network.forward(x, x)[0])


@pytest.mark.parametrize("name", [n for n in NETWORKS if n != "MLP tanh"])
def test_trace_tells_what_forward_does(name):
    make, inputs, _ = NETWORKS[name]
    network, x = make(rng_of()), inputs(rng_of(1))
    if name.startswith(("MLP", "Bag")):
        one, logits = x[0], logits_and_cache(network, x, None)[0][0]
    elif name.startswith("Image"):
        one, logits = x[0, 0], logits_and_cache(network, x, None)[0][0]
    else:
        one = x[:, 0]
        logits = logits_and_cache(network, x[:, :1], None)[0]
        logits = logits[:, 0] if logits.ndim == 3 else logits[0]
    run = network.trace(one)
    assert_allclose(run["logits"], logits)
    assert_allclose(run["p"].sum(axis=-1), 1)
    for layer in run.get("layers", []):
        assert layer["h"].shape == (7, 4) and (layer["h"][0] == 0).all()
    for a in run["weights"] if isinstance(run.get("weights"), list) else []:
        assert a.shape == (2, 6, 6)


def test_padding_does_not_change_an_opinion():
    for name, (make, inputs, masked) in NETWORKS.items():
        if masked:
            network, x = make(rng_of()), inputs(rng_of(1))
            together = network.forward(x, MASK)[0]
            if together.ndim == 2:
                alone = network.forward(x[:3, 1:2])[0]
                assert_allclose(together[1], alone[0], err_msg=name)


def test_states_carried_on_make_one_long_text():
    network, ids = CharLanguageModel(5, 3, 4, rng_of(), "LSTM", 2), symbols(rng_of(1))
    whole, _, _ = network.forward(ids)
    first, states, _ = network.forward(ids[:2])
    second, _, _ = network.forward(ids[2:], states)
    assert_allclose(np.concatenate([first, second]), whole)


def test_temperature_sharpens():
    logits = np.array([0.0, 1.0, 2.0])
    for temperature, expected in [(1.0, [0.09, 0.245, 0.665]), (0.1, [0, 0, 1]), (100.0, [1 / 3] * 3)]:
        rng = rng_of()
        drawn = [draw(logits, temperature, rng) for _ in range(4000)]
        assert_allclose(np.bincount(drawn, minlength=3) / 4000, expected, atol=0.03)


@pytest.mark.parametrize("kind", [CharLanguageModel, CausalLanguageModel])
def test_a_language_model_learns_a_cycle_and_writes_it(kind):
    rng = rng_of()
    network = kind(4, 8, 16, rng) if kind is CharLanguageModel else kind(4, 16, 2, 1, rng)
    text = np.arange(21) % 3 + 1
    ids = np.tile(text[:, None], (1, 2))
    adam = Adam(network.params, 0.02)
    for _ in range(60):
        out = network.forward(ids[:-1])
        adam.step(network.backward(cross_entropy(out[0], ids[1:])[1], out[-1]))
    written = network.sample(np.array([1, 2]), 9, rng, temperature=0.1)
    assert_array_equal(written, [3, 1, 2, 3, 1, 2, 3, 1, 2])
    assert_array_equal(network.sample(np.array([1]), 9, rng, temperature=0.1, stop=3), [2, 3])
    assert_array_equal(
        network.sample(np.array([1]), 4, rng_of(5)), network.sample(np.array([1]), 4, rng_of(5))
    )


def test_the_encoder_decoder_learns_to_turn_words_round():
    """Reversing needs the right place for each symbol: attention finds it."""
    rng = rng_of()
    network = EncoderDecoder(6, 6, 8, 24, rng)
    adam = Adam(network.params, 0.01)
    for _ in range(400):
        source = rng.integers(2, 6, size=(4, 32))
        answer = np.concatenate([source[::-1], np.zeros((1, 32), int)])  # 0 ends
        target = np.concatenate([np.ones((1, 32), int), answer[:-1]])  # 1 begins
        logits, _, cache = network.forward(source, target)
        adam.step(network.backward(cross_entropy(logits, answer)[1], cache))
    right = 0
    for _ in range(50):
        source = rng.integers(2, 6, size=4)
        written, a = network.decode(source, start=1, stop=0, length=8)
        right += np.array_equal(written, [*source[::-1], 0])
        assert a.shape == (len(written), 4)
        assert_allclose(a.sum(axis=1), 1)
    assert right >= 48
    logits, _, _ = network.forward(source[:, None], np.array([1, *source[::-1]])[:, None])
    assert_allclose(network.trace(source, np.array([1, *source[::-1]]))["logits"], logits[:, 0])


def test_wrong_input_is_refused():
    rng = rng_of()
    with pytest.raises(ValueError, match=r"cell must be one of \['GRU', 'LSTM', 'RNN'\], got 'Elman'"):
        CharLanguageModel(5, 3, 4, rng, cell="Elman")
    with pytest.raises(ValueError, match="sizes must be a list of at least 2 sizes"):
        MLP([3], rng)
    with pytest.raises(ValueError, match='activation must be "tanh" or "relu"'):
        MLP([3, 2], rng, "sigmoid")
    with pytest.raises(ValueError, match="read must be"):
        RecurrentClassifier(2, 4, 3, rng, read="first")
    with pytest.raises(ValueError, match="side must be a multiple of 4, got 6"):
        ImageClassifier(6, 3, [2, 3], rng)
    with pytest.raises(ValueError, match="channels must be a list of 2 sizes"):
        ImageClassifier(8, 3, [2], rng)
    network = CharLanguageModel(5, 3, 4, rng)
    with pytest.raises(ValueError, match=r"start must have shape \(T,\).*none of them may be 0"):
        network.sample(np.zeros(0, int), 3, rng)
    with pytest.raises(ValueError, match="temperature must be a finite number above 0, got 0"):
        network.sample(np.array([1]), 3, rng, temperature=0)
    with pytest.raises(ValueError, match="length must be at least 1, got 0"):
        network.sample(np.array([1]), 0, rng)
    with pytest.raises(IndexError, match=r"ids must lie in 0 .. 4, got 7 .. 7"):
        network.forward(np.array([[7]]))
    with pytest.raises(ValueError, match=r"target must have shape \(T_t, 2\), got \(3, 1\)"):
        EncoderDecoder(5, 4, 3, 4, rng).forward(np.zeros((3, 2), int), np.zeros((3, 1), int))


@pytest.mark.parametrize("name", NETWORKS)
def test_the_spec_keeps_the_dtype_and_is_a_copy(name):
    make, inputs, _ = NETWORKS[name]
    network = make(rng_of())
    spec = network.to_spec()
    small = type(network).from_spec(spec | {"config": spec["config"] | {"dtype": "float32"}})
    again = type(network).from_spec(small.to_spec())
    assert {p.dtype for p in again.params.values()} == {np.dtype(np.float32)}
    for value in spec["config"].values():
        if isinstance(value, list):
            value.append(99)
    assert network.to_spec()["config"] != spec["config"] or not any(
        isinstance(v, list) for v in spec["config"].values()
    )


def test_numpy_sizes_make_a_spec_that_json_takes():
    network = BagOfWords(np.int64(3), np.int64(4), np.int64(2), rng_of())
    assert json.loads(json.dumps(network.to_spec()))["config"]["n_words"] == 3


@pytest.mark.parametrize("name", [n for n in NETWORKS if NETWORKS[n][2]])
def test_padding_must_come_last(name):
    make, inputs, _ = NETWORKS[name]
    network, x = make(rng_of()), inputs(rng_of(1))
    with pytest.raises(ValueError, match="mask must have a real first step"):
        network.forward(x, ~MASK)
    holes = MASK.copy()
    holes[1] = False
    with pytest.raises(ValueError, match="mask must have its padding last"):
        network.forward(x, holes)


def test_damaged_specs_are_refused():
    network = CharLanguageModel(5, 3, 4, rng_of())
    spec = network.to_spec()
    for wrong, message in [
        ({k: v for k, v in spec.items() if k != "config"}, "'config'\\] are missing"),
        (
            spec | {"config": spec["config"] | {"depth": 3}},
            r"spec\['config'\] must be what CharLanguageModel",
        ),
        (spec | {"params": 5}, "must have the entries .* got int"),
        (
            spec | {"params": spec["params"] | {"output.b": [1.0, "x"]}},
            "'output.b'.* must be nested lists of numbers",
        ),
        (
            spec | {"params": spec["params"] | {"output.b": [[1.0], [1.0, 2.0]]}},
            "'output.b'.* must be nested lists",
        ),
        (spec | {"params": spec["params"] | {"output.b": [1.0]}}, "'output.b'.* must have shape"),
        (
            spec | {"params": spec["params"] | {"output.b": [float("nan")] * 5}},
            "'output.b'.* must hold finite",
        ),
    ]:
        with pytest.raises(ValueError, match=message):
            CharLanguageModel.from_spec(wrong)


@pytest.mark.parametrize("stop", [99, -1, "x", 1.5, [1], True])
def test_symbols_to_start_and_stop_with_must_exist(stop):
    rng = rng_of()
    for network in (CharLanguageModel(5, 3, 4, rng), CausalLanguageModel(5, 4, 2, 1, rng)):
        with pytest.raises((TypeError, IndexError), match="stop must"):
            network.sample(np.array([1]), 3, rng, stop=stop)
    network = EncoderDecoder(5, 4, 3, 4, rng)
    with pytest.raises((TypeError, IndexError), match="stop must"):
        network.decode(np.array([1]), 0, stop, 3)
    with pytest.raises((TypeError, IndexError), match="start must"):
        network.decode(np.array([1]), stop, 0, 3)


def test_a_temperature_next_to_nothing_takes_the_likeliest():
    assert draw(np.array([0.0, 1e-3, -5.0]), 1e-310, rng_of()) == 1
