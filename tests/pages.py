"""The pages of the book, as its table of contents names them."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
FILES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]

INDEX = f"{TOC['root']}.html"
CHAPTERS = [f"{name}.html" for name in FILES if name.startswith("notebooks/")]
TEXT = [f"{name}.html" for name in FILES if name.startswith("book/") and name != TOC["root"]]
WRITTEN = [INDEX, *CHAPTERS, *TEXT]
PAGES = [*WRITTEN, "search.html"]

# one change from each to the next: a page that changes colours or width is laid out again
COMBINATIONS = [
    ("light", 1300), ("dark", 1300), ("dark", 768), ("light", 768), ("light", 390), ("dark", 390),
]  # fmt: skip


# every widget has come to life
SETTLED = "document.querySelectorAll('[data-rnn-widget]:not([data-rnn-mounted])').length === 0"
# two frames: in the first, widgets notice a new size, and what they then draw stands in the second
DRAWN = """() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 40))); })"""


def show_in(page, scheme, width=None):
    """Show an open page in light or dark, and at a width if one is given; wait until it is so."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
    if width is not None:
        page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(DRAWN)


OPEN_EVERYTHING = """async () => {
    const next = () => new Promise((done) => setTimeout(done, 50));
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const box of document.querySelectorAll(".rnn-widget input[type=checkbox]"))
        if (!box.checked && box.checkVisibility()) box.click();
    for (const quiz of document.querySelectorAll(".rnn-predict")) {
        quiz.querySelector("input[type=radio]")?.click();
        const field = quiz.querySelector("input[type=text]");
        if (!field) continue;
        field.value = "987654";
        for (let twice = 0; twice < 2; twice += 1) // twice wrong: the explanation can be asked for
            field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
        [...quiz.querySelectorAll("button")].find((b) => b.textContent === "Show the explanation").click();
    }
    await next();
    const closed = [...document.querySelectorAll(".rnn-why")].filter((why) => !why.checkVisibility());
    return closed.filter((why) => why.closest(".rnn-predict").querySelector("input[type=text]")).length; }"""


def open_everything(page):
    """Open all details, tick all boxes, and answer all questions, so that a test sees what readers see."""
    assert page.evaluate(OPEN_EVERYTHING) == 0, "an explanation stayed closed"
