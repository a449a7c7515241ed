"""The pure parts of the widgets' JavaScript, tested by Node.js itself."""

import re
import subprocess
from pathlib import Path

import pytest
from browser import node


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.glob("*.test.mjs")), ids=lambda p: p.name)
def test_in_node(path):
    done = subprocess.run(
        [node(), "--test", path], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    wanted = len(re.findall(r"^test\(", path.read_text("utf-8"), re.MULTILINE))
    assert done.returncode == 0 and f"pass {wanted}" in done.stdout, done.stdout + done.stderr
