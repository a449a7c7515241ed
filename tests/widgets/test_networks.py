"""engine.mjs computes what every network of rnnlib computes, on seeded random networks and inputs."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from browser import node
from numpy.testing import assert_allclose

from rnnlib.generators import CausalLanguageModel, CharLanguageModel, EncoderDecoder
from rnnlib.models import (
    CELLS,
    MLP,
    ConvSequenceClassifier,
    ImageClassifier,
    RecurrentClassifier,
    TransformerClassifier,
)
from rnnlib.widgets import half, pack

HERE = Path(__file__).parent
SEEDS = range(12)
READS = ["last", "all", "mean", "max", "attention"]


def sizes(rng, *limits):
    return [int(rng.integers(1, limit + 1)) for limit in limits]


def case(kind, seed):
    """A network with random parameters, and inputs for its trace."""
    rng = np.random.default_rng(seed)
    D, H, C, T, layers = sizes(rng, 5, 6, 4, 9, 3)
    heads = int(rng.integers(1, 4))
    cell, read = sorted(CELLS)[seed % 3], READS[seed % 5]
    ids = rng.integers(4, size=T)
    network, inputs = {
        "MLP": lambda: (MLP([D, H, H, C], rng, ("tanh", "relu")[seed % 2]), [rng.normal(size=D)]),
        "RecurrentClassifier": lambda: (
            RecurrentClassifier(D, H, C, rng, cell, layers, read),
            [rng.normal(size=(T, D))],
        ),
        "CharLanguageModel": lambda: (CharLanguageModel(4, D, H, rng, cell, layers), [ids]),
        "ConvSequenceClassifier": lambda: (
            ConvSequenceClassifier(D, H, C, layers, rng, width=1 + seed % 4),
            [rng.normal(size=(T, D))],
        ),
        "ImageClassifier": lambda: (ImageClassifier(8, C, [D, H], rng), [rng.normal(size=(8, 8))]),
        "TransformerClassifier": lambda: (TransformerClassifier(4, 2 * heads, heads, layers, C, rng), [ids]),
        "CausalLanguageModel": lambda: (CausalLanguageModel(4, 2 * heads, heads, layers, rng), [ids]),
        "EncoderDecoder": lambda: (EncoderDecoder(4, 3, D, H, rng), [ids, rng.integers(3, size=D)]),
    }[kind]()
    for p in network.params.values():
        p[...] = rng.normal(scale=0.7, size=p.shape)
    return network, inputs


KINDS = [
    "MLP", "RecurrentClassifier", "CharLanguageModel", "ConvSequenceClassifier", "ImageClassifier",
    "TransformerClassifier", "CausalLanguageModel", "EncoderDecoder",
]  # fmt: skip


def same(ours, theirs, where):
    """The same structure, the same numbers."""
    if isinstance(ours, dict):
        assert set(ours) == set(theirs), where
        for key in ours:
            same(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(ours, list):
        assert len(ours) == len(theirs), where
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            same(a, b, f"{where}[{i}]")
    else:
        assert_allclose(np.array(theirs), ours, rtol=0, atol=1e-9 * max(1, np.abs(ours).max()), err_msg=where)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_computes_what_python_computes(kind, packed, tmp_path):
    cases = [case(kind, seed) for seed in SEEDS]
    if packed:
        cases = [(half(network), inputs) for network, inputs in cases]
    path = tmp_path / "cases.json"
    write = pack if packed else lambda spec: spec
    written = [{"spec": write(n.to_spec()), "inputs": [x.tolist() for x in inputs]} for n, inputs in cases]
    path.write_text(json.dumps(written), encoding="utf-8")
    command = [node(), HERE / "run_networks.mjs", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    for (network, inputs), traced in zip(cases, json.loads(done.stdout), strict=True):
        same(network.trace(*inputs), traced, kind)


def test_the_browser_decodes_what_python_decodes(tmp_path):
    cases = [case("EncoderDecoder", seed) for seed in SEEDS]
    path = tmp_path / "cases.json"
    written = [{"spec": n.to_spec(), "source": inputs[0].tolist()} for n, inputs in cases]
    path.write_text(json.dumps(written), encoding="utf-8")
    engine = HERE.parents[1] / "rnnlib" / "widgets" / "engine.mjs"
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ decodeEncoderDecoder }} from {json.dumps(engine.as_uri())};
        const cases = JSON.parse(readFileSync({json.dumps(str(path))}, "utf8"));
        const decode = ({{ spec, source }}) =>
            [1, 2].map((stop) => decodeEncoderDecoder(spec, source, 2, stop, 7));
        process.stdout.write(JSON.stringify(cases.map(decode)));"""
    command = [node(), "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    lengths = set()
    for (network, inputs), pair in zip(cases, json.loads(done.stdout), strict=True):
        for stop, result in zip([1, 2], pair, strict=True):
            ids, weights = network.decode(inputs[0], 2, stop, 7)
            assert result["ids"] == ids.tolist()
            assert_allclose(result["weights"], weights, rtol=0, atol=1e-9)
            p = network.trace(inputs[0], np.array([2, *ids[:-1]]))["p"]
            assert_allclose(result["p"], p, rtol=0, atol=1e-9)
            lengths.add(len(ids))
    assert len(lengths) > 1  # some ended by themselves, some at the limit


def test_the_engine_knows_every_network_that_has_a_spec():
    text = (HERE.parents[1] / "rnnlib" / "widgets" / "engine.mjs").read_text("utf-8")
    assert set(re.findall(r'"rnnlib/(\w+)/1":', text)) == set(KINDS)


def test_pack_refuses_what_half_precision_would_change():
    network, _ = case("MLP", 0)
    with pytest.raises(ValueError, match=r"spec\['params'\]\['0.W'\] would lose digits"):
        pack(network.to_spec())
    network.params["0.W"][0, 0] = 1e6
    with pytest.raises(ValueError, match=r"weight in '0.W' that half precision cannot hold"):
        half(network)


def test_half_leaves_the_network_as_it_is_and_the_smallest_numbers_whole():
    network, _ = case("MLP", 1)
    network.params["0.W"][0, 0] = 2.0**-24  # the smallest half-precision number, a subnormal one
    before = network.params["0.W"].copy()
    rounded = half(network)
    assert np.array_equal(network.params["0.W"], before) and rounded.params["0.W"][0, 0] == 2.0**-24
