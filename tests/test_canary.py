"""The test of the notebooks can fail: a broken cell and a changed output are found, twice in a row."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


def notebook(source, printed):
    """A notebook of one cell, with an output as if it had been stored."""
    output = nbformat.v4.new_output("stream", name="stdout", text=printed)
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])
    made = nbformat.v4.new_notebook(cells=[cell])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def check(path, sanitize="nbval.cfg", **environment):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml"]
    command += ["--rootdir", ROOT, f"--nbval-sanitize-with={ROOT / 'tests' / sanitize}", path]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "printed", "passes"),
    [
        ("print(1 + 1)", "2\n", True),
        ("print(1 + 1)", "3\n", False),
        ("print(2)\nassert 1 == 2", "2\n", False),
    ],
    ids=["as stored", "another output", "a failing cell"],
)
def test_a_notebook_passes_only_if_it_runs_and_prints_what_is_stored(source, printed, passes, tmp_path):
    path = tmp_path / "canary.ipynb"
    nbformat.write(notebook(source, printed), path)
    for _ in range(2):
        done = check(path)
        assert done.returncode == (0 if passes else 1), done.stdout[-2000:]
        assert ("1 passed" if passes else "1 failed") in done.stdout


def figure(points, label="accuracy"):
    """A figure as matplotlib writes it: text stays text."""
    return f'<?xml version="1.0"?>\n<svg>\n<path d="{points}"/>\n<text>{label}</text>\n</svg>\n'


def showing(shown, stored):
    """A cell that shows one thing, stored as if it had shown another."""
    source = f"from IPython.display import display\ndisplay({shown!r}, raw=True)"
    output = nbformat.v4.new_output("display_data", data=stored)
    return nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])


def svg(*drawn):
    return {"image/svg+xml": figure(*drawn)}


def widget(weight):
    return {"text/html": f'<script type="application/json">{{"weights": [0.5, {weight}]}}</script>'}


CHANGES = {
    "a number in the state of a widget": (widget(0.25), widget(0.26)),
    "a point of a figure": (svg("M 1 2"), svg("M 1 3")),
    "a figure that is not drawn any more": ({"text/plain": ""}, {"text/plain": "", **svg("M 1 2")}),
    "an address in memory": ({"text/plain": "at 0x7f0000000001"}, {"text/plain": "at 0x7f0000000002"}),
    "a measured time": (svg("M 1 2", "time (ms)"), svg("M 1 3", "time (ms)")),
}


@pytest.mark.parametrize(
    ("sanitize", "taken_for_equal"),
    [
        ("nbval.cfg", {"a measured time"}),
        ("nbval_other_matplotlib.cfg", {"a measured time", "a point of a figure"}),
    ],
)
def test_every_change_is_found_but_those_that_are_named(sanitize, taken_for_equal, tmp_path):
    made = notebook("", "")
    made.cells = [showing(*change) for change in CHANGES.values()]
    path = tmp_path / "changes.ipynb"
    nbformat.write(made, path)
    done = check(path, sanitize)
    failed = re.findall(r"FAILED \S*::Cell (\d+)", done.stdout)
    assert {list(CHANGES)[int(cell)] for cell in failed} == set(CHANGES) - taken_for_equal, done.stdout


def test_notebooks_run_in_the_environment_of_the_tests(tmp_path):
    """Else they would test whatever environment a reader has once registered as python3."""
    foreign = tmp_path / "kernels" / "python3"
    foreign.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    spec |= {"display_name": "Python 3", "language": "python"}
    (foreign / "kernel.json").write_text(json.dumps(spec), "utf-8")
    path = tmp_path / "environment.ipynb"
    source = "import sys, numpy\nprint(sys.prefix, numpy.__version__)"
    nbformat.write(notebook(source, f"{sys.prefix} {np.__version__}\n"), path)
    done = check(path, JUPYTER_PATH=str(tmp_path))
    assert "1 passed" in done.stdout, done.stdout[-2000:]
