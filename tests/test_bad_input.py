"""Whatever is wrong with an argument, the error is ours and names it; nothing wrong goes through."""

import traceback
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layer_cases import CASES

from rnnlib import (
    attention,
    convolution,
    functions,
    generators,
    layers,
    losses,
    models,
    optim,
    recurrent,
    text,
)

RNNLIB = str(Path(functions.__file__).parent)
FREE_AXES = ("Linear", "LayerNorm", "Dropout", "Embedding")  # any number of leading axes is right there

WRONG_KINDS = {
    "a list": lambda a: a.tolist(),
    "text": lambda a: "0.5",
    "one number": lambda a: 0.5,
    "a dict": lambda a: {"x": a},
    "another kind of number": lambda a: a.astype(int) if a.dtype.kind == "f" else a.astype(float),
    "complex numbers": lambda a: a.astype(complex),
    "objects": lambda a: a.astype(object),
}
WRONG_SHAPES = {
    "an axis more": lambda a: a[None],
    "an axis less": lambda a: a[0],
    "no axis at all": lambda a: a.reshape(-1)[0].reshape(()),
    "nothing in the first axis": lambda a: a[:0],
    "nothing in the last axis": lambda a: a[..., :0],
}
WRONG_NUMBERS = {
    "a NaN": lambda a: with_one(a, np.nan),
    "infinity": lambda a: with_one(a, np.inf),
    "minus infinity": lambda a: with_one(a, -np.inf),
}
WRONG_IDS = {"a word too many": lambda a: with_one(a, 6), "a negative word": lambda a: with_one(a, -1)}


def with_one(a, value):
    """A copy in which one number is another, in a place that depends on the array's size."""
    a = a.copy()
    a.reshape(-1)[(7 * a.size // 11) % a.size] = value
    return a


def spoil(a, how):
    return (WRONG_KINDS | WRONG_SHAPES | WRONG_NUMBERS | WRONG_IDS)[how](a)


def wrongs(name, key, a):
    """What can be made wrong about an input of a case."""
    kinds = [*WRONG_KINDS]
    shapes = [*WRONG_SHAPES]
    if name.startswith(FREE_AXES):
        shapes = [s for s in shapes if s.startswith("nothing")]
    if key in ("h_0", "c_0") and name.startswith("Stacked"):
        return [
            "another kind of number",
            "complex numbers",
            *WRONG_NUMBERS,
        ]  # a list of states is right there
    if a.dtype.kind == "f":
        return kinds + shapes + [*WRONG_NUMBERS]
    return kinds + shapes + (list(WRONG_IDS) if key == "ids" else [])


def assert_refused(call, names):
    """The call fails in rnnlib's own code, with one of the errors that bad input gets, naming an argument."""
    try:
        call()
    except (TypeError, ValueError, IndexError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        assert last.filename.startswith(RNNLIB), (
            f"obscure: {type(error).__name__}: {error} from {last.filename}"
        )
        assert any(name in str(error) for name in names), f"names no argument: {error}"
    else:
        raise AssertionError("went through in silence")


@st.composite
def spoiled_inputs(draw):
    name = draw(st.sampled_from(sorted(CASES)))
    inputs = CASES[name].build()[1]
    key = draw(st.sampled_from(sorted(inputs)))
    return name, key, draw(st.sampled_from(wrongs(name, key, inputs[key])))


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(spoiled_inputs())
def test_a_bad_input_of_a_layer_is_refused(spoiled):
    name, key, how = spoiled
    layer, inputs, _ = CASES[name].build()
    inputs[key] = spoil(inputs[key], how)
    assert_refused(lambda: CASES[name].run(layer, **inputs), [*inputs, "state"])


@st.composite
def spoiled_gradients(draw):
    name = draw(st.sampled_from(sorted(CASES)))
    layer, inputs, _ = CASES[name].build()
    outputs, _ = CASES[name].run(layer, **inputs)
    key = draw(st.sampled_from(sorted(outputs)))
    how = [w for w in wrongs(name, "d", outputs[key]) if not (key in ("h_n", "c_n") and "Stacked" in name)]
    shapes = [*WRONG_SHAPES] if how else []
    return name, key, draw(st.sampled_from(how + shapes)) if how else None


@settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(spoiled_gradients())
def test_a_bad_gradient_is_refused(spoiled):
    name, key, how = spoiled
    if how is None:
        return
    layer, inputs, _ = CASES[name].build()
    outputs, pull = CASES[name].run(layer, **inputs)
    d = {k: np.ones_like(a) for k, a in outputs.items()}
    d[key] = spoil(d[key], how)
    assert_refused(lambda: pull(d), ["dy", "dx", "dh", "dc_n", "dstate"])


@pytest.mark.parametrize("how", [*WRONG_KINDS, "nothing in the last axis", *WRONG_NUMBERS])
@pytest.mark.parametrize("function", ["sigmoid", "relu", "softmax", "log_softmax"])
def test_a_bad_argument_of_a_function_is_refused(function, how):
    z = spoil(np.ones((3, 2)), how)
    assert_refused(lambda: getattr(functions, function)(z), ["z"])


@pytest.mark.parametrize("how", [*WRONG_KINDS, *WRONG_NUMBERS, "an axis less", "nothing in the first axis"])
@pytest.mark.parametrize("key", ["y", "targets", "logits", "mask"])
def test_a_bad_argument_of_a_loss_is_refused(key, how):
    given_ = {"y": np.ones((3, 2, 4)), "targets": np.ones((3, 2, 4)), "mask": np.ones((3, 2), bool)}
    loss = losses.mean_squared_error
    if key == "logits":
        given_["logits"] = given_.pop("y")
        given_["targets"] = np.zeros((3, 2), int)
        loss = losses.cross_entropy
    if key == "mask" and how in WRONG_NUMBERS:
        how = "objects"  # booleans can be neither NaN nor infinite
    given_[key] = spoil(given_[key], how)
    assert_refused(lambda: loss(**given_), [*given_])


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
@pytest.mark.parametrize("params", [None, [np.ones(2)], {"w": [1.0]}, {"w": np.ones(2, int)}, {}])
def test_an_optimiser_refuses_what_are_no_parameters(kind, params):
    assert_refused(lambda: kind(params, lr=0.1), ["params"])


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
@pytest.mark.parametrize(
    "grads", [None, {}, {"v": np.ones(2)}, {"w": np.ones(3)}, {"w": [1.0, 1.0]}, {"w": np.array([1, np.nan])}]
)
def test_an_optimiser_refuses_what_are_no_gradients_and_keeps_the_parameters(kind, grads):
    params = {"w": np.ones(2)}
    optimiser = kind(params, lr=0.1)
    assert_refused(lambda: optimiser.step(grads), ["grads"])
    assert (params["w"] == 1).all()


RNG, WORDS = np.random.default_rng(0), text.Vocabulary(["a", "b"])
CONSTRUCTORS = [
    (layers.Linear, {"input_size": 3, "output_size": 2, "rng": RNG}),
    (layers.Embedding, {"n_words": 3, "embed_size": 2, "rng": RNG}),
    (layers.LayerNorm, {"size": 3, "eps": 1e-5}),
    (layers.Dropout, {"p": 0.1}),
    (recurrent.RNN, {"input_size": 3, "hidden_size": 2, "rng": RNG}),
    (recurrent.LSTM, {"input_size": 3, "hidden_size": 2, "rng": RNG, "forget_bias": 1.0}),
    (recurrent.GRU, {"input_size": 3, "hidden_size": 2, "rng": RNG}),
    (
        recurrent.Stacked,
        {"cell": recurrent.GRU, "input_size": 3, "hidden_size": 2, "num_layers": 2, "rng": RNG},
    ),
    (convolution.Conv1d, {"input_size": 2, "output_size": 3, "width": 3, "rng": RNG, "dilation": 2}),
    (
        convolution.Conv2d,
        {"in_channels": 2, "out_channels": 3, "size": 3, "rng": RNG, "stride": 1, "padding": 1},
    ),
    (convolution.MaxPool2d, {"size": 2}),
    (convolution.AvgPool2d, {"size": 2}),
    (attention.DotProductAttention, {"causal": True}),
    (attention.AdditiveAttention, {"query_size": 3, "key_size": 2, "size": 4, "rng": RNG}),
    (attention.MultiHeadAttention, {"size": 4, "n_heads": 2, "rng": RNG, "causal": False}),
    (attention.AttentionPooling, {"input_size": 3, "size": 2, "rng": RNG}),
    (attention.TransformerBlock, {"size": 4, "n_heads": 2, "hidden_size": 8, "rng": RNG, "dropout": 0.1}),
    (
        models.SequenceClassifier,
        {"vocabulary": WORDS, "classes": ["n", "y"], "embed_size": 2, "hidden_size": 3, "rng": RNG},
    ),
    (models.BagOfWords, {"n_words": 3, "hidden_size": 2, "n_classes": 2, "rng": RNG}),
    (models.MLP, {"sizes": [2, 3], "rng": RNG, "activation": "relu"}),
    (
        models.RecurrentClassifier,
        {
            "input_size": 3,
            "hidden_size": 2,
            "n_classes": 2,
            "rng": RNG,
            "cell": "GRU",
            "num_layers": 1,
            "read": "all",
        },
    ),
    (models.ImageClassifier, {"side": 8, "n_classes": 2, "channels": [2, 3], "rng": RNG}),
    (
        models.ConvSequenceClassifier,
        {"input_size": 3, "hidden_size": 2, "n_classes": 2, "num_layers": 1, "rng": RNG, "width": 3},
    ),
    (
        models.TransformerClassifier,
        {"n_words": 5, "size": 4, "n_heads": 2, "num_layers": 1, "n_classes": 2, "rng": RNG, "dropout": 0.1},
    ),
    (
        generators.CharLanguageModel,
        {"n_symbols": 5, "embed_size": 3, "hidden_size": 4, "rng": RNG, "cell": "RNN", "num_layers": 1},
    ),
    (
        generators.CausalLanguageModel,
        {"n_symbols": 5, "size": 4, "n_heads": 2, "num_layers": 1, "rng": RNG, "dropout": 0.1},
    ),
    (
        generators.EncoderDecoder,
        {"n_source": 5, "n_target": 4, "embed_size": 3, "hidden_size": 4, "rng": RNG},
    ),
]
NEVER_RIGHT = [-2, "nothing", None, [1], float("nan"), {}]


@pytest.mark.parametrize(("kind", "right"), CONSTRUCTORS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_constructor_names_the_argument_that_is_wrong(kind, right):
    kind(**right)
    for name in right:
        for wrong in [w for w in NEVER_RIGHT if (name, w) != ("forget_bias", -2)]:
            with pytest.raises((TypeError, ValueError), match=f"^(both of )?{name}"):
                kind(**{**right, name: wrong})


def test_every_layer_and_network_is_among_the_constructors():
    public = {
        value
        for module in (layers, recurrent, convolution, attention, models, generators)
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and value.__init__ is not object.__init__
    }
    assert public - {models.TransformerEncoder} == {kind for kind, _ in CONSTRUCTORS}  # that one is a base


@pytest.mark.parametrize(
    ("network", "right"),
    [
        (models.BagOfWords(3, 2, 2, RNG), np.ones(3)),
        (models.RecurrentClassifier(3, 2, 2, RNG), np.ones((4, 3))),
        (models.ImageClassifier(8, 2, [2, 3], RNG), np.ones((8, 8))),
        (models.ConvSequenceClassifier(3, 2, 2, 1, RNG), np.ones((4, 3))),
        (models.TransformerClassifier(5, 4, 2, 1, 2, RNG), np.ones(3, int)),
        (generators.CharLanguageModel(5, 3, 4, RNG), np.ones(3, int)),
        (generators.CausalLanguageModel(5, 4, 2, 1, RNG), np.ones(3, int)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_trace_names_what_is_wrong_with_its_input(network, right):
    network.trace(right)
    for wrong in (right.tolist(), right[None], right[:0], None, right.astype(complex)):
        with pytest.raises((TypeError, ValueError), match="^(x|counts|ids) must"):
            network.trace(wrong)


def test_a_network_is_rounded_to_a_whole_number_of_decimals():
    network = models.SequenceClassifier(WORDS, ["n", "y"], 2, 3, RNG)
    for wrong in (1.5, -1, "2", None):
        with pytest.raises((TypeError, ValueError), match="^decimals must"):
            network.rounded(wrong)


@pytest.mark.parametrize(
    "wrong",
    [np.ones((2, 4)), np.ones(2), np.ones((2, 3), int), [[1.0, 2.0, 3.0]], np.array(1.0)],
    ids=["more features", "an axis less", "other numbers", "a list", "no axis"],
)
def test_pad_names_the_sequence_that_does_not_fit(wrong):
    with pytest.raises((TypeError, ValueError), match=r"^sequences\[1\] must"):
        text.pad([np.ones((2, 3)), wrong])
