"""The rules of axe hold on every page, wide in light and narrow in dark, with everything open."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import WRITTEN


def open_everything(page):
    """Open all details, tick all boxes, and answer all questions, so that axe sees what readers see."""
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


@pytest.mark.parametrize("name", WRITTEN)
def test_axe_finds_nothing(open_page, name):
    page = open_page(name)
    open_everything(page)
    found = []
    for scheme, width in (("light", 1300), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        # a figure is one image with one text, which another test asks for; its many lines take minutes
        what = {"exclude": [["svg.book-figure"]]}
        results = Axe().run(page, context=what, options={"preload": False}).response  # no fetching of styles
        assert len(results["passes"]) > 20, "axe looked at next to nothing"
        for violation in results["violations"]:
            for node in violation["nodes"][:3]:
                where = f"{node['html'][:160]} | {node.get('failureSummary', '')[:200]}"
                found.append(f"{scheme}, {width} px: {violation['id']}: {where}")
    assert found == []
