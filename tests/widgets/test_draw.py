"""The pure parts of the widgets' drawing, tested by Node.js itself."""

import subprocess
from pathlib import Path

from browser import node


def test_draw_in_node():
    tests = Path(__file__).with_name("draw.test.mjs")
    done = subprocess.run(
        [node(), "--test", tests], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0 and "pass 5" in done.stdout, done.stdout + done.stderr
