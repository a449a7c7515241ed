"""Execute notebooks in fresh kernels and store them with their outputs: ``make notebooks``.

What would differ from run to run, or show an error in a reopened notebook, is not stored: the
live view of a widget (its HTML form stays), times of execution, the version of Python.
"""

import platform
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

import nbformat
import numerics
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
RECORD = NOTEBOOKS.parent / "book" / "executed.txt"  # when and with what: the book shows it


def strip(notebook):
    """Remove what is not worth keeping; return the notebook."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return notebook


def run(path):
    """Execute one notebook in place; say how long it took."""
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        coalesce_streams=True,  # what a cell prints is one output, however slowly it comes
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    nbformat.write(strip(notebook), path)
    print(f"{path.name}: {time.perf_counter() - start:.0f} s")


def note(path):
    """Write down when a notebook was executed, and with which versions."""
    lines = RECORD.read_text("utf-8").splitlines() if RECORD.exists() else []
    used = ", ".join(f"{name} {version(name)}" for name in ("numpy", "matplotlib", "ipykernel"))
    line = f"{path.stem:32} {date.today()}  Python {platform.python_version()}, {used}"
    kept = [old for old in lines if old.split()[0] != path.stem]
    RECORD.write_text("\n".join(sorted([*kept, line])) + "\n", encoding="utf-8")


if __name__ == "__main__":
    numerics.apply()
    for path in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        run(path)
        note(path)
