"""The widgets in the built pages: any sentence, any key, the same numbers as rnnlib."""

import json
import re
import unicodedata

import numpy as np
import pytest
from browser import from_half, read_table
from numpy.testing import assert_allclose
from pages import INDEX

from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary, tokenize

CHAPTER = "notebooks/02_recurrent_neural_network.html"
STEPPER, BPTT = ".rnn-stepper", ".rnn-bptt"
SENTENCES = {
    "known words": "although the film was not bad, I really love machine learning.",
    "unknown words": "my grandmother doesn't enjoy pancakes",
    "only unknown words": "hello world",
    "200 words": " ".join(["I do not love the film but it was good although"] * 20),
    "markup": "<img src=x onerror=alert(1)> is <b>great</b> &amp; </script><script>alert(2)</script>",
    "emoji and scripts": "I love 👍🏽 and 学习, привет; ’tis \u202efun\u202c \x07 e\u0301",
    "capitals and apostrophes": "I DON’T LOVE Math",
}


@pytest.mark.parametrize("page_name", [INDEX, CHAPTER])
@pytest.mark.parametrize("kind", SENTENCES)
def test_a_typed_sentence_gives_rnnlib_s_states(keep_page, network, page_name, kind):
    sentence = SENTENCES[kind]
    page = keep_page(page_name)
    widget = page.locator(STEPPER)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe, b').length")
    widget.locator(".rnn-sentence").first.fill(sentence)
    run = network.trace(tokenize(sentence))
    rows = read_table(widget)
    assert [row[1] for row in rows] == run["tokens"]
    shown = np.array([[float(v.replace("\u2212", "-")) for v in row[2:]] for row in rows])
    assert_allclose(shown[:, :-1], run["h"][1:], rtol=0, atol=1e-6)
    assert_allclose(shown[:, -1], run["p"][:, 1], rtol=0, atol=1e-6)
    note = widget.locator(".rnn-note").first.inner_text()
    assert all(word in note for word in run["unknown"][:3])
    if kind == "only unknown words":
        assert "knows none of these words" in note
    assert page.evaluate("document.querySelectorAll('img, script, iframe, b').length") == elements


@pytest.mark.parametrize("selector", [STEPPER, BPTT])
def test_an_empty_sentence_gets_a_message(open_page, selector):
    page = open_page(CHAPTER)
    widget = page.locator(selector)
    for text in ("", "   "):
        widget.locator(".rnn-sentence").first.fill(text)
        assert "Type at least one word" in widget.locator(".rnn-note").first.inner_text()
    widget.locator(".rnn-sentence").first.fill("good")
    assert "Type" not in widget.locator(".rnn-note").first.inner_text()


def step_of(widget):
    return int(widget.locator("input[type=range]").input_value())


def test_keys_step_through_the_sentence(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(STEPPER)
    widget.locator(".rnn-sentence").first.fill("I do not love math")
    widget.locator(".rnn-time").first.focus()
    assert step_of(widget) == 5
    for key, step in [
        ("ArrowLeft", 4),
        ("ArrowLeft", 3),
        ("ArrowRight", 4),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("End", 5),
        ("ArrowRight", 5),
    ]:
        page.keyboard.press(key)
        assert step_of(widget) == step, key
    page.keyboard.press("Home")
    assert widget.locator(".rnn-step").is_hidden()  # before the first word there is no arithmetic
    slider = widget.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert step_of(widget) == 1
    assert "step 1 of 5" in slider.get_attribute("aria-valuetext").lower()


def test_the_tab_key_reaches_every_control_and_leaves_the_widget(keep_page):
    page = keep_page(CHAPTER)
    for selector in (STEPPER, BPTT):
        widget = page.locator(selector)
        controls = widget.locator(
            "input:visible, select:visible, button:visible:not([tabindex='-1']), "
            "summary:visible, [role=grid]:visible"
        )
        widget.locator(".rnn-sentence").first.focus()
        reached, inside = set(), True
        for _ in range(60):
            place = page.evaluate(
                """selector => {const root = document.querySelector(selector), at = document.activeElement;
                   if (!root.contains(at)) return null;
                   const grid = at.closest("[role=grid]");
                   return [...root.querySelectorAll("*")].indexOf(grid ?? at)}""",
                selector,
            )
            if place is None:
                inside = False
                break
            reached.add(place)
            page.keyboard.press("Tab")
        assert not inside, "focus is caught in the widget"
        wanted = controls.evaluate_all(
            """(els) => {const all = [...els[0].closest('.rnn-widget').querySelectorAll('*')];
                return els.map((element) => all.indexOf(element))}"""
        )
        assert set(wanted) <= reached


def test_every_number_tells_where_it_comes_from(open_page, network):
    page = open_page(CHAPTER)
    widget = page.locator(STEPPER)
    widget.locator(".rnn-sentence").first.fill("not bad")
    run = network.trace(["not", "bad"])
    grid = widget.locator("[role=grid]")
    grid.locator("[tabindex='0']").focus()
    told = widget.locator(".rnn-told")
    rows = ["x", None, "x_W_xh", "h_W_hh", None, "z", "h", "logits", "p"]
    for r, name in enumerate(rows):
        text = told.inner_text()
        assert len(text) > 20
        value = {None: None, "h": run["h"][2][0]}.get(name, run[name][1][0] if name else None)
        if name in ("x_W_xh", "h_W_hh", "z", "h", "logits", "p"):
            assert f"{value:.4f}".replace("-", "\u2212") in text, (name, text)
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        if value is not None:
            assert f"{value:.2f}".replace("-", "\u2212").endswith(focused.rsplit(": ", 1)[1])
        page.keyboard.press("ArrowDown")
        assert (
            r + 1 == len(rows)
            or page.evaluate("document.activeElement.getAttribute('aria-label')") != focused
        )
    page.keyboard.press("End")
    assert widget.locator(".rnn-source").count() > 0


def test_a_second_sentence_is_shown_beside_the_first(open_page, network):
    page = open_page(CHAPTER)
    widget = page.locator(STEPPER)
    assert widget.locator(".rnn-time:visible").count() == 1
    widget.get_by_label("compare with a second sentence").check()
    widget.locator(".rnn-sentence").nth(0).fill("the film was not bad, it was good")
    widget.locator(".rnn-sentence").nth(1).fill("the film was not good, it was bad")
    assert widget.locator(".rnn-time:visible").count() == 2
    ends = [
        network.trace(tokenize(s))["p"][-1, 1]
        for s in ("the film was not bad, it was good", "the film was not good, it was bad")
    ]
    text = widget.locator(".rnn-now-text").inner_text()
    assert all(f"{p:.2f}" in text for p in ends) and ends[0] > 0.9 > 0.1 > ends[1]


def test_choosing_an_example_reads_it(open_page):
    page = open_page(INDEX)
    widget = page.locator(STEPPER)
    widget.get_by_label("or example").select_option("we enjoy pancakes")
    assert widget.locator(".rnn-sentence").first.input_value() == "we enjoy pancakes"
    assert "pancakes" in widget.locator(".rnn-note").first.inner_text()


def test_playing_runs_to_the_end_and_can_be_paused(open_page):
    page = open_page(INDEX)
    page.clock.install()
    widget = page.locator(STEPPER)
    widget.locator(".rnn-sentence").first.fill("I love math")
    play = widget.locator(".rnn-play")
    play.click()
    assert play.inner_text().endswith("Pause") and step_of(widget) == 0
    page.clock.run_for(1000)
    assert step_of(widget) == 1
    play.click()
    page.clock.run_for(5000)
    assert step_of(widget) == 1 and play.inner_text().endswith("Play")
    play.click()
    page.clock.run_for(5000)
    assert step_of(widget) == 3 and play.inner_text().endswith("Play")


def test_the_backward_walk_ends_at_the_numerical_gradient(open_page, network):
    page = open_page(CHAPTER)
    widget = page.locator(BPTT)
    sentence = "I do not love math but it was good"
    widget.locator(".rnn-sentence").first.fill(sentence)
    widget.get_by_label("right answer").select_option("negative")
    back = network.trace_back(tokenize(sentence), 0)
    now = widget.locator(".rnn-now-text")
    assert step_of(widget) == 9 and f"Loss {back['loss']:.4f}" in now.inner_text()
    widget.locator(".rnn-time").focus()
    for step in range(8, 0, -1):
        page.keyboard.press("ArrowLeft")
        assert step_of(widget) == step
    error = float(
        re.search(r"numerical gradient ([\d.]+e\u2212\d+)", now.inner_text())[1].replace("\u2212", "-")
    )
    assert error < 1e-6
    grids = widget.locator(".rnn-matrix")
    for k, expected in enumerate([back["share"][0], back["sum"][0], back["sum"][0]]):
        labels = (
            grids.nth(k)
            .locator("[role=gridcell]")
            .evaluate_all("els => els.map(e => e.getAttribute('aria-label'))")
        )
        shown = [float(label.rsplit(": ", 1)[1].replace("\u2212", "-")) for label in labels]
        assert_allclose(shown, expected.ravel(), atol=6e-5)
    rows = read_table(widget)[::-1]  # last word first
    assert [row[1] for row in rows] == back["tokens"]
    shown = [[float(v.replace("\u2212", "-")) for v in row[2:6]] for row in rows]
    names = ["dh", "dz", "share", "sum"]
    sizes = [[np.linalg.norm(back[name][t]) for name in names] for t in range(len(rows))]
    assert_allclose(shown, sizes, rtol=1e-6)


def test_a_guess_is_answered_and_the_second_guess_too(open_page):
    page = open_page(CHAPTER)
    quiz = page.locator(".rnn-predict").first
    quiz.get_by_label("About three quarters").check()
    assert quiz.locator(".rnn-answer").inner_text().startswith("Not quite.")
    page.keyboard.press("ArrowUp")
    assert quiz.locator(".rnn-answer").inner_text().startswith("Right.")


def test_widgets_on_a_page_do_not_disturb_each_other(open_page):
    page = open_page(CHAPTER)
    before = page.locator(BPTT).inner_text()
    page.locator(STEPPER).locator(".rnn-sentence").first.fill("I hate rain")
    page.locator(STEPPER).locator(".rnn-time").first.press("Home")
    assert page.locator(BPTT).inner_text() == before
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def unpacked(spec):
    """A spec with its weights as lists again, whichever way they were written."""

    def read(p):
        if not isinstance(p, dict):
            return p
        return from_half(p).tolist()

    return spec | {"params": {name: read(p) for name, p in spec["params"].items()}, "dtype": "float64"}


@pytest.mark.parametrize("word", ["giardino", "Straße", "Man\u0303ana", "x", "<b>ça</b> 👍", "lang" * 50])
def test_a_typed_word_gives_rnnlib_s_beliefs(keep_page, site, word):
    text = (site / CHAPTER).read_text("utf-8")
    state = re.search(r'data-rnn-widget="letter_belief"><script type="application/json">(.*?)</script>', text)
    spec = unpacked(json.loads(state[1])["network"])
    network = SequenceClassifier.from_spec(spec, Vocabulary(spec["words"]))
    page = keep_page(CHAPTER)
    widget = page.locator(".rnn-letters")
    widget.locator("input[type=text]").fill(word)
    run = network.trace([*unicodedata.normalize("NFC", word), "."])
    rows = read_table(widget)
    assert [row[1] for row in rows[:-1]] == ["space" if c == " " else c for c in run["tokens"][:-1]]
    shown = np.array([[float(v) for v in row[2:]] for row in rows])
    assert_allclose(shown, run["p"], rtol=0, atol=1e-6)
    note = widget.locator(".rnn-note").first.inner_text()
    assert all(letter.strip() in note for letter in run["unknown"])
    widget.locator(".rnn-time").focus()
    page.keyboard.press("Home")
    best = int(run["p"][0].argmax())
    assert f"{network.classes[best]} {run['p'][0, best]:.2f}" in widget.locator(".rnn-now-text").inner_text()
