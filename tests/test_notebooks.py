"""What strict comparison of outputs does not see: cells never executed, figures without a name."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


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


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_hold_no_address_path_or_live_view(path):
    stored = json.loads(path.read_text("utf-8"))
    assert "widgets" not in stored["metadata"]
    for cell in code_cells(path):
        for output in cell["outputs"]:
            data = {kind: "".join(value) for kind, value in output.get("data", {}).items()}
            assert "application/vnd.jupyter.widget-view+json" not in data
            text = "".join(output.get("text", "")) + data.get("text/plain", "") + data.get("text/html", "")
            assert not re.search(r"0x[0-9a-f]{6,}|/home/|/tmp/|/root/|\.venv|site-packages", text)


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
