"""Execute notebooks in fresh kernels and store them with their outputs: ``make notebooks``.

What would differ from run to run, or show an error in a reopened notebook, is not stored: the
live view of a widget (its HTML form stays), times of execution, the version of Python.
"""

import sys
import time
from pathlib import Path

import nbformat
import numerics
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


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


if __name__ == "__main__":
    numerics.apply()
    for path in [Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")):
        run(path)
