"""The reference page names everything public, and everything public shows by an example how it is used."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "book" / "reference.md").read_text("utf-8")
MODULES = dict(re.findall(r"automodule:: (rnnlib\.[\w.]+)\n   :members: (.*)", PAGE))
INNER = {
    "Network",
    "TransformerEncoder",
    "named",
    "check_format",
    "fill",
    "make_recurrent",
}  # what networks share


def public(module):
    """What a module defines for others."""
    return [
        name
        for name, thing in vars(importlib.import_module(module)).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == module
        and name not in INNER
    ]


def test_the_page_has_the_modules():
    files = {f"rnnlib.{p.stem}" for p in (ROOT / "rnnlib").glob("*.py")}
    files |= {f"rnnlib.data.{p.stem}" for p in (ROOT / "rnnlib" / "data").glob("*.py")}
    inner = {"__init__", "checks", "plots", "data.__init__", "data._files"}
    assert set(MODULES) == files - {f"rnnlib.{name}" for name in inner}


@pytest.mark.parametrize("module", MODULES)
def test_the_page_names_everything_public(module):
    assert set(MODULES[module].split(", ")) == set(public(module))


@pytest.mark.parametrize(("module", "name"), [(m, n) for m in MODULES for n in public(m)])
def test_everything_public_has_an_example(module, name):
    thing = getattr(importlib.import_module(module), name)
    assert ">>> " in inspect.getdoc(thing)
