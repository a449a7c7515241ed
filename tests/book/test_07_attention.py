"""Chapter 7 in the built page: the reader's own dates and queries give rnnlib's numbers."""

import re

import numpy as np
import pytest
from browser import from_half, read_table, state_of
from numpy.testing import assert_allclose

from rnnlib.data.dates import SOURCE_ALPHABET, TARGET_ALPHABET
from rnnlib.functions import softmax
from rnnlib.generators import EncoderDecoder

CHAPTER = "notebooks/07_attention.html"
DATES, LOOKUP = ".rnn-dates", ".rnn-lookup"
START = len(TARGET_ALPHABET)


@pytest.fixture(scope="module")
def reader(site):
    """The network of the page, with the very weights that stand in it."""
    spec = state_of(site, CHAPTER, "date_reader")["network"]
    params = {name: from_half(p).tolist() for name, p in spec["params"].items()}
    config = spec["config"] | {"dtype": "float64"}  # as the browser computes
    return EncoderDecoder.from_spec(spec | {"config": config, "params": params})


def numbers(rows):
    return np.array([[float(value.replace("\u2212", "-")) for value in row] for row in rows])


TYPED = {
    "as in training": ("sunday, may 3, 1987", "sunday, may 3, 1987"),
    "capitals and spaces": ("  3 MAY 1987 ", "3 may 1987"),
    "a layout of one's own": ("1987, the 3rd of may", "1987, the 3rd of may"),
    "not a date": ("hello world", "hello world"),
    "one letter": ("7", "7"),
    "unknown characters": ("3\u00a0März 1987 👍", "3mr 1987"),
    "markup": ("<img src=x onerror=alert(1)> 3 may", "img src onerroralert1 3 may"),
    "long": ("the 3rd of may " * 9, ("the 3rd of may " * 9)[:60]),
}


@pytest.mark.parametrize("kind", TYPED)
def test_a_typed_date_gives_rnnlib_s_letters_and_weights(keep_page, reader, kind):
    typed, letters = TYPED[kind]
    page = keep_page(CHAPTER)
    widget = page.locator(DATES)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe, b').length")
    widget.locator(".rnn-sentence").fill(typed)
    ids = np.array([SOURCE_ALPHABET.index(letter) for letter in letters])
    written, weights = reader.decode(ids, START, START, 10)
    p = reader.trace(ids, np.array([START, *written[:-1]]))["p"]
    iso = "".join((TARGET_ALPHABET + "▸")[i] for i in written)
    assert widget.locator(".rnn-iso").inner_text() == iso
    rows = read_table(widget)
    assert [row[1] for row in rows] == list(iso)
    assert_allclose(numbers(row[3:] for row in rows), weights, rtol=0, atol=1e-6)
    shown = numbers(row[2:3] for row in rows)[:, 0]
    assert_allclose(shown, p[np.arange(len(written)), written], rtol=0, atol=1e-6)
    assert page.evaluate("document.querySelectorAll('img, script, iframe, b').length") == elements


def test_unknown_characters_are_named_and_nothing_is_asked_for(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(DATES)
    note, field = widget.locator(".rnn-note"), widget.locator(".rnn-sentence")
    field.fill("3 März 1987 👍")
    assert "left out: ä z 👍" in note.inner_text()
    field.fill("the 3rd of may " * 9)
    assert "Only the first 60 letters" in note.inner_text()
    for text in ("", "   ", "学习"):
        field.fill(text)
        assert "Type at least one letter" in note.inner_text()
        assert widget.locator(".rnn-alignment").is_hidden()
    field.fill("3 may 1987")
    assert note.inner_text() == "" and widget.locator(".rnn-alignment").is_visible()


def test_the_page_reads_its_own_examples_right(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(DATES)
    for text in ("sunday, may 3, 1987", "19870503"):
        widget.get_by_label("or example").select_option(text)
        assert widget.locator(".rnn-iso").inner_text() == "1987-05-03"


def test_keys_and_the_mouse_go_through_the_written_letters(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(DATES)
    matrix, slider = widget.locator(".rnn-alignment"), widget.locator("input[type=range]")
    matrix.focus()
    presses = [("ArrowDown", 2), ("ArrowRight", 3), ("ArrowUp", 2), ("End", 10), ("ArrowDown", 10)]
    for key, step in [*presses, ("Home", 1), ("ArrowLeft", 1)]:
        page.keyboard.press(key)
        assert int(slider.input_value()) == step, key
        assert widget.locator(".rnn-told").inner_text().startswith(f"Letter {step},")
        assert "rnn-now" in matrix.locator(".rnn-alignrow").nth(step).get_attribute("class")
    matrix.locator(".rnn-alignrow").nth(6).hover()
    assert int(slider.input_value()) == 6
    assert "with weight" in widget.locator(".rnn-told").inner_text()


def shown_lookup(widget):
    rows = read_table(widget)
    caption = widget.locator("caption").inner_text()
    answer = re.search(r"weighted sum ([\d.\u2212]+)", caption)[1].replace("\u2212", "-")
    values = numbers(row[2:] for row in rows)
    return values[:, 2], values[:, 3], float(answer)


@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("d", [2, 512])
def test_the_lookup_is_rnnlib_s(open_page, site, d, scaled):
    state = state_of(site, CHAPTER, "query_keys")
    page = open_page(CHAPTER)
    widget = page.locator(LOOKUP)
    widget.get_by_label("features d").select_option(str(d))
    widget.get_by_label("divide scores by √d").set_checked(scaled)
    plane = widget.locator(".rnn-plane")
    plane.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    query = np.array(state["query"]) + [-0.1, -0.3]
    factor = np.sqrt(d / 2) / (np.sqrt(d) if scaled else 1)
    scores = factor * np.array(state["key_vectors"]) @ query / state["temperature"]
    weights = softmax(scores)
    shown = shown_lookup(widget)
    assert_allclose(shown[0], scores, rtol=0, atol=1e-6)
    assert_allclose(shown[1], weights, rtol=0, atol=1e-6)
    assert_allclose(shown[2], weights @ state["key_values"], rtol=0, atol=1e-6)


def query_of(widget):
    return [float(widget.locator(".rnn-planebox input").nth(k).input_value()) for k in (0, 1)]


def test_the_query_can_be_dragged_and_stays_in_the_plane(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(LOOKUP)
    plane = widget.locator(".rnn-plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    assert_allclose(query_of(widget), [0, 0], atol=0.05)
    page.mouse.move(middle[0] + box["width"] / 4, middle[1] - box["height"] / 4)
    assert_allclose(query_of(widget), [0.5, 0.5], atol=0.05)
    page.mouse.move(box["x"] + 3 * box["width"], box["y"] + 5)
    assert query_of(widget)[0] == 1
    page.mouse.up()
    page.mouse.move(*middle)
    assert query_of(widget)[0] == 1  # let go: it stays
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert query_of(widget)[0] == 1


def test_touch_moves_the_query(open_page):
    page = open_page(CHAPTER, width=390, has_touch=True)
    widget = page.locator(LOOKUP)
    plane = widget.locator(".rnn-plane")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    assert_allclose(query_of(widget), [-0.5, 0.5], atol=0.06)


def test_temperature_takes_the_weights_from_hard_to_flat(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(LOOKUP)
    slider = widget.get_by_label("temperature")
    slider.focus()
    page.keyboard.press("Home")
    assert shown_lookup(widget)[1].max() > 0.999
    slider.focus()  # opening the table took the focus away
    page.keyboard.press("End")
    assert np.ptp(shown_lookup(widget)[1]) < 0.05


@pytest.mark.parametrize("selector", [DATES, LOOKUP])
def test_the_tab_key_reaches_every_control_and_leaves(keep_page, selector):
    page = keep_page(CHAPTER)
    widget = page.locator(selector)
    wanted = widget.locator(
        "input:visible, select:visible, button:visible, summary:visible, [tabindex='0']:visible"
    )
    count = wanted.count()
    wanted.first.focus()
    reached = 0
    for _ in range(count + 5):
        if not page.evaluate("s => document.querySelector(s).contains(document.activeElement)", selector):
            break
        reached += 1
        page.keyboard.press("Tab")
    assert reached == count
