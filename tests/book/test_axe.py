"""The rules of axe hold on every page, in light and dark, at three widths, with everything open."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import COMBINATIONS, WRITTEN, open_everything, show_in

# Contrast is by far the slowest of axe's rules. Our own test of contrast computes it in all six.
WITH_CONTRAST = [("light", 1300), ("dark", 390)]

# axe measures each element against all that may lie over it, which takes minutes for thousands of pieces of
# code, rows of numbers and lines of figures. So it sees each kind of piece of code once, of rows of a table
# that are built alike the first two, and figures as one image each, as a screen reader does. The test of
# contrast looks at all of them, and at what is written inside figures.
THIN_OUT = """() => {
    const seen = new Set();
    const pieces = "div.highlight pre span, dl.py :is(span, em, strong, code), code span.pre";
    for (const piece of document.querySelectorAll(pieces)) {
        const place = piece.closest("div.cell_output, dt, nav, pre, p, li, td");
        const kind = [place?.tagName, place?.className, piece.parentElement.className, piece.tagName,
            piece.className].join();
        if (seen.has(kind)) piece.replaceWith(...piece.childNodes);
        seen.add(kind);
    }
    for (const body of document.querySelectorAll("tbody")) {
        const alike = new Map();
        for (const row of [...body.rows]) {
            const words = row.innerHTML.replace(/>[^<]*[^<\\s][^<]*</g, ">x<"); // a text, or none
            const built = row.className + words.replace(/[0-9]+/g, "");
            alike.set(built, (alike.get(built) ?? 0) + 1);
            if (alike.get(built) > 2) row.remove();
        }
    }
    for (const figure of document.querySelectorAll("svg.book-figure")) figure.replaceChildren();
}"""


@pytest.mark.parametrize("name", WRITTEN)
def test_axe_finds_nothing(open_page, name):
    page = open_page(name)
    open_everything(page)
    # keep the room that figures take
    page.add_style_tag(content="svg.book-figure { min-height: 15rem; }")
    page.evaluate(THIN_OUT)
    page.evaluate("scrollTo(0, 0)")  # what lies under a bar at the top is not too small
    found = []
    for scheme, width in COMBINATIONS:
        show_in(page, scheme, width)
        options = {"preload": False, "resultTypes": ["violations"]}  # no fetching of styles
        if (scheme, width) not in WITH_CONTRAST:
            options["rules"] = {"color-contrast": {"enabled": False}}
        results = Axe().run(page, options=options).response
        assert len(results["passes"]) > 20, "axe looked at next to nothing"
        for violation in results["violations"]:
            for node in violation["nodes"][:3]:
                where = f"{node['html'][:160]} | {node.get('failureSummary', '')[:200]}"
                found.append(f"{scheme}, {width} px: {violation['id']}: {where}")
    assert found == []
