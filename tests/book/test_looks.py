"""What a page looks like to whom it must serve: contrast, forced colours, less motion, and on paper."""

from pathlib import Path

import pytest
from pages import COMBINATIONS, WRITTEN, open_everything, show_in

HERE = Path(__file__).parent


def script(name):
    """A function in JavaScript, without the comment over it."""
    text = (HERE / name).read_text("utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("//"))


CONTRAST, PRINTED = script("contrast.js"), script("printed.js")
PAPER = 680  # pixels: an A4 page between its margins


def faint(page, where):
    result = page.evaluate(CONTRAST)
    assert result["looked"] > 20, "next to nothing was looked at"
    assert result["inFigures"] or not page.locator("svg.book-figure text").count()
    return [f"{where}: {wrong}" for wrong in result["wrong"]]


@pytest.fixture(scope="module", params=WRITTEN)
def still(request, opening):
    """A page with everything open, for who asked for less motion."""
    with opening() as opened:
        page = opened(request.param, reduced_motion="reduce")
        open_everything(page)
        page.mouse.move(0, 0)
        yield page


def test_nothing_moves_for_those_who_ask_for_less_motion(still):
    moving = still.evaluate(
        """() => {
            const longest = (times) => Math.max(...times.split(",").map(parseFloat));
            const still = (style) =>
                longest(style.transitionDuration) < 0.01 && longest(style.animationDuration) < 0.01;
            return [...document.querySelectorAll("body, body *")].filter((el) => !still(getComputedStyle(el)))
                .map((el) => el.outerHTML.slice(0, 80)).slice(0, 5); }"""
    )
    assert moving == [] and still.evaluate("document.getAnimations().length") == 0


def test_all_text_stands_out_and_figures_can_be_read(still):
    found = []
    for scheme, width in COMBINATIONS:
        show_in(still, scheme, width)
        found += faint(still, f"{scheme}, {width} px")
    assert found == []


FORCED = """() => {
    const paper = getComputedStyle(document.body).backgroundColor;
    const wrong = [];
    for (const line of document.querySelectorAll(".rnn-line, .rnn-path, .rnn-gridline")) {
        const style = getComputedStyle(line);
        if (style.stroke === "none" || style.stroke === paper) wrong.push(line.getAttribute("class"));
    }
    for (const now of document.querySelectorAll(".rnn-now")) {
        const style = getComputedStyle(now);
        if (style.outlineStyle === "none" || style.outlineColor === paper) wrong.push("the current step");
    }
    for (const button of document.querySelectorAll(".rnn-bar button")) {
        const style = getComputedStyle(button);
        if (style.borderStyle === "none" || style.borderColor === paper) wrong.push(button.textContent);
    }
    return wrong; }"""
UNFOCUSED = """() => {
    const paper = getComputedStyle(document.body).backgroundColor;
    const wrong = new Set();
    let looked = 0;
    const controls = ":is(a[href], button, input, select, summary, [tabindex='0']):not([disabled])";
    for (const el of document.querySelectorAll(`.bd-content ${controls}`)) {
        if (!el.checkVisibility({visibilityProperty: true})) continue;
        el.focus({preventScroll: true, focusVisible: true});
        if (!el.matches(":focus-visible")) continue;
        looked += 1;
        const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(el);
        if (outlineStyle === "none" || parseFloat(outlineWidth) < 1 || outlineColor === paper)
            wrong.add(`${el.tagName} ${el.className}`);
    }
    document.activeElement.blur();
    return {wrong: [...wrong], looked}; }"""


def test_forced_colours_keep_text_lines_and_focus(still):
    still.emulate_media(forced_colors="active")
    try:
        assert still.evaluate("matchMedia('(forced-colors: active)').matches")
        found = []
        for scheme in ("light", "dark"):
            show_in(still, scheme, 1300)
            focus = still.evaluate(UNFOCUSED)
            assert focus["looked"] > 5, "next to nothing could be given the focus"
            found += faint(still, scheme) + still.evaluate(FORCED) + focus["wrong"]
    finally:
        still.emulate_media(forced_colors="none")
    assert found == []


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_on_paper_is_clean(open_page, name):
    page = open_page(name, width=PAPER, scheme="dark", reduced_motion="reduce")
    page.emulate_media(media="print")
    page.wait_for_timeout(100)
    assert page.evaluate(PRINTED) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert [wrong for wrong in faint(page, "paper") if " px: " not in wrong] == []
    assert len(page.pdf(format="A4")) > 20_000
