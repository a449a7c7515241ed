"""Chapter 5 in the built pages: a drawn digit gives rnnlib's beliefs, and fields are what they are."""

import numpy as np
import pytest
from browser import from_half, read_table, state_of
from numpy.testing import assert_allclose

from rnnlib.data.digits import load_digits
from rnnlib.functions import relu
from rnnlib.models import ConvSequenceClassifier, ImageClassifier, RecurrentClassifier

CHAPTER = "notebooks/05_cnn_and_rnn.html"
DRAW, FIELD = ".rnn-drawdigit", ".rnn-receptive"


def unpacked(spec):
    def read(p):
        return from_half(p).tolist()

    return spec | {"params": {name: read(p) for name, p in spec["params"].items()}}


@pytest.fixture(scope="module")
def networks(site):
    """The two networks that the page shows, read from the page, in double precision as JavaScript has it."""
    state = state_of(site, CHAPTER, "draw_digit")
    specs = [unpacked(state[name]) for name in ("cnn", "rnn")]
    for spec in specs:
        spec["config"]["dtype"] = "float64"
    return ImageClassifier.from_spec(specs[0]), RecurrentClassifier.from_spec(specs[1])


def numbers(rows):
    return np.array([[float(v.replace("\u2212", "-")) for v in row] for row in rows])


def tables_of(widget):
    """The image that the networks read, and both networks' beliefs."""
    rows = read_table(widget)
    image = numbers([row[2:] for row in rows[:8]])
    beliefs = numbers([row[2:] for row in rows[8:]])
    return image, beliefs[:, 0], beliefs[:, 1:].T


def check(widget, networks):
    cnn, rnn = networks
    image, p, after = tables_of(widget)
    image = np.round(image * 16) / 16  # the table shows four digits of what are sixteenths
    assert_allclose(p, cnn.trace(image)["p"], rtol=0, atol=1e-6)
    assert_allclose(after, rnn.trace(image)["p"], rtol=0, atol=1e-6)
    return image


def draw_seven(page, widget, origin=(0.2, 0.2), size=0.6):
    box = widget.locator(".rnn-dd-sheet").bounding_box()

    def at(x, y):
        return (
            box["x"] + (origin[0] + size * x) * box["width"],
            box["y"] + (origin[1] + size * y) * box["height"],
        )

    page.mouse.move(*at(0, 0))
    page.mouse.down()
    for x, y in [(0.5, 0), (1, 0), (0.7, 0.5), (0.4, 1)]:
        page.mouse.move(*at(x, y), steps=4)
    page.mouse.up()


def test_every_example_is_read_as_rnnlib_reads_it(open_page, networks, site):
    widget = open_page(CHAPTER).locator(DRAW)
    state = state_of(site, CHAPTER, "draw_digit")
    known = load_digits().test.x
    for i, example in enumerate(state["examples"]):
        assert (known == np.array(example, np.float32)).all(axis=(1, 2)).any()
        widget.get_by_label("Example").select_option(str(i))
        image = check(widget, networks)
        assert np.array_equal(image, np.array(example))
        assert widget.get_by_label("Example").input_value() == str(i)


def test_a_digit_drawn_by_mouse_gives_rnnlib_s_beliefs(open_page, networks):
    page = open_page(CHAPTER)
    widget = page.locator(DRAW)
    widget.scroll_into_view_if_needed()
    widget.get_by_role("button", name="Clear").click()
    assert "empty" in widget.locator(".rnn-now-text").inner_text()
    assert not tables_of(widget)[0].any()
    widget.locator(".rnn-dd-sheet").scroll_into_view_if_needed()
    draw_seven(page, widget, origin=(0.1, 0.1), size=0.35)
    fitted = check(widget, networks)
    assert fitted[0].any() and fitted[7].any()  # it fills the height
    assert "CNN: 7" in widget.locator(".rnn-now-text").inner_text()
    widget.get_by_label("fit to the frame").uncheck()
    small = check(widget, networks)
    assert small.any() and not small[5:].any() and not small[:, 5:].any()


def test_a_digit_drawn_by_keys_gives_rnnlib_s_beliefs(open_page, networks):
    page = open_page(CHAPTER)
    widget = page.locator(DRAW)
    sheet = widget.locator(".rnn-dd-sheet")
    sheet.focus()
    page.keyboard.press("Delete")
    for key in ["ArrowUp"] * 9 + ["Shift+ArrowDown"] * 14:
        page.keyboard.press(key)
    image = check(widget, networks)
    assert image[:, 3:5].all() and image.sum() == pytest.approx(8, abs=0.5)  # a stroke from top to bottom
    assert "CNN: 1" in widget.locator(".rnn-now-text").inner_text()
    widget.get_by_label("fit to the frame").uncheck()  # as drawn: 3 by 31 cells
    before = check(widget, networks)
    assert before.sum() == 3 * 31 / 16
    sheet.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    image = check(widget, networks)
    assert image.sum() == before.sum() + 3 * 3 / 16
    sheet.focus()
    page.keyboard.press("Enter")  # once more on ink: it is taken away
    assert np.array_equal(check(widget, networks), before)
    assert "paper" in widget.locator(".rnn-dd-where").inner_text()


def test_a_finger_draws_too_and_the_eraser_takes_away(open_page, networks):
    page = open_page(CHAPTER, width=390, has_touch=True)
    widget = page.locator(DRAW)
    widget.get_by_role("button", name="Clear").click()
    sheet = widget.locator(".rnn-dd-sheet")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(*middle)
    assert check(widget, networks).any()
    widget.get_by_label("take ink away").check()
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert not check(widget, networks).any()


def test_each_row_s_opinion_is_shown_by_its_column_and_by_keys(open_page, networks):
    page = open_page(CHAPTER)
    widget = page.locator(DRAW)
    _, _, after = tables_of(widget)
    now = widget.locator(".rnn-now-text")
    widget.locator(".rnn-time").focus()
    page.keyboard.press("Home")
    for row in range(1, 9):
        text = f"GRU after row {row}: {after[row - 1].argmax()} ({after[row - 1].max():.2f})"
        assert text in now.inner_text()
        page.keyboard.press("ArrowRight")
    widget.get_by_role("button", name="row 3").click()
    assert "after row 3" in now.inner_text()


def test_the_numbers_of_a_map_are_the_kernel_s(open_page, networks):
    page = open_page(CHAPTER)
    widget = page.locator(DRAW)
    cnn, _ = networks
    widget.get_by_role("button", name="Kernel 3").click()
    details = widget.locator("details", has_text="The arithmetic of one kernel")
    details.locator("summary").click()
    image = check(widget, networks)
    z, _ = cnn.conv_1.forward(image[None, None])
    expected = relu(z)[0, 2]
    cells = details.locator("[role=gridcell]").all_inner_texts()
    assert_allclose(numbers([cells])[0], expected.ravel(), rtol=0, atol=6e-3)
    cell = details.locator("[role=gridcell]").nth(3 * 8 + 4)
    cell.click()
    told = details.locator(".rnn-told").inner_text()
    assert f"= {expected[3, 4]:.4f}" in told and "Row 4, column 5" in told
    assert widget.locator(".rnn-dd-input .rnn-source").count() == 9
    page.keyboard.press("ArrowRight")
    assert f"= {expected[3, 5]:.4f}" in details.locator(".rnn-told").inner_text()


@pytest.mark.parametrize("selector", [DRAW, FIELD])
def test_the_tab_key_leaves_the_widget(keep_page, selector):
    page = keep_page(CHAPTER)
    page.locator(selector).locator("button, input").first.focus()
    for _ in range(40):
        if not page.evaluate("s => document.querySelector(s).contains(document.activeElement)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError("focus is caught in the widget")


def test_the_field_is_the_network_s_and_the_gap_decides(open_page, site):
    page = open_page(CHAPTER)
    widget = page.locator(FIELD)
    now, scored = widget.locator(".rnn-now-text"), widget.locator(".rnn-rf-scored")
    measured = state_of(site, CHAPTER, "receptive_field")["measured"]
    layers = widget.get_by_label("layers", exact=True)
    gap = widget.get_by_label("gap between the marks")
    for n in range(1, 6):
        network = ConvSequenceClassifier(6, 2, 4, n, np.random.default_rng(0), width=2)
        layers.fill(str(n))
        for steps in (network.reach - 1, network.reach):
            gap.fill(str(steps))
            text = now.inner_text()
            assert f"= {network.reach} steps" in text
            inside = "Both marks are inside" in text
            assert inside == (steps < network.reach) and inside != ("No output sees both" in text)
            if steps <= 20:
                score = measured[n - 1]["scores"][steps - 1]
                assert score["gap"] == steps and f"{score['mean']:.2f}" in scored.inner_text()
            else:
                assert "smaller gaps only" in scored.inner_text()
    layers.fill("3")
    widget.get_by_label("width", exact=True).fill("3")
    assert "= 15 steps" in now.inner_text() and "No networks of this shape" in scored.inner_text()
    widget.get_by_label("dilation").uncheck()
    assert "= 7 steps" in now.inner_text()


def test_keys_move_the_marks_apart(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(FIELD)
    gap = widget.get_by_label("gap between the marks")
    gap.focus()
    before = widget.locator("svg").get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    assert gap.input_value() == "13" and widget.locator("svg").get_attribute("aria-label") != before
    rows = read_table(widget)
    assert len(rows) == 3 + 20 and rows[3][1] == "1"
