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

COMBINATIONS = [(scheme, width) for width in (1300, 768, 390) for scheme in ("light", "dark")]


def show_in(page, scheme, width=None):
    """Show an open page in light or dark, and at a width if one is given; wait until it is so."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
    if width is not None:
        page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(150)


def open_everything(page):
    """Open all details, tick all boxes, and answer all questions, so that a test sees what readers see."""
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    for box in page.locator(".rnn-widget input[type=checkbox]:visible").all():
        box.check()
    for quiz in page.locator(".rnn-predict").all():
        for choice in quiz.locator("input[type=radio]").all()[:1]:
            choice.check()
        for field in quiz.locator("input[type=text]").all():
            for _ in range(2):  # twice wrong: the explanation can be asked for
                field.fill("987654")
                field.press("Enter")
            quiz.get_by_role("button", name="Show the explanation").click()
