"""What holds for every layer: right gradients, PyTorch's numbers, dtype kept, nothing changed."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from layer_cases import CASES
from numpy.testing import assert_allclose, assert_array_equal

from rnnlib.gradcheck import check_gradients

FIXTURES = Path(__file__).parent / "fixtures"
COMPARED = [name for name in CASES if "Dropout" not in name]  # each library draws its own silence


def stored_by_pytorch(name):
    """What make_torch_layers.py wrote of a case."""
    with np.load(FIXTURES / "torch_layers.npz") as file:
        index, values = json.loads(str(file["index"])), file["values"]
    places = {key.split("/")[1]: place for key, place in index.items() if key.split("/")[0] == name}
    return {key: values[at : at + int(np.prod(shape))].reshape(shape) for key, (at, shape) in places.items()}


def upstream(outputs, rng):
    """A weight for every number that comes out, so that each matters in its own way."""
    return {name: rng.normal(size=a.shape).astype(a.dtype) for name, a in outputs.items()}


def differentiable(inputs):
    return {name: a for name, a in inputs.items() if a.dtype.kind == "f"}


@pytest.mark.parametrize("name", CASES)
def test_gradients_match_finite_differences(name):
    layer, inputs, rng = CASES[name].build()
    outputs, pull = CASES[name].run(layer, **inputs)
    d = upstream(outputs, rng)

    def loss():
        return float(sum(np.sum(d[key] * a) for key, a in CASES[name].run(layer, **inputs)[0].items()))

    arrays = differentiable(inputs) | {f"param.{key}": p for key, p in layer.params.items()}
    assert set(check_gradients(loss, arrays, pull(d))) == set(arrays)


def compare(name, stored, dtype):
    """Run a case on what PyTorch was given, and compare outputs and gradients."""
    layer, inputs, _ = CASES[name].build(dtype=dtype)
    for key, p in layer.params.items():
        p[...] = stored[f"param.{key}"]
    inputs = {key: stored[f"in.{key}"].astype(a.dtype) for key, a in inputs.items()}
    outputs, pull = CASES[name].run(layer, **inputs)
    grads = pull({key: stored[f"up.{key}"].astype(dtype) for key in outputs})
    ours = {f"out.{key}": a for key, a in outputs.items()} | {f"grad.{key}": g for key, g in grads.items()}
    assert set(ours) == {key for key in stored if key.startswith(("out.", "grad."))}
    tolerance = 1e-10 if dtype == np.float64 else 1e-5
    for key, a in ours.items():
        theirs = stored[key]
        if key == "out.h" and "mask" in inputs:  # at padding torch writes zeros, we pass the state on
            theirs = np.where(inputs["mask"][..., None], theirs, a)
        assert_allclose(a, theirs, rtol=0, atol=tolerance * max(1, np.abs(theirs).max()), err_msg=key)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", COMPARED)
def test_outputs_and_gradients_are_pytorch_s(name, dtype):
    compare(name, stored_by_pytorch(name), dtype)


@pytest.mark.parametrize("name", COMPARED)
def test_live_where_torch_is_installed(name):
    """The same with other numbers and today's PyTorch. The stored ones are compared everywhere."""
    pytest.importorskip("torch")
    path = FIXTURES / "make_torch_layers.py"
    spec = importlib.util.spec_from_file_location("make_torch_layers", path)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    compare(name, maker.compute(name, seed=1), np.float64)


@pytest.mark.parametrize("name", CASES)
def test_float32_stays_float32(name):
    layer, inputs, rng = CASES[name].build(dtype=np.float32)
    outputs, pull = CASES[name].run(layer, **inputs)
    grads = pull(upstream(outputs, rng))
    assert {a.dtype for a in (*outputs.values(), *grads.values())} == {np.dtype(np.float32)}
    for key, a in grads.items():
        like = layer.params[key.removeprefix("param.")] if key.startswith("param.") else inputs[key]
        assert a.shape == like.shape, key


@pytest.mark.parametrize("name", CASES)
def test_neither_pass_changes_what_it_is_given(name):
    layer, inputs, rng = CASES[name].build()
    before = {key: a.copy() for key, a in inputs.items()}
    params = {key: p.copy() for key, p in layer.params.items()}
    outputs, pull = CASES[name].run(layer, **inputs)
    kept = {key: a.copy() for key, a in outputs.items()}
    d = upstream(outputs, rng)
    d_before = {key: a.copy() for key, a in d.items()}
    first, second = pull(d), pull(d)
    for a, b in [(before, inputs), (params, layer.params), (kept, outputs), (d_before, d), (first, second)]:
        for key in a:
            assert_array_equal(a[key], b[key], err_msg=key)


@pytest.mark.parametrize("name", [n for n in CASES if "mask" in CASES[n].inputs(np.random.default_rng(0))])
def test_what_stands_in_the_padding_does_not_matter(name):
    layer, inputs, rng = CASES[name].build()
    outputs, pull = CASES[name].run(layer, **inputs)
    d = upstream(outputs, rng)
    mask = inputs["mask"]
    padded_inputs = ["k", "v"] if "k" in inputs else ["memory"] if "memory" in inputs else ["x"]
    same_steps = padded_inputs == ["x"]
    own_padding = (
        {"y", "h"} if same_steps and not name.startswith(("Max", "Mean", "AttentionPooling")) else set()
    )
    for key in own_padding & set(d):
        d[key] = d[key] * mask[..., None]  # no loss reads an output at a padded step
    grads = pull(d)
    for key in padded_inputs:
        assert (grads[key][~mask] == 0).all(), key
        inputs[key] = np.where(mask[..., None], inputs[key], 100.0)
    again, pull_again = CASES[name].run(layer, **inputs)
    for key, a in outputs.items():
        real = mask if key in own_padding else np.ones(a.shape[:2], bool)
        assert_allclose(again[key][real], a[real], err_msg=key)
    for key, g in pull_again(d).items():
        if key.startswith("param."):
            assert_allclose(g, grads[key], atol=1e-12, err_msg=key)
