"""The widgets of chapter 6 compute what rnnlib computes: gradients by lag, gates, and training."""

import json
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from browser import node
from numpy.testing import assert_allclose

from rnnlib.losses import cross_entropy
from rnnlib.models import RecurrentClassifier, SequenceClassifier
from rnnlib.optim import Adam, clip_by_norm
from rnnlib.recurrent import GRU, LSTM, RNN
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import GateStepper, LagGradients, TrainInPage
from rnnlib.widgets.train_in_page import Xorshift, initial_weights, next_batch

HERE = Path(__file__).parent
LAYERS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def in_node(cases, folder):
    path = folder / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    command = [node(), HERE / "run_limits.mjs", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return json.loads(done.stdout)


# gradient by lag


def make_base(seed, T=12, D=3, H=5):
    rng = np.random.default_rng(seed)
    base = {"x": rng.normal(size=(T, D)), "u": rng.normal(size=H)}
    for name, layer in LAYERS.items():
        made = layer(D, H, rng)
        base |= {f"{name}.{key}": rng.normal(scale=0.5, size=p.shape) for key, p in made.params.items()}
    return {name: value.astype(np.float16).astype(float) for name, value in base.items()}


def sizes_by_lag(base, gain, scale, steps, forget_bias):
    """Norm of the gradient of u · h_T at every state, each by an rnnlib run that begins there."""
    sizes = {}
    x = scale * base["x"][:steps, None]
    for name, layer in LAYERS.items():
        made = layer(base["x"].shape[1], len(base["u"]), np.random.default_rng(0))
        for key, p in made.params.items():
            p[...] = base[f"{name}.{key}"] * (gain if key == "W_hh" else 1)
        if name == "LSTM":
            made.b_h[1] = forget_bias
        h, c = made.forward(x)[2][1:3]
        dh, dc = [base["u"][None]], [np.zeros_like(base["u"])[None]]
        for t in reversed(range(steps)):
            start = (h[t], c[t]) if name == "LSTM" else h[t]
            _, _, cache = made.forward(x[t:], start)
            end = (base["u"][None], np.zeros((1, len(base["u"])))) if name == "LSTM" else base["u"][None]
            _, d, _ = made.backward(np.zeros((steps - t, 1, len(base["u"]))), cache, end)
            dh.append(d[0] if name == "LSTM" else d)
            dc.append(d[1] if name == "LSTM" else d)
        sizes[f"{name} h"] = np.linalg.norm(dh, axis=(1, 2))
        if name == "LSTM":
            sizes["LSTM c"] = np.linalg.norm(dc, axis=(1, 2))
    return sizes


def test_gradients_by_lag_are_rnnlib_s(tmp_path):
    rng = np.random.default_rng(0)
    settings = [
        (seed, *rng.uniform(0.2, 2, size=2), int(rng.integers(2, 13)), float(rng.integers(-1, 6)))
        for seed in range(20)
    ]
    names = ("gain", "scale", "steps", "forget_bias")
    cases = [
        {
            "job": "lags",
            "base": {name: value.tolist() for name, value in make_base(seed).items()},
            "at": dict(zip(names, at, strict=True)),
        }
        for seed, *at in settings
    ]
    for (seed, *at), result in zip(settings, in_node(cases, tmp_path), strict=True):
        for name, expected in sizes_by_lag(make_base(seed), *at).items():
            assert_allclose(result["sizes"][name], expected, rtol=1e-7, atol=1e-14, err_msg=name)


def test_lag_gradients_refuses_bad_input():
    def measure(*at):
        return sizes_by_lag(make_base(at[0]), *at[1:])

    assert len(LagGradients([make_base(0)], measure, steps=12).table()[2]) >= 7
    with pytest.raises(ValueError, match="bases is empty"):
        LagGradients([], measure)
    with pytest.raises(ValueError, match=r"must have the entries .*'GRU.W_hh'.*, got \['x'\]"):
        LagGradients([{"x": [[1.0]]}], measure)
    with pytest.raises(ValueError, match="steps must be at most 12, the length of x, got 13"):
        LagGradients([make_base(0)], measure, steps=13)
    with pytest.raises(ValueError, match="would lose digits"):
        LagGradients([make_base(0) | {"u": np.full(5, 0.1)}], measure, steps=12)


# gates


def gated(cell, seed, D=3, H=4):
    rng = np.random.default_rng(seed)
    network = SequenceClassifier(Vocabulary(["good", "bad", "not"]), ["negative", "positive"], D, H, rng)
    network.rnn = LAYERS[cell](D, H, rng)
    for p in network.params.values():
        p[...] = rng.normal(size=p.shape)
    return network


def trace(network, sentence):
    ids, _ = network.vocabulary.encode(tokenize(sentence))
    logits, (_, cache, _) = network.forward(ids[:, None])
    run = {"h": cache[1][:, 0], "logits": logits[:, 0]}
    if isinstance(network.rnn, LSTM):
        return run | {"c": cache[2][:, 0], "gates": cache[4][:, :, 0]}
    return run | {"gates": cache[2][:, :, 0]}


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_gates_are_rnnlib_s_and_every_number_tells_where_it_comes_from(cell, tmp_path):
    sentences = ["not bad", "good", "pancakes not not bad good , bad"]
    networks = [gated(cell, seed) for seed in range(len(sentences))]
    cases = [
        {"job": "gates", "network": n.to_spec(), "cell": cell, "sentence": s}
        for n, s in zip(networks, sentences, strict=True)
    ]
    for network, sentence, result in zip(networks, sentences, in_node(cases, tmp_path), strict=True):
        run = trace(network, sentence)
        for name, expected in run.items():
            assert_allclose(result["run"][name], expected, rtol=0, atol=1e-9, err_msg=name)
        for t, rows in enumerate(result["rows"]):
            named = {row["name"]: row for row in rows}
            state = named[f"h {t + 1}, the hidden state"]
            assert_allclose(state["values"], run["h"][t + 1], atol=1e-9)
            kept, written = named["kept"]["values"], named["written"]["values"]
            total = run["c"] if cell == "LSTM" else run["h"]
            assert_allclose(np.add(kept, written), total[t + 1], atol=1e-9)
            for row in rows:
                for value, told in zip(row["values"], row["told"], strict=True):
                    assert "undefined" not in told["text"] and "NaN" not in told["text"]
                    for r, c in told.get("sources", []):
                        assert c < len(rows[r]["values"])
                    if row["name"] not in (f"x {t + 1}, the word", rows[1]["name"], rows[2]["name"]):
                        four = f"{value:.4f}".replace("-", "\u2212")
                        assert four in told["text"] or abs(value) < 5e-5, (row["name"], told["text"])


def test_gate_stepper_refuses_bad_input():
    spec = gated("LSTM", 0).to_spec()
    with pytest.raises(ValueError, match=r"networks\['GRU'\] must have 3 gates, its W_xh has 4"):
        GateStepper({"GRU": spec}, None, ["good"])
    with pytest.raises(ValueError, match="networks must be a dict .* got \\['RNN'\\]"):
        GateStepper({"RNN": spec}, None, ["good"])
    with pytest.raises(ValueError, match="sentences is empty"):
        GateStepper({"LSTM": spec}, None, [])


# training


def train(settings, updates):
    """Train with rnnlib on the numbers that the browser draws."""
    T, H, gain, lr, clip, seed, B = (settings[k] for k in ("T", "H", "gain", "lr", "clip", "seed", "B"))
    random = Xorshift(seed)
    network = RecurrentClassifier(6, H, 4, np.random.default_rng(0))
    start = initial_weights(random, H, gain)
    names = {f"{'rnn.0' if k in ('W_xh', 'W_hh', 'b_h') else 'output'}.{k}": v for k, v in start.items()}
    for name, p in network.params.items():
        p[...] = names[name]
    adam, reports = Adam(network.params, lr), []
    for _ in range(updates):
        x, y = next_batch(random, B, T)
        logits, cache = network.forward(np.eye(6)[x])
        loss, dlogits = cross_entropy(logits, y)
        grads = network.backward(dlogits, cache)
        norm = clip_by_norm(grads, clip if clip else 1e300)
        dh_n = dlogits @ network.output.W.T
        _, dh_0, _ = network.rnn.layers[0].backward(np.zeros((T, B, H)), cache[0][0], dh_n)
        adam.step(grads)
        reports.append(
            (loss, norm, np.mean(logits.argmax(1) == y), np.linalg.norm(dh_n), np.linalg.norm(dh_0))
        )
    return reports, {name.split(".")[-1]: p for name, p in network.params.items()}


SETTINGS = [
    {"T": 20, "H": 16, "gain": 1.0, "lr": 0.01, "clip": 1.0, "seed": 1, "B": 32},
    {"T": 7, "H": 3, "gain": 0.7, "lr": 0.1, "clip": 0, "seed": 2, "B": 5},
    {"T": 10, "H": 8, "gain": 2.0, "lr": 0.03, "clip": 0.1, "seed": 5, "B": 8},
    {"T": 100, "H": 4, "gain": 1.0, "lr": 0.01, "clip": 1.0, "seed": 3, "B": 4},
]


def test_the_first_updates_in_the_page_are_rnnlib_s(tmp_path):
    updates = 30
    cases = [{"job": "train", "settings": settings, "updates": updates} for settings in SETTINGS]
    for settings, result in zip(SETTINGS, in_node(cases, tmp_path), strict=True):
        reports, params = train(settings, updates)
        assert result["ready"] and [u["t"] for u in result["news"]] == list(range(1, updates + 1))
        ours = [(u["loss"], u["norm"], u["accuracy"], u["lags"][0], u["lags"][-1]) for u in result["news"]]
        assert_allclose(ours, reports, rtol=1e-6, atol=1e-12)
        assert all(len(u["lags"]) == settings["T"] + 1 for u in result["news"])
        for name, p in params.items():
            assert_allclose(result["weights"][name], p.ravel(), rtol=0, atol=1e-6, err_msg=name)


def test_it_learns_at_20_steps_and_not_at_100(tmp_path):
    settings = [SETTINGS[0] | {"T": T, "seed": seed} for T in (20, 100) for seed in (1, 2)]
    results = in_node([{"job": "train", "settings": s, "updates": 400} for s in settings], tmp_path)
    accuracy = [np.mean([u["accuracy"] for u in result["news"][-25:]]) for result in results]
    assert min(accuracy[:2]) > 0.98 and max(accuracy[2:]) < 0.35


def test_a_loss_that_is_no_number_stops_the_training(tmp_path):
    settings = SETTINGS[1] | {"lr": 1e308, "T": 5}
    (result,) = in_node([{"job": "train", "settings": settings, "updates": 20}], tmp_path)
    assert result["news"][-1]["broken"] and len(result["news"]) < 20


def test_the_worker_s_source_needs_nothing_from_outside():
    text = (HERE.parents[1] / "rnnlib" / "widgets" / "train_in_page.mjs").read_text("utf-8")
    body = text[text.index("export function trainer") : text.index("/**\n * A trainer in a worker")]
    for helper in (
        "make",
        "number",
        "plotLines",
        "table",
        "tiny",
        "document",
        "window",
        "recent",
        "startTrainer",
    ):
        assert not re.search(rf"(?<![.\w]){helper}\(", body) and f"{helper}." not in body, helper


def test_the_marks_lie_where_make_order_puts_them():
    x, y = next_batch(Xorshift(7), 200, 40)
    at = [np.flatnonzero(column >= 4) for column in x.T]
    assert all(len(a) == 2 and 4 <= a[0] < 8 and 20 <= a[1] < 24 for a in at)
    assert all((x[a, b] - 4).tolist() == [y[b] // 2, y[b] % 2] for b, a in enumerate(at))
    assert set(y) == {0, 1, 2, 3} and set(x.ravel()) == set(range(6))
    again = next_batch(Xorshift(7), 200, 40)
    assert np.array_equal(again[0], x) and not np.array_equal(next_batch(Xorshift(8), 200, 40)[0], x)


def test_the_initial_state_matrix_is_orthogonal_times_the_gain():
    W = initial_weights(Xorshift(1), 16, 0.7)["W_hh"]
    assert_allclose(W @ W.T, 0.49 * np.eye(16), atol=1e-12)


def test_train_in_page_refuses_bad_input():
    with pytest.raises(ValueError, match="lr must"):
        TrainInPage(None, lr=0.0)
    with pytest.raises((TypeError, ValueError), match="seed must"):
        TrainInPage(None, seed=0)
