"""The lock holds what requirements.txt asks for, and the library asks for the same ranges."""

import re
import tomllib
from pathlib import Path

import pytest
from lowest import lowest, written
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
REQUIREMENTS = (ROOT / "requirements.txt").read_text("utf-8")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PYTHONS = ["3.11.0", "3.11.14", "3.12.0", "3.13.0"]
SYSTEMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}


def asked(text):
    """Name -> requirement of a file of requirements; rnnlib itself, from this folder, left out."""
    found = [Requirement(line) for line in written(text) if line != "-e ."]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def locked(text, python, system="linux"):
    """Name -> version that a lock holds for one Python on one system."""
    name, platform = SYSTEMS[system]
    place = {
        "python_version": ".".join(python.split(".")[:2]), "python_full_version": python, "os_name": name,
        "sys_platform": system, "platform_system": platform, "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }  # fmt: skip
    versions = {}
    for line in text.splitlines():
        if line.startswith(("#", " ")):
            continue
        entry = Requirement(line.rstrip("\\ "))
        if entry.marker is None or entry.marker.evaluate(place):
            (pin,) = entry.specifier
            assert pin.operator == "==" and canonicalize_name(entry.name) not in versions, line
            versions[canonicalize_name(entry.name)] = pin.version
    return versions


def missing(requirements, lock, python, system="linux"):
    """Say which requirements a lock does not hold in a version of their range."""
    versions = locked(lock, python, system)
    return [
        str(requirement)
        for name, requirement in asked(requirements).items()
        if not requirement.specifier.contains(versions.get(name, "0"))
    ]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_holds_every_requirement_in_its_range(python, system):
    assert missing(REQUIREMENTS, LOCK, python, system) == []


def test_a_requirement_that_the_lock_lacks_is_found():
    assert missing("numpy>=99  # too new\n", LOCK, "3.11.0") == ["numpy>=99"]
    assert missing("absent>=1\n", LOCK, "3.13.0") == ["absent>=1"]


def test_every_entry_of_the_lock_has_its_hashes_and_no_address():
    entries = re.split(r"\n(?=\w)", LOCK[LOCK.index("\n", LOCK.index("make lock")) + 1 :].strip())
    assert len(entries) > 100
    for entry in entries:
        first, *hashes = [line.rstrip("\\ ").strip() for line in entry.splitlines()]
        assert "==" in first and hashes, first
        assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", line) for line in hashes), first
    assert not re.search(r"://|file:|^-|@ ", re.sub(r"(?m)^ +--hash\S+", "", LOCK), re.MULTILINE)


def test_the_stored_outputs_were_made_with_the_lock():
    for line in (ROOT / "book" / "executed.txt").read_text("utf-8").splitlines():
        python = re.search(r"Python ([\d.]+)", line)[1]
        made_with = dict(re.findall(r"(numpy|matplotlib|ipykernel) ([\w.]+)", line))
        versions = locked(LOCK, python)
        assert made_with == {name: versions[name] for name in ("numpy", "matplotlib", "ipykernel")}, line


def test_the_library_asks_for_the_same_ranges_as_the_book():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    ranges = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in project["project"]["optional-dependencies"].values():
        ranges += group
    book = asked(REQUIREMENTS)
    assert len(ranges) >= 6
    for requirement in map(Requirement, ranges):
        assert requirement.specifier == book[canonicalize_name(requirement.name)].specifier, str(requirement)


def test_every_requirement_has_a_lowest_version():
    lows = lowest(REQUIREMENTS)
    assert lows.pop(lows.index("-e .")) and len(lows) == len(asked(REQUIREMENTS))
    for low in lows:
        assert re.fullmatch(r"[\w-]+(\[\w+\])?==[\w.]+", low), low
    assert lowest("a[x]>=1.0,<2  # why\n# no line\nb==3\n") == ["a[x]==1.0", "b==3"]
