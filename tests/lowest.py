"""The lowest versions that requirements.txt allows, for pip:  python tests/lowest.py > lowest.txt."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def written(text):
    """Return the requirements of a file of requirements, one a line, without comments."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def lowest(text):
    """Return the same requirements, each with the lowest version of its range."""
    return [re.sub(r">=([\w.]+).*", r"==\1", line) for line in written(text)]


if __name__ == "__main__":
    print("\n".join(lowest((ROOT / "requirements.txt").read_text("utf-8"))))
