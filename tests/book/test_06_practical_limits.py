"""The widgets of chapter 6 in the built page: any setting, any sentence, the same numbers as rnnlib."""

import re

import numpy as np
import pytest
from browser import from_half, read_table, state_of
from numpy.testing import assert_allclose

from rnnlib.losses import cross_entropy
from rnnlib.models import RecurrentClassifier, SequenceClassifier
from rnnlib.optim import Adam, clip_by_norm
from rnnlib.recurrent import GRU, LSTM, RNN
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets.train_in_page import Xorshift, initial_weights, next_batch

CHAPTER = "notebooks/06_practical_limits.html"
LAGS, GATES, TRAIN = ".rnn-lags", ".rnn-gates", ".rnn-train"
CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


def number(text):
    return float(text.replace("\u2212", "-"))


def unpacked(base):
    """Arrays of one seed, from the half-precision text of the page."""
    return {name: from_half(p) for name, p in base["params"].items()}


def final_gradients(base, gain, scale, steps, forget_bias):
    """Size of the gradient at the initial state, by one backward pass of rnnlib."""
    sizes, u = {}, base["u"][None]
    for name, cell in CELLS.items():
        layer = cell(base["x"].shape[1], u.shape[1], np.random.default_rng(0))
        for key, p in layer.params.items():
            p[...] = base[f"{name}.{key}"] * (gain if key == "W_hh" else 1)
        if name == "LSTM":
            layer.b_h[1] = forget_bias
        _, _, cache = layer.forward(scale * base["x"][:steps, None])
        end = (u, 0 * u) if name == "LSTM" else u
        _, back, _ = layer.backward(np.zeros((steps, 1, u.shape[1])), cache, end)
        sizes[f"{name} h"] = np.linalg.norm(back[0] if name == "LSTM" else back)
        if name == "LSTM":
            sizes["LSTM c"] = np.linalg.norm(back[1])
    return sizes


@pytest.mark.parametrize(
    "seed, gain, scale, steps, bias",
    [(0, 1.0, 1.0, 60, 1.0), (2, 0.5, 0.2, 100, 5.0), (4, 2.0, 2.0, 5, -1.0)],
)
def test_sliders_give_rnnlib_s_gradients(keep_page, site, seed, gain, scale, steps, bias):
    page = keep_page(CHAPTER)
    widget = page.locator(LAGS)
    widget.get_by_label("seed").select_option(str(seed))
    for label, value in [
        ("gain of W_hh", gain), ("input scale", scale), ("steps T", steps), ("LSTM forget bias", bias),
    ]:  # fmt: skip
        widget.get_by_label(label).fill(str(value))
    rows = read_table(widget)
    assert [row[:2] for row in rows] == [[str(steps), str(k)] for k in range(steps + 1)]
    expected = final_gradients(
        unpacked(state_of(site, CHAPTER, "lag_gradients")["bases"][seed]), gain, scale, steps, bias
    )
    names = ("RNN h", "LSTM c", "LSTM h", "GRU h")
    assert_allclose([number(v) for v in rows[-1][2:]], [expected[n] for n in names], rtol=1e-6)
    assert [number(v) for v in rows[0][2:]] == [4.0, 0.0, 4.0, 4.0]
    told = widget.locator(".rnn-now-text").inner_text()
    lag = int(re.search(r"lag (\d+)", told)[1])
    assert all(f"{number(v):.1e}".replace("-", "\u2212").split("e")[0] in told for v in rows[lag][2:])
    assert widget.locator("path.rnn-line").count() == 8  # four lines, four in the legend


def test_the_sliders_move_by_keys(open_page):
    page = open_page(CHAPTER)
    gain = page.locator(LAGS).get_by_label("gain of W_hh")
    gain.focus()
    before, line = gain.input_value(), page.locator(LAGS).locator("path.rnn-look1").first.get_attribute("d")
    page.keyboard.press("ArrowRight")
    assert float(gain.input_value()) == pytest.approx(float(before) + 0.05)
    assert page.locator(LAGS).locator("path.rnn-look1").first.get_attribute("d") != line


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
@pytest.mark.parametrize(
    "sentence",
    [
        "although the film was not bad, I don't love my grandmother.",
        "hello world",
        " ".join(["I do not love the film but it was good although"] * 20),
        "<img src=x onerror=alert(1)> is <b>great</b> 👍🏽",
    ],
)
def test_a_typed_sentence_gives_rnnlib_s_gates(keep_page, site, cell, sentence):
    spec = state_of(site, CHAPTER, "gate_stepper")["networks"][cell]
    D, H = np.shape(spec["params"]["embedding.W"])[1], np.shape(spec["params"]["rnn.b_h"])[1]
    network = SequenceClassifier(Vocabulary(spec["words"]), spec["classes"], D, H, np.random.default_rng(0))
    network.rnn = CELLS[cell](D, H, np.random.default_rng(0))
    for name, p in network.params.items():
        p[...] = spec["params"][name]
    page = keep_page(CHAPTER)
    widget = page.locator(GATES)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe, b').length")
    widget.get_by_label("network").select_option(cell)
    widget.locator(".rnn-sentence").fill(sentence)
    words = tokenize(sentence)
    ids, unknown = network.vocabulary.encode(words)
    logits, (_, cache, _) = network.forward(ids[:, None])
    gates = cache[4 if cell == "LSTM" else 2][:, :, 0]
    parts = [*gates, *([cache[2][1:, 0]] if cell == "LSTM" else []), cache[1][1:, 0]]
    p = 1 / (1 + np.exp(logits[:, 0, 0] - logits[:, 0, 1]))
    rows = read_table(widget)
    assert [row[1] for row in rows] == words
    shown = np.array([[number(v) for v in row[2:]] for row in rows])
    assert_allclose(shown, np.hstack([*parts, p[:, None]]), rtol=0, atol=1e-6)
    note = widget.locator(".rnn-note").first.inner_text()
    assert all(word in note for word in unknown[:3])
    assert page.evaluate("document.querySelectorAll('img, script, iframe, b').length") == elements


def test_gates_are_stepped_by_keys_and_tell_their_arithmetic(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(GATES)
    widget.locator(".rnn-sentence").fill("I do not love math")
    widget.locator(".rnn-time").focus()
    slider = widget.locator("input[type=range]")
    for key, step in [("ArrowLeft", "4"), ("Home", "0"), ("ArrowRight", "1"), ("End", "5")]:
        page.keyboard.press(key)
        assert slider.input_value() == step, key
    grid = widget.locator("[role=grid]")
    grid.locator("[tabindex='0']").focus()
    told = set()
    for _ in range(12):
        told.add(widget.locator(".rnn-told").inner_text())
        page.keyboard.press("ArrowDown")
    assert len(told) == 12 and any("sigmoid of it is" in text for text in told)
    assert widget.locator(".rnn-source").count() > 0
    widget.get_by_label("show over time").select_option("f")
    assert widget.locator(".rnn-column[data-step='5'] .rnn-cell.rnn-below").count() == 0  # gates are above 0
    widget.locator(".rnn-sentence").fill("  ")
    assert "Type at least one word" in widget.locator(".rnn-note").first.inner_text()
    widget.locator(".rnn-sentence").fill("good")


def rnnlib_updates(settings, updates):
    random = Xorshift(settings["seed"])
    network = RecurrentClassifier(6, settings["H"], 4, np.random.default_rng(0))
    weights = initial_weights(random, settings["H"], settings["gain"])
    for name, p in network.params.items():
        p[...] = weights[name.split(".")[-1]]
    adam, told = Adam(network.params, settings["lr"]), []
    for _ in range(updates):
        x, y = next_batch(random, 32, settings["T"])
        logits, cache = network.forward(np.eye(6)[x])
        loss, dlogits = cross_entropy(logits, y)
        grads = network.backward(dlogits, cache)
        told.append((loss, clip_by_norm(grads, settings["clip"] or 1e300)))
        adam.step(grads)
    return told


NO_WORKER = {
    "refused at once": "window.Worker = function () { throw new DOMException('no', 'SecurityError'); };",
    "refused later": """window.Worker = class {
        constructor() { setTimeout(() => this.onerror(new Event('error', {cancelable: true}))); }
        postMessage() {} terminate() {} };""",
}


@pytest.mark.parametrize("workers", ["allowed", *NO_WORKER])
def test_the_first_updates_in_the_page_are_rnnlib_s(open_page, site, workers):
    page = open_page("search.html")
    if workers in NO_WORKER:
        page.context.add_init_script(NO_WORKER[workers])
    page.goto((site / CHAPTER).as_uri())
    widget = page.locator(TRAIN)
    where = "beside this page" if workers == "allowed" else "on the page itself"
    widget.get_by_text(where).wait_for()
    settings = state_of(site, CHAPTER, "train_in_page")["settings"] | {
        "T": 30,
        "H": 8,
        "seed": 3,
        "clip": 0.1,
    }
    for label, value in [
        ("length T (steps)", "30"),
        ("hidden units H", "8"),
        ("seed", "3"),
        ("clip the norm at", "0.1"),
    ]:
        widget.get_by_label(label).select_option(value)
    for k in range(3):
        widget.get_by_role("button", name="One update").click()
        widget.get_by_text(f"Update {k + 1}:").wait_for()
    rows = read_table(widget)
    shown = [[number(row[2]), number(row[4])] for row in rows]
    assert_allclose(shown, rnnlib_updates(settings, 3), rtol=0, atol=1e-6)


def test_it_learns_at_20_steps_before_the_reader_s_eyes_and_not_at_100(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(TRAIN)
    play = widget.locator(".rnn-play")
    assert play.inner_text().endswith("Start")
    play.click()
    widget.get_by_text("Learned:").wait_for(timeout=30_000)
    assert play.inner_text().endswith("Go on")
    widget.get_by_label("length T (steps)").select_option("100")
    assert "Not trained yet" in widget.locator(".rnn-now-text").inner_text()
    play.click()
    page.wait_for_function(
        """() => {const told = document.querySelector(".rnn-train .rnn-now-text").textContent;
            return Number(told.match(/Update (\\d+)/)?.[1]) >= 250}""",
        timeout=60_000,
    )
    play.click()
    told = widget.locator(".rnn-now-text").inner_text()
    assert float(re.search(r"accuracy ([\d.]+)", told)[1]) < 0.45
    assert "Learned" not in widget.inner_text()
    page.wait_for_timeout(300)
    stopped = widget.locator(".rnn-now-text").inner_text()
    page.wait_for_timeout(500)
    assert widget.locator(".rnn-now-text").inner_text() == stopped  # paused is paused
    widget.get_by_role("button", name="Reset").click()
    assert "Not trained yet" in widget.locator(".rnn-now-text").inner_text()


def test_the_page_stays_smooth_while_it_learns(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(TRAIN)
    widget.get_by_text("beside this page").wait_for()
    widget.get_by_label("length T (steps)").select_option("100")
    widget.locator(".rnn-play").click()
    widget.get_by_text(re.compile(r"Update [2-9]\d")).wait_for(timeout=60_000)
    frames = page.evaluate(
        """() => new Promise((done) => {
            let n = 0; const start = performance.now();
            (function tick() {
                n++; performance.now() - start < 1000 ? requestAnimationFrame(tick) : done(n);
            })(); })"""
    )
    widget.locator(".rnn-play").click()
    assert frames >= 15  # a pass on the page itself would leave one or two


@pytest.mark.parametrize("selector", [LAGS, GATES, TRAIN])
def test_the_tab_key_reaches_every_control_and_leaves_the_widget(keep_page, selector):
    page = keep_page(CHAPTER)
    widget = page.locator(selector)
    wanted = widget.locator(
        "input:visible, select:visible, button:visible:not([tabindex='-1']):not(:disabled), "
        "summary:visible, [role=grid]:visible"
    ).evaluate_all(
        """(els) => {const all = [...els[0].closest('.rnn-widget').querySelectorAll('*')];
            return els.map((element) => all.indexOf(element))}"""
    )
    widget.locator("input, select").first.focus()
    reached = set()
    for _ in range(60):
        place = page.evaluate(
            """selector => {const root = document.querySelector(selector), at = document.activeElement;
               if (!root.contains(at)) return null;
               return [...root.querySelectorAll("*")].indexOf(at.closest("[role=grid]") ?? at)}""",
            selector,
        )
        if place is None:
            break
        reached.add(place)
        page.keyboard.press("Tab")
    assert place is None, "focus is caught in the widget"
    assert len(wanted) >= 7 and set(wanted) <= reached


@pytest.mark.parametrize("selector", [LAGS, GATES, TRAIN])
def test_every_control_is_large_enough_for_a_finger(keep_page, selector):
    page = keep_page(CHAPTER, width=390)
    sizes = (
        page.locator(selector)
        .locator("input, select, button, summary")
        .evaluate_all(
            "els => els.map((e) => e.getBoundingClientRect()).filter((r) => r.width)"
            ".map((r) => [r.width, r.height])"
        )
    )
    assert len(sizes) >= 7 and min(min(size) for size in sizes) >= 24
