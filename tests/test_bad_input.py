"""Whatever is wrong with an argument, the error is ours and names it; nothing wrong goes through."""

import traceback
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layer_cases import CASES

from rnnlib import functions, losses, optim

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
