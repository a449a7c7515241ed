"""What strict comparison of outputs does not see: cells never executed, figures without a name."""

import json
import re
from pathlib import Path

import pytest
from nbval.plugin import get_sanitize_patterns

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
# All that the comparison leaves out of what a cell shows, and why. That the figure is there is compared.
LEFT_OUT = {
    "04_deep_rnn": (1, "how many milliseconds a step takes, drawn against the number of layers"),
    "05_cnn_and_rnn": (1, "how long three networks take, drawn against the length"),
    "08_transformer": (1, "time and memory of attention and an RNN, drawn against the length"),
    "09_final_table": (1, "how long an update of each network takes, drawn"),
}
COMPARED = {"text/plain", "text/html", "image/svg+xml"}


def code_cells(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_the_book_says_when_each_was_executed():
    lines = (NOTEBOOKS[0].parents[1] / "book" / "executed.txt").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in lines] == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_code_cell_is_stored_executed_in_order(path):
    counts = [cell["execution_count"] for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_output_is_an_error_a_warning_or_left_out_of_the_comparison(path):
    for cell in code_cells(path):
        assert "NBVAL" not in "".join(cell["source"])
        assert not {t for t in cell["metadata"].get("tags", []) if t.startswith(("nbval", "raises"))}
        for output in cell["outputs"]:
            assert output["output_type"] != "error" and output.get("name") != "stderr"


def left_out(path):
    """Count the stored outputs of which nbval compares less than the whole."""
    patterns = get_sanitize_patterns((Path(__file__).parent / "nbval.cfg").read_text("utf-8"))
    shown = []
    for cell in code_cells(path):
        for output in cell["outputs"]:
            shown += ["".join(output.get("text", "")), *map("".join, output.get("data", {}).values())]
    return sum(any(re.search(pattern, text) for pattern, _ in patterns) for text in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_what_the_comparison_leaves_out_is_counted(path):
    assert left_out(path) == LEFT_OUT.get(path.stem, (0, ""))[0]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_nothing_is_shown_only_in_a_form_that_is_not_compared(path):
    for cell in code_cells(path):
        for output in cell["outputs"]:
            forms = set(output.get("data", {}))
            # the pixels of a figure are not compared; the SVG beside them, drawn at the same moment, is
            assert not forms - COMPARED - {"image/png"}
            assert "image/png" not in forms or "image/svg+xml" in forms


# a path of some computer, the moment of a run, an address in memory, a warning that was printed
PRIVATE = re.compile(
    r"0x[0-9a-f]{6,}|(?<![\w.<])/(?:home|root|tmp|usr|var|opt|mnt|work|Users|private)/|[A-Z]:\\\\?\w"
    r"|\.venv|site-packages|\b20[2-9]\d-\d\d-\d\d[T ]\d\d|\b\d\d:\d\d:\d\d\b|\w+Warning:"
)


def private(path):
    """Return what the outputs of a notebook tell that only holds for one run on one computer."""
    found = []
    for cell in code_cells(path):
        for output in cell["outputs"]:
            data = {kind: "".join(value) for kind, value in output.get("data", {}).items()}
            data.pop("image/png", None)
            for text in ["".join(output.get("text", "")), *data.values()]:
                found += PRIVATE.findall(text)
    return found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_hold_no_address_path_moment_or_warning(path):
    assert private(path) == []


@pytest.mark.parametrize(
    "printed",
    [
        "<Line2D at 0x7f12ab34cd50>",
        "read /home/reader/book/names.txt",
        r"read C:\Users\reader\names.txt",
        "done at 2026-11-25 22:42",
        "took 00:01:07",
        "cell.py:3: RuntimeWarning: overflow encountered in exp",
    ],
)
def test_what_holds_for_one_computer_is_found(printed, tmp_path):
    output = {"output_type": "stream", "name": "stdout", "text": [printed]}
    path = tmp_path / "planted.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "outputs": [output]}]}), "utf-8")
    assert private(path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_live_view_of_a_widget_is_stored(path):
    stored = json.loads(path.read_text("utf-8"))
    assert "widgets" not in stored["metadata"]
    for cell in code_cells(path):
        for output in cell["outputs"]:
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_figure_has_an_alternative_text(path):
    for cell in code_cells(path):
        if any("image/svg+xml" in output.get("data", {}) for output in cell["outputs"]):
            alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) >= 60, "".join(cell["source"])[:80]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_code_fits_the_page(path):
    for cell in code_cells(path):
        if not {"hide-input", "remove-input"} & set(cell["metadata"].get("tags", [])):
            assert max(map(len, "".join(cell["source"]).splitlines())) <= 88
