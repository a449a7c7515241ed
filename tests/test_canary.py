"""The test of the notebooks can fail: a broken cell and a changed output are found, twice in a row."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]


def notebook(source, printed):
    """A notebook of one cell, with an output as if it had been stored."""
    output = nbformat.v4.new_output("stream", name="stdout", text=printed)
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])
    made = nbformat.v4.new_notebook(cells=[cell])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def check(path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml"]
    command += ["--rootdir", ROOT, f"--nbval-sanitize-with={ROOT / 'tests' / 'nbval.cfg'}", path]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


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
