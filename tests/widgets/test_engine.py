"""engine.mjs computes what rnnlib computes, to 1e-6, on seeded random networks and sentences."""

import json
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from browser import node
from numpy.testing import assert_allclose

from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary, tokenize

HERE = Path(__file__).parent
WORDS = ["i", "do", "not", "don't", "love", "hate", "it", ",", "."]
N_CASES = 120


def case(seed):
    rng = np.random.default_rng(seed)
    C, D, H, T = (int(rng.integers(low, high)) for low, high in ((2, 5), (1, 7), (1, 10), (1, 15)))
    vocabulary = Vocabulary(WORDS)
    network = SequenceClassifier(vocabulary, [f"class {c}" for c in range(C)], D, H, rng)
    for param in network.params.values():
        param[...] = rng.normal(scale=rng.uniform(0.2, 2), size=param.shape)
    sentence = " ".join(rng.choice([*WORDS, "I", "DON’T", "pancakes", "👍", "<b>"], T))
    return network, sentence, int(rng.integers(C))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    cases = [case(seed) for seed in range(N_CASES)]
    path = tmp_path_factory.mktemp("engine") / "cases.json"
    path.write_text(json.dumps([{"network": n.to_spec(), "sentence": s, "target": t} for n, s, t in cases]))
    done = subprocess.run(
        [node(), HERE / "run_engine.mjs", path], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return list(zip(cases, json.loads(done.stdout), strict=True))


def test_forward_equals_rnnlib(results):
    for (network, sentence, _), result in results:
        run = network.trace(tokenize(sentence))
        assert result["run"]["tokens"] == run["tokens"] and result["run"]["unknown"] == run["unknown"]
        for name in ("ids", "x", "x_W_xh", "h_W_hh", "z", "h", "logits", "p"):
            assert_allclose(
                result["run"][name], run[name], rtol=0, atol=1e-9, err_msg=f"{name} of {sentence!r}"
            )


def test_backward_equals_rnnlib(results):
    for (network, sentence, target), result in results:
        back = network.trace_back(tokenize(sentence), target)
        for name in ("loss", "dh", "dz", "share", "sum"):
            assert_allclose(
                result["back"][name], back[name], rtol=1e-7, atol=1e-9, err_msg=f"{name} of {sentence!r}"
            )


def test_the_numerical_gradient_agrees_with_the_running_sum(results):
    for (network, sentence, target), result in results:
        total = np.linalg.norm(network.trace_back(tokenize(sentence), target)["sum"][0])
        if total > 1e-4:  # below, nudging drowns in rounding
            assert result["error"] < 1e-5, (sentence, total)
    assert sum(r["error"] < 1e-6 for _, r in results) > 0.9 * N_CASES


def test_tokens_are_the_same_for_every_kind_of_character(tmp_path):
    """Every assigned character of the basic plane and a sample above, between two letters."""
    points = [p for p in range(0x10000) if unicodedata.category(chr(p)) not in ("Cs", "Cn")]
    points += list(range(0x10000, 0x20000, 7)) + [0x1F44D, 0x1F3FD, 0xE0001]
    sentences = [" ".join(f"a{chr(p)}b" for p in points[i : i + 500]) for i in range(0, len(points), 500)]
    sentences += [
        "don't 'tis rock'n'roll 'a''b'",
        "’’a’b’c’",
        "e\u0301a\u200db \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ]
    path = tmp_path / "cases.json"
    spec = case(0)[0].to_spec()
    path.write_text(
        json.dumps([{"network": spec, "sentence": s, "target": 0} for s in sentences]), encoding="utf-8"
    )
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ tokenize }} from {json.dumps((HERE.parents[1] / "rnnlib/widgets/engine.mjs").as_uri())};
        const cases = JSON.parse(readFileSync({json.dumps(str(path))}, "utf8"));
        process.stdout.write(JSON.stringify(cases.map((c) => tokenize(c.sentence))));"""
    done = subprocess.run(
        [node(), "--input-type=module", "-e", script],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    for sentence, tokens in zip(sentences, json.loads(done.stdout), strict=True):
        assert tokens == tokenize(sentence)
