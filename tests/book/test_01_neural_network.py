"""Chapter 1's widgets in the built page: any sentence in any order, any sequence through any window."""

import re
import time

import numpy as np
import pytest
from browser import from_half, read_table, state_of
from numpy.testing import assert_allclose

from rnnlib.data.tasks import ORDER_CLASSES, ORDER_SYMBOLS
from rnnlib.models import MLP
from rnnlib.text import Vocabulary, count_words, tokenize

CHAPTER = "notebooks/01_neural_network.html"
ORDER, WINDOW = ".rnn-word-order", ".rnn-window"
SENTENCES = {
    "known words": "although the film was not bad, I really love machine learning.",
    "unknown words": "my grandmother doesn't enjoy pancakes and pancakes",
    "only unknown words": "hello world",
    "200 words": " ".join(["I do not love the film but it was good although"] * 20),
    "markup": "<img src=x onerror=alert(1)> is <b>great</b> &amp; </script><script>alert(2)</script>",
    "emoji and scripts": "I love 👍🏽 and 学习, привет; ’tis \u202efun\u202c \x07 e\u0301",
    "capitals and apostrophes": "I DON’T LOVE Math",
}


def unpacked(spec):
    """The network of a packed spec."""

    def read(p):
        return from_half(p).tolist()

    params = {name: read(p) for name, p in spec["params"].items()}
    return MLP.from_spec(spec | {"config": spec["config"] | {"dtype": "float64"}, "params": params})


def value(text):
    return float(text.replace("\u2212", "-"))


# words in another order


def expected(state, sentence):
    """What rnnlib makes of the counted words."""
    vocabulary = Vocabulary(state["words"])
    assert vocabulary.words == state["words"]
    ids, unknown = vocabulary.encode(tokenize(sentence))
    counts = count_words(ids[:, None], np.ones((len(ids), 1), bool), len(vocabulary))[0]
    return counts, unpacked(state["network"]).trace(counts), unknown


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_typed_sentence_gives_rnnlib_s_counts_and_answer(keep_page, site, kind):
    sentence, state = SENTENCES[kind], state_of(site, CHAPTER, "word_order")
    page = keep_page(CHAPTER)
    widget = page.locator(ORDER)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe').length")
    widget.locator(".rnn-sentence").fill(sentence)
    assert widget.locator(".rnn-chip").all_inner_texts() == tokenize(sentence)
    widget.get_by_role("button", name="Reverse").click()
    counts, run, unknown = expected(state, sentence)
    rows = read_table(widget)
    tried = [row for row in rows if row[0].isdigit()]
    assert [row[1] for row in tried] == [" ".join(tokenize(sentence)), " ".join(tokenize(sentence)[::-1])]
    for row in tried:
        assert_allclose([value(v) for v in row[2:]], run["p"], rtol=0, atol=1e-6)
    assert {row[1]: int(row[2]) for row in rows if row[0] == "count"} == {
        word: int(n) for word, n in zip(state["words"], counts, strict=True) if n
    }
    hidden = [value(row[2]) for row in rows if row[0] == "hidden"]
    assert_allclose(hidden, run["activations"][0], rtol=0, atol=1e-6)
    assert f"{run['p'][1]:.4f}" in widget.locator(".rnn-output").inner_text()
    assert "exactly 0" in widget.locator(".rnn-now-text").inner_text()
    note = widget.locator(".rnn-note").first.inner_text()
    assert all(word in note for word in unknown[:3])
    if kind == "only unknown words":
        assert "knows none of these words" in note
    assert page.evaluate("document.querySelectorAll('img, script, iframe').length") == elements


def test_arrow_keys_move_a_word_and_choose_another(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(ORDER)
    widget.locator(".rnn-sentence").fill("not bad good")

    def words():
        return " ".join(widget.locator(".rnn-chip").all_inner_texts())

    def focused():
        return page.evaluate("document.activeElement.textContent")

    widget.locator(".rnn-chip").nth(1).focus()
    for key, order, word in [
        ("ArrowRight", "not good bad", "bad"),
        ("ArrowRight", "not good bad", "bad"),  # at the end it stays
        ("ArrowLeft", "not bad good", "bad"),
        ("ArrowUp", "not bad good", "not"),
        ("ArrowUp", "not bad good", "not"),
        ("End", "bad good not", "not"),
        ("ArrowUp", "bad good not", "good"),
        ("Home", "good bad not", "good"),
        ("ArrowDown", "good bad not", "bad"),
    ]:
        page.keyboard.press(key)
        assert (words(), focused()) == (order, word), key
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "bad, place 2 of 3"
    assert "4 orders tried" in widget.locator(".rnn-now-text").inner_text()
    widget.get_by_role("button", name="As typed").click()
    assert words() == "not bad good"
    assert widget.locator(".rnn-chip[tabindex='0']").count() == 1


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"]


def test_a_word_can_be_dragged_to_another_place(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(ORDER)
    widget.locator(".rnn-sentence").fill("the film was not bad")
    chips = widget.locator(".rnn-chip")
    widget.scroll_into_view_if_needed()
    x, y, _ = centre(chips.nth(4))
    to_x, to_y, width = centre(chips.nth(1))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x - 0.4 * width, to_y, steps=25)
    assert widget.locator(".rnn-dragged").inner_text() == "bad"
    page.mouse.up()
    assert chips.all_inner_texts() == ["the", "bad", "film", "was", "not"]
    assert widget.locator(".rnn-dragged").count() == 0
    assert "2 orders tried" in widget.locator(".rnn-now-text").inner_text()  # not those on the way


def test_a_finger_can_drag_too(open_page):
    page = open_page(CHAPTER, width=390, has_touch=True)
    widget = page.locator(ORDER)
    widget.locator(".rnn-sentence").fill("not bad good")
    chips = widget.locator(".rnn-chip")
    chips.nth(0).evaluate("element => element.scrollIntoView({ block: 'center' })")
    x, y, _ = centre(chips.nth(0))
    to_x, to_y, width = centre(chips.nth(2))
    touch = {"pointerType": "touch", "pointerId": 7, "isPrimary": True, "bubbles": True}
    widget.evaluate("el => { el.querySelector('.rnn-chips').setPointerCapture = () => {}; }")
    target = widget.locator(".rnn-chips")
    chips.nth(0).dispatch_event("pointerdown", touch | {"clientX": x, "clientY": y})
    for share in np.linspace(0, 1, 15):
        point = {"clientX": x + share * (to_x + 0.4 * width - x), "clientY": y + share * (to_y - y)}
        target.dispatch_event("pointermove", touch | point)
    target.dispatch_event("pointerup", touch)
    assert chips.all_inner_texts() == ["bad", "good", "not"]
    assert chips.first.evaluate("element => getComputedStyle(element).touchAction") == "none"


def test_an_empty_sentence_gets_a_message_and_an_example_helps(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(ORDER)
    for text in ("", "   "):
        widget.locator(".rnn-sentence").fill(text)
        assert "Type at least one word" in widget.locator(".rnn-note").first.inner_text()
        assert widget.locator(".rnn-chip:visible").count() == 0
    widget.get_by_label("or example").select_option("we enjoy pancakes")
    assert widget.locator(".rnn-chip").all_inner_texts() == ["we", "enjoy", "pancakes"]
    assert "pancakes" in widget.locator(".rnn-note").first.inner_text()


# the order task through a window


def windows_of(site):
    state = state_of(site, CHAPTER, "window_task")
    return state, {window["width"]: unpacked(window["network"]) for window in state["windows"]}


@pytest.mark.parametrize(
    "text", ["aXbcdYdcbaabcdabcdab", "abcdabcdabcdabcdabcd", "XYXYXYXYXYXYXYXYXYXYXYXYX"]
)
def test_every_window_over_a_typed_sequence_gives_rnnlib_s_answer(keep_page, site, text):
    _, networks = windows_of(site)
    page = keep_page(CHAPTER)
    widget = page.locator(WINDOW)
    widget.get_by_label("Sequence").fill(text)
    slider = widget.get_by_label("Width of the window")
    for k, (width, network) in enumerate(networks.items()):
        slider.fill(str(k))
        rows = read_table(widget)
        assert len(rows) == len(text) - width + 1
        for at, row in enumerate(rows):
            inside = text[at : at + width]
            ids = [ORDER_SYMBOLS.index(symbol) for symbol in inside]
            p = network.trace(np.eye(6)[ids].ravel())["p"]
            assert row[:3] == [str(at + 1), inside, str(sum(symbol in "XY" for symbol in inside))]
            assert_allclose([value(v) for v in row[3:]], p, rtol=0, atol=1e-6)


def test_the_window_moves_by_keys_and_changes_its_width(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(WINDOW)
    widget.get_by_label("Sequence").fill("aXbcdYdcbaabcdabcdab")
    widget.get_by_label("Width of the window").fill("0")  # 4 symbols
    strip = widget.get_by_role("slider", name="Place of the window")
    strip.focus()
    for key, at in [
        ("Home", 1),
        ("ArrowLeft", 1),
        ("ArrowRight", 2),
        ("End", 17),
        ("ArrowRight", 17),
        ("Home", 1),
    ]:
        page.keyboard.press(key)
        assert int(strip.get_attribute("aria-valuenow")) == at, key
    now = widget.locator(".rnn-now-text")
    assert "symbols 1 to 4, one mark is inside" in now.inner_text()
    assert "a X b c; one mark is inside" in strip.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowUp")
    assert widget.get_by_label("Width of the window").input_value() == "1"
    page.keyboard.press("Home")
    text = now.inner_text()
    assert "symbols 1 to 8, both marks are inside" in text and "It answers XY" in text and "is right" in text
    assert widget.locator(".rnn-place.rnn-in").count() == 8
    assert widget.locator(".rnn-chosenrow").inner_text().split()[:2] == ["\u25b6\ufe0e", "8"]


def test_the_window_can_be_dragged(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(WINDOW)
    widget.get_by_label("Width of the window").fill("1")
    strip = widget.get_by_role("slider", name="Place of the window")
    strip.press("Home")
    widget.scroll_into_view_if_needed()
    places = widget.locator(".rnn-place")
    x, y, _ = centre(places.nth(3))
    to_x, _, _ = centre(places.nth(8))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, y, steps=12)
    page.mouse.up()
    assert strip.get_attribute("aria-valuenow") == "6"  # five places on
    page.mouse.move(x, y)
    assert strip.get_attribute("aria-valuenow") == "6"  # let go


def test_sequences_that_do_not_fit_are_explained(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(WINDOW)
    own, note = widget.get_by_label("Sequence"), widget.locator(".rnn-note").first
    for text, said in [
        ("aXbqYc<b>ab!", "no symbol of this task: q < > !"),
        ("axbycabc", None),  # small letters will do for the marks
        ("aXbcaabc", "Here are 1, so there is no right answer"),
        ("aX", "Type at least 4 symbols"),
        ("", "Type at least 4 symbols"),
        ("a" * 41, "too many to draw"),
        ("aXbYcd", "Windows wider than 6 do not fit"),
    ]:
        own.fill(text)
        told = note.inner_text()
        assert (said in told) if said else "no symbol" not in told and "right answer" not in told, text
    own.fill("aXbYcd")
    widget.get_by_label("Width of the window").fill("4")
    assert widget.locator(".rnn-place.rnn-in").count() == 4  # the widest that fits


def test_random_sequences_have_two_marks_among_twenty(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(WINDOW)
    seen = set()
    for _ in range(12):
        widget.get_by_role("button", name="New random sequence").click()
        text = widget.get_by_label("Sequence").input_value()
        marks = re.sub("[abcd]", "", text)
        assert len(text) == 20 and marks in ORDER_CLASSES
        seen.add(text)
    assert len(seen) == 12


def test_the_tab_key_leaves_both_widgets(open_page):
    page = open_page(CHAPTER)
    for selector in (ORDER, WINDOW):
        page.locator(selector).locator(".rnn-sentence").focus()
        for _ in range(20):
            page.keyboard.press("Tab")
            if not page.evaluate("s => document.querySelector(s).contains(document.activeElement)", selector):
                break
        else:
            raise AssertionError("focus is caught in the widget")


def test_a_long_sentence_is_drawn_fast(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(ORDER)
    widget.locator(".rnn-sentence").fill(SENTENCES["200 words"])
    widget.locator(".rnn-chip").first.focus()
    page.keyboard.press("ArrowRight")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        page.keyboard.press("ArrowRight")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05
