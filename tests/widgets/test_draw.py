"""The pure parts of the widgets' JavaScript, tested by Node.js itself."""

import re
import subprocess
from pathlib import Path

import pytest
from browser import node

from rnnlib.widgets._source import HERE, module_source


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("*.test.mjs")), ids=lambda p: p.name)
def test_in_node(path):
    done = subprocess.run(
        [node(), "--test", path], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    wanted = len(re.findall(r"^test\(", path.read_text("utf-8"), re.MULTILINE))
    assert done.returncode == 0 and f"pass {wanted}" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(p.stem for p in HERE.glob("*.mjs") if p.with_suffix(".py").exists()))
def test_every_module_is_whole_once_its_imports_are_written_out(name, tmp_path):
    """In Jupyter a widget is one module: no name in it may stand in the shared modules too."""
    path = tmp_path / f"{name}.mjs"
    path.write_text(module_source(name), encoding="utf-8")
    done = subprocess.run([node(), "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
