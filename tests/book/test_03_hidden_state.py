"""Chapter 3 in the browser: its three widgets compute what rnnlib computes, by mouse and by key."""

import re

import numpy as np
import pytest
from browser import read_table, state_of
from numpy.testing import assert_allclose

from rnnlib.models import RecurrentClassifier, SequenceClassifier
from rnnlib.recurrent import RNN
from rnnlib.text import Vocabulary, tokenize

CHAPTER = "notebooks/03_hidden_state.html"
EXPLORER, UNIT, GAME = ".rnn-explorer", ".rnn-oneunit", ".rnn-memorygame"


def values(rows, columns):
    return np.array([[float(row[c].replace("\u2212", "-")) for c in columns] for row in rows])


def step_of(widget):
    return int(widget.locator("input[type=range]").input_value())


SENTENCES = [
    ("although the film was not bad, I love math", "although the film was not good, I love math"),
    ("my grandmother enjoys pancakes", "I hate it"),
    (" ".join(["I do not love the film but it was good"] * 20), "I love it"),
    ("<img src=x onerror=alert(1)> is great </script>", "I DON’T LOVE 👍 Math"),
]


@pytest.mark.parametrize(("first", "second"), SENTENCES)
@pytest.mark.parametrize("from_end", [False, True])
def test_the_explorer_shows_rnnlib_s_states_places_and_distances(keep_page, site, first, second, from_end):
    state = state_of(site, CHAPTER, "state_explorer")
    network = SequenceClassifier.from_spec(state["network"], Vocabulary(state["network"]["words"]))
    page = keep_page(CHAPTER)
    widget = page.locator(EXPLORER)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe, b').length")
    widget.get_by_label("First sentence", exact=True).fill(first)
    widget.get_by_label("Second sentence", exact=True).fill(second)
    if from_end:
        widget.get_by_label("compare from the").select_option("last word")
    rows = read_table(widget)
    runs = [network.trace(tokenize(s)) for s in (first, second)]
    T, other = (len(run["tokens"]) for run in runs)
    for k, part in enumerate((rows[:T], rows[T:])):
        run = runs[k]
        assert [row[1] for row in part] == run["tokens"]
        places = (run["h"][1:] - state["plane"]["mean"]) @ np.transpose(state["plane"]["axes"])
        wanted = np.c_[run["h"][1:], places, run["p"][:, 1]]
        assert_allclose(values(part, range(2, 13)), wanted, rtol=0, atol=1e-6)
    for t in range(1, T + 1):
        s = t + (other - T if from_end else 0)
        text = rows[t - 1][13]
        if 0 <= s <= other:
            distance = np.linalg.norm(runs[0]["h"][t] - runs[1]["h"][s])
            assert_allclose(float(text), distance, rtol=0, atol=1e-6)
        else:
            assert text == "\u2013"
    assert page.evaluate("document.querySelectorAll('img, script, iframe, b').length") == elements


def test_the_explorer_by_key_and_by_example(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(EXPLORER)
    widget.get_by_label("or a pair").select_option("2")
    first, second = (widget.locator(".rnn-sentence").nth(k).input_value() for k in (0, 1))
    assert first.startswith("I love") and second.startswith("I hate")
    widget.locator(".rnn-time").first.focus()
    last = step_of(widget)
    for key, step in [
        ("ArrowLeft", last - 1),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("ArrowRight", 1),
        ("End", last),
    ]:
        page.keyboard.press(key)
        assert step_of(widget) == step, key
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    now = widget.locator(".rnn-now-text")
    assert "Distance of the states 0.00" in now.inner_text()  # both have read “I”
    page.keyboard.press("ArrowRight")
    assert "“love”" in now.inner_text() and "“hate”" in now.inner_text()
    assert "Distance of the states 0.00" not in now.inner_text()


def test_sentences_of_unequal_length_can_be_compared_from_their_ends(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(EXPLORER)
    widget.get_by_label("First sentence", exact=True).fill("I love math")
    widget.get_by_label("Second sentence", exact=True).fill("I do not love math")
    widget.get_by_label("compare from the").select_option("last word")
    slider, now = widget.locator("input[type=range]"), widget.locator(".rnn-now-text")
    assert (slider.get_attribute("min"), slider.get_attribute("max")) == ("-2", "3")
    widget.locator(".rnn-time").first.press("Home")
    assert "first sentence not begun, second at its start" in now.inner_text()
    widget.locator(".rnn-time").first.press("End")
    assert now.inner_text().count("“math”") == 2
    for text in ("", "   "):
        widget.get_by_label("First sentence", exact=True).fill(text)
        assert "at least one word" in widget.locator(".rnn-note").inner_text()


def set_slider(widget, label, value):
    widget.get_by_role("slider", name=label).evaluate(
        "(el, v) => { el.value = v; el.dispatchEvent(new Event('input', {bubbles: true})); }", str(value)
    )


def check_unit(widget, w_x, w_h, b, x):
    """The table of the widget against a layer of rnnlib with one unit."""
    rows = read_table(widget)
    unit = RNN(1, 1, np.random.default_rng(0))
    unit.W_xh[...], unit.W_hh[...], unit.b_h[...] = w_x, w_h, b
    inputs = np.array(x)[:, None, None]
    h, _, _ = unit.forward(inputs)
    assert_allclose(values(rows, [3])[:, 0], np.r_[0, h[:, 0, 0]], rtol=0, atol=1e-6)
    wanted = []
    for t in range(len(x) + 1):  # dh_T/dh_t: run the rest from h_t, go back to its beginning
        if t == len(x):
            wanted.append(1.0)
            continue
        start = h[t - 1] if t else np.zeros((1, 1))
        rest, h_n, cache = unit.forward(inputs[t:], start)
        wanted.append(unit.backward(np.zeros_like(rest), cache, np.ones_like(h_n))[1][0, 0])
    assert_allclose(values(rows, [4])[:, 0], wanted, rtol=1e-6, atol=1e-6)


def test_every_preset_of_one_unit_equals_rnnlib(open_page, site):
    page = open_page(CHAPTER)
    widget = page.locator(UNIT)
    for i, preset in enumerate(state_of(site, CHAPTER, "one_unit")["presets"]):
        widget.get_by_label("Show", exact=True).select_option(str(i))
        assert widget.locator(".rnn-note").inner_text() == preset["say"]
        check_unit(widget, preset["w_x"], preset["w_h"], preset["b"], preset["x"])


def test_one_unit_by_slider_key_and_mouse(open_page, site):
    page = open_page(CHAPTER)
    widget = page.locator(UNIT)
    x = list(state_of(site, CHAPTER, "one_unit")["presets"][0]["x"])
    set_slider(widget, re.compile("weight of the input"), -1.5)
    set_slider(widget, re.compile("weight of the state before"), 1.25)
    set_slider(widget, re.compile("bias"), 0.3)
    assert widget.get_by_label("Show", exact=True).input_value() == ""  # no preset any more
    widget.locator("[role=slider]").first.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "End", "ArrowRight", "Home", "ArrowRight", "PageUp"):
        page.keyboard.press(key)
    x[:4] = [0.2, 1.0, -1.0, 0.5]
    shown = widget.locator("[role=slider]").evaluate_all("els => els.map(e => +e.ariaValueNow)")
    assert shown == pytest.approx(x)
    box = widget.locator("[role=slider]").nth(6)
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] + 30)
    page.mouse.up()
    x[6] = -1.0
    assert float(box.get_attribute("aria-valuenow")) == -1
    check_unit(widget, -1.5, 1.25, 0.3, x)


@pytest.mark.parametrize("k", [0, 1])
def test_a_game_is_played_by_key_and_ends_with_rnnlib_s_numbers(open_page, site, k):
    task = state_of(site, CHAPTER, "memory_game")["tasks"][k]
    network = RecurrentClassifier.from_spec(task["network"])
    page = open_page(CHAPTER)
    widget = page.locator(GAME)
    widget.get_by_label("Task", exact=True).select_option(str(k))
    ids = task["sequences"][0]
    widget.locator(".rnn-next").focus()
    page.keyboard.press("Enter")
    seen = []
    for t in range(len(ids)):
        seen.append(widget.locator(".rnn-bigsymbol").inner_text())
        if t == 0:
            page.keyboard.press("1")
        if t == 1:
            page.keyboard.press("2")
            page.keyboard.press("2")
        page.keyboard.press("ArrowRight")
    assert seen == [task["symbols"][i] for i in ids]
    right = task["answers"][0]
    widget.get_by_role("button", name=task["classes"][right], exact=True).click()
    assert "Right: you said" in widget.locator(".rnn-now-text:visible").inner_text()
    rows = read_table(widget)
    run = network.trace(np.eye(len(task["symbols"]))[ids])
    assert_allclose(values(rows, range(5, 8)), run["layers"][0]["h"][1:], rtol=0, atol=1e-6)
    assert_allclose(values(rows, range(8, 8 + len(task["classes"]))), run["p"], rtol=0, atol=1e-6)
    assert [row[2:5] for row in rows[:2]] == [["1", "0", "0"], ["1", "\u22121", "0"]]
    assert "You: 1 of 1 right" in widget.inner_text()
    widget.get_by_role("button", name="Next game").click()
    assert widget.locator(".rnn-next").inner_text() == "First symbol"
    assert widget.locator(".rnn-memory").first.is_disabled()


def test_a_wrong_answer_is_told_and_does_not_count(open_page, site):
    task = state_of(site, CHAPTER, "memory_game")["tasks"][0]
    page = open_page(CHAPTER)
    widget = page.locator(GAME)
    for _ in range(len(task["sequences"][0]) + 1):
        widget.locator(".rnn-next").click()
    wrong = next(c for c in range(4) if c != task["answers"][0])
    widget.get_by_role("button", name=task["classes"][wrong], exact=True).click()
    text = widget.locator(".rnn-now-text:visible").inner_text()
    assert f"the answer is {task['classes'][task['answers'][0]]}" in text
    assert "You: 0 of 1 right" in widget.inner_text()


@pytest.mark.parametrize("selector", [EXPLORER, UNIT, GAME])
def test_the_tab_key_reaches_every_control_and_leaves_the_widget(keep_page, selector):
    page = keep_page(CHAPTER)
    widget = page.locator(selector)
    controls = (
        "input:visible, select:visible, button:visible:not([tabindex='-1']):not(:disabled), summary:visible"
    )
    wanted = widget.locator(controls).count()
    widget.locator(controls).first.focus()
    reached = set()
    for _ in range(40):
        place = page.evaluate(
            """selector => { const root = document.querySelector(selector), at = document.activeElement;
               return root.contains(at) ? [...root.querySelectorAll("*")].indexOf(at) : null; }""",
            selector,
        )
        if place is None:
            break
        reached.add(place)
        page.keyboard.press("Tab")
    assert place is None, "focus is caught in the widget"
    assert len(reached) >= wanted


def test_sound_waits_for_the_reader_and_has_words_in_its_place(open_page):
    page = open_page(CHAPTER)
    sounds = page.locator("audio")
    assert sounds.count() == 2
    for sound in sounds.all():
        assert sound.get_attribute("autoplay") is None and sound.get_attribute("controls") is not None
        assert sound.get_attribute("src").startswith("data:audio/wav;base64,")
        assert len(sound.get_attribute("aria-label")) > 20
        assert sound.evaluate("el => el.paused")


def test_own_sentences_are_painted_fast(open_page):
    page = open_page(CHAPTER)
    took = page.evaluate(
        """() => { const box = document.querySelector(".rnn-explorer .rnn-sentence");
            const times = [];
            for (let i = 0; i < 5; i++) {
                box.value = "I do not love the film but it was good although ".repeat(20) + i;
                const start = performance.now();
                box.dispatchEvent(new Event("input", {bubbles: true}));
                times.push(performance.now() - start);
            }
            return Math.min(...times); }"""
    )
    assert took < 200  # 50 ms on a machine that is free; here others may work too
