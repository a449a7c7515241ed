"""The commands that the README and the guide name are there, and plain Python where they have to be."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"(?m)^([a-z][\w-]*):", MAKEFILE))
PLAIN = r"(python3|py -3\.\d+|\.venv[/\\](bin|Scripts)[/\\](python|jupyter-book))( -m)? [\w .=/\\-]+"


def without_make():
    """Return the commands for Linux and macOS, and those for Windows."""
    part = README[README.index("### Without make") :]
    blocks = re.findall(r"```shell\n(.*?)```", part, re.DOTALL)
    return [[line.partition("#")[0].strip() for line in block.splitlines()] for block in blocks]


def test_the_commands_without_make_are_plain_python():
    for command in sum(without_make(), []):
        assert re.fullmatch(PLAIN, command), command


@pytest.mark.parametrize(
    "command", ["source .venv/bin/activate", "python3 -m venv .venv && ls", "A=1 python3 x"]
)
def test_a_command_that_needs_a_shell_is_found(command):
    assert not re.fullmatch(PLAIN, command)


def test_windows_has_the_same_commands():
    posix, windows = without_make()
    spelled = [re.sub(r"^py -3\.\d+", "python3", line).replace("\\Scripts\\", "/bin/") for line in windows]
    assert spelled == posix


def test_every_command_of_make_that_a_text_names_is_there():
    texts = [README, (ROOT / "CONTRIBUTING.md").read_text("utf-8")]
    named = {name for text in texts for name in re.findall(r"(?m)(?:`|^)make ([a-z][\w-]+)", text)}
    gates = set(re.search(r"for gate in (.*);", (ROOT / ".ci" / "run").read_text("utf-8"))[1].split())
    assert len(named) > 10 and len(gates) > 3
    assert (named | gates) <= TARGETS


def test_every_gate_stands_in_the_guide():
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert {name for name in TARGETS if name.startswith("check-")} <= set(
        re.findall(r"`make ([\w-]+)`", guide)
    )
