"""What a page looks like to whom it must serve: contrast, forced colours, less motion, and on paper."""

from pathlib import Path

import pytest
from pages import CHAPTERS, INDEX, WRITTEN, open_everything

CONTRAST = (Path(__file__).parent / "contrast.js").read_text("utf-8").split("\n", 2)[2]  # without its comment
COMBINATIONS = [(scheme, width) for width in (1300, 768, 390) for scheme in ("light", "dark")]
PAPER = 680  # pixels: an A4 page between its margins


def faint(page, where):
    result = page.evaluate(CONTRAST)
    assert result["looked"] > 20, "next to nothing was looked at"
    assert result["inFigures"] or not page.locator("svg.book-figure text").count()
    return [f"{where}: {wrong}" for wrong in result["wrong"]]


@pytest.mark.parametrize("name", WRITTEN)
def test_all_text_stands_out_and_figures_can_be_read(open_page, name):
    page = open_page(name, reduced_motion="reduce")
    open_everything(page)
    page.mouse.move(0, 0)
    found = []
    for scheme, width in COMBINATIONS:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        found += faint(page, f"{scheme}, {width} px")
    assert found == []


@pytest.mark.parametrize("name", [INDEX, *CHAPTERS])
def test_forced_colours_keep_text_lines_and_focus(open_page, name):
    page = open_page(name, forced_colors="active", reduced_motion="reduce")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(100)
        found += faint(page, scheme)
    hidden = page.evaluate(
        """() => {
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
    )
    control = page.locator(".rnn-widget :is(button, input):visible").first
    control.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    focus = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert (found, hidden) == ([], []) and focus not in ("none", "")


@pytest.mark.parametrize("name", [INDEX, *CHAPTERS])
def test_nothing_moves_for_those_who_ask_for_less_motion(open_page, name):
    page = open_page(name, reduced_motion="reduce")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    moving = page.evaluate(
        """() => {
            const longest = (times) => Math.max(...times.split(",").map(parseFloat));
            const still = (style) => longest(style.transitionDuration) < 0.01 && longest(style.animationDuration) < 0.01;
            return [...document.querySelectorAll("body, body *")].filter((el) => !still(getComputedStyle(el)))
                .map((el) => el.outerHTML.slice(0, 80)).slice(0, 5); }"""
    )
    assert moving == [] and page.evaluate("document.getAnimations().length") == 0


PRINTED = """() => {
    const seen = (el) => el.checkVisibility({visibilityProperty: true}) && el.getBoundingClientRect().width > 1;
    const wrong = [];
    const parts = ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header, .bd-header-article, .prev-next-footer, .bd-footer, " +
        "button:not(.rnn-word), .rnn-bar, .headerlink";
    for (const part of document.querySelectorAll(parts)) if (seen(part)) wrong.push(`printed: ${part.outerHTML.slice(0, 80)}`);
    const end = document.querySelector(".bd-article-container").getBoundingClientRect().right + 2;
    for (const box of document.querySelectorAll(".bd-content :is(pre, table, svg.book-figure)")) {
        if (!seen(box)) continue;
        if (box.getBoundingClientRect().right > Math.max(end, innerWidth)) wrong.push(`beyond the paper: ${box.outerHTML.slice(0, 80)}`);
        for (let up = box; up.matches(".bd-article-container *"); up = up.parentElement) {
            const cut = getComputedStyle(up);
            if (cut.overflowX !== "visible" && up.scrollWidth > up.clientWidth + 1) wrong.push(`cut off: ${up.outerHTML.slice(0, 80)}`);
            if (cut.overflowY !== "visible" && up.scrollHeight > up.clientHeight + 1) wrong.push(`cut off below: ${up.outerHTML.slice(0, 80)}`);
        }
    }
    return wrong.slice(0, 8); }"""


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_on_paper_is_clean(open_page, name):
    page = open_page(name, width=PAPER, scheme="dark", reduced_motion="reduce")
    page.emulate_media(media="print")
    page.wait_for_timeout(100)
    assert page.evaluate(PRINTED) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert [wrong for wrong in faint(page, "paper") if " px: " not in wrong] == []
    assert len(page.pdf(format="A4")) > 20_000
