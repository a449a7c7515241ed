"""Numbers in the prose of a chapter are numbers that its cells hold: bare metrics are found."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
# what no cell can print, since it is a fact about the world or plain arithmetic
KNOWN = {
    "03_hidden_state": {"6.4": "milliseconds between frames, from the makers of the data"},
    "06_practical_limits": {"0.125": "one in eight"},
}
NOT_PROSE = r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)|\(\d\.\d+\)|arXiv:\S+|doi\S+"
METRIC = re.compile(r"(?<![\w.])(\d+(?:\.\d+)? ?%|\d+\.\d+)(?![\w.]*\d)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?|(?<![\w\d])\.\d+")


def held(cells):
    """All numbers in the sources and text outputs of the code cells."""
    text = []
    for cell in cells:
        if cell["cell_type"] == "code":
            text.append("".join(cell["source"]))
            for output in cell["outputs"]:
                text.append("".join(output.get("text", "")))
                text += ["".join(v) for k, v in output.get("data", {}).items() if k.startswith("text/")]
    return {float(number) for number in NUMBER.findall("\n".join(text).replace(",", ""))}


def bare_metrics(cells):
    """Decimals and percentages of the prose that no cell holds, as exactly as they are written."""
    numbers, bare = held(cells), []
    for cell in cells:
        if cell["cell_type"] != "markdown":
            continue
        for written in METRIC.findall(re.sub(NOT_PROSE, "", "".join(cell["source"]), flags=re.DOTALL)):
            plain = written.replace("%", "").strip()
            digits = len(plain.partition(".")[2])
            wanted = [(float(plain), digits)]
            if "%" in written:
                wanted.append((float(plain) / 100, digits + 2))
            if not any(abs(v - n) <= 0.5 * 10**-d + 1e-12 for v, d in wanted for n in numbers):
                bare.append(written)
    return bare


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_metric_in_the_prose_stands_in_a_cell(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert set(bare_metrics(cells)) == set(KNOWN.get(path.stem, {}))


def test_a_bare_metric_is_found():
    cell = {"cell_type": "code", "source": ["x"], "outputs": [{"text": ["accuracy 0.973, 1,106 of them\n"]}]}

    def prose(text):
        return bare_metrics([cell, {"cell_type": "markdown", "source": [text]}])

    assert prose("It gets 0.97, that is 97 %, or 97.3 %.") == []
    assert prose("It gets 0.98.") == ["0.98"] and prose("It gets 98 %.") == ["98 %"]
    assert prose("In $0.98$ and `0.98` and (2.1) nothing is claimed.") == []
