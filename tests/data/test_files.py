"""What holds for all data files: size, checksum, what happens if one is missing or damaged, and shipping."""

import fnmatch
import hashlib
import tomllib
from pathlib import Path

import pytest

from rnnlib.data import _files
from rnnlib.data._files import CHECKSUMS, FOLDER, read_arrays, read_bytes, read_lines
from rnnlib.data.digits import load_digits
from rnnlib.data.names import load_names
from rnnlib.data.series import load_el_nino, load_sunspots
from rnnlib.data.speech import load_speech
from rnnlib.data.vowels import load_vowels
from rnnlib.data.words import load_words

ROOT = Path(__file__).parents[2]
README = (ROOT / "rnnlib" / "data" / "README.md").read_text("utf-8")
LOADERS = {
    load_digits: ["digits.npz"],
    load_names: ["names.txt"],
    load_sunspots: ["sunspots.txt"],
    load_el_nino: ["el_nino.txt"],
    load_speech: ["speech_en.npz", "speech_es.npz", "speech_fr.npz", "speech_it.npz"],
    load_vowels: ["vowels_train.npz", "vowels_test.npz"],
    load_words: ["words.txt"],
}
CASES = [(loader, name) for loader, names in LOADERS.items() for name in names]


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the files, to be spoiled."""
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(_files, "FOLDER", tmp_path)
    return tmp_path


def test_every_file_has_a_checksum_and_a_loader():
    there = {path.name for path in FOLDER.iterdir()}
    assert there == set(CHECKSUMS) == {name for _, name in CASES}


@pytest.mark.parametrize("name", CHECKSUMS)
def test_files_are_small_and_as_they_were(name):
    content = (FOLDER / name).read_bytes()
    assert 0 < len(content) <= 300_000
    assert hashlib.sha256(content).hexdigest() == CHECKSUMS[name]
    assert read_bytes(name) == content


@pytest.mark.parametrize("name", CHECKSUMS)
def test_the_readme_names_every_file_with_its_size(name):
    assert f"`{name}` {round((FOLDER / name).stat().st_size / 1000)}" in README


@pytest.mark.parametrize(("loader", "name"), CASES)
def test_a_missing_file_is_reported(copied, loader, name):
    (copied / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"the data file .*{name} is missing .*install rnnlib again"):
        loader()


@pytest.mark.parametrize(("loader", "name"), CASES)
@pytest.mark.parametrize("how", ["one bit", "cut", "empty", "line endings"])
def test_a_damaged_file_is_refused(copied, loader, name, how):
    content = (copied / name).read_bytes()
    middle = len(content) // 2
    spoiled = {
        "one bit": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "cut": content[:-1],
        "empty": b"",
        "line endings": content.replace(b"\n", b"\r\n"),
    }[how]
    assert spoiled != content
    (copied / name).write_bytes(spoiled)
    with pytest.raises(ValueError, match=f"the data file .*{name} is damaged: its sha256 must be .*, got .*"):
        loader()


def test_the_installed_package_has_every_file():
    with open(ROOT / "pyproject.toml", "rb") as file:
        setup = tomllib.load(file)["tool"]["setuptools"]
    assert "rnnlib.data" in setup["packages"]
    patterns = setup["package-data"]["rnnlib.data"]
    folder = ROOT / "rnnlib" / "data"
    for path in [folder / "README.md", *FOLDER.iterdir()]:
        inside = path.relative_to(folder).as_posix()
        assert any(fnmatch.fnmatch(inside, pattern) for pattern in patterns), inside


def test_git_leaves_line_endings_alone():
    assert "rnnlib/data/files/* -text" in (ROOT / ".gitattributes").read_text().splitlines()


def test_no_file_needs_pickle():
    for name in CHECKSUMS:
        if name.endswith(".npz"):
            assert all(array.dtype.kind in "iuU" for array in read_arrays(name).values())
        else:
            assert all(line == line.strip() and line for line in read_lines(name))


@pytest.mark.parametrize("loader", LOADERS)
def test_loading_again_gives_arrays_of_ones_own(loader):
    """Whoever changes what was loaded does not change it for others."""
    first, second = loader(), loader()
    if hasattr(first, "value"):
        first.value[:] = -1
        assert (second.value != -1).any()
    elif hasattr(first, "train"):
        first.train.x[0] = None if isinstance(first.train.x, list) else -1
        assert second.train.x[0] is not None
        assert isinstance(second.train.x, list) or (second.train.x[0] != -1).any()
    else:
        first.x[0][:] = -1
        assert (second.x[0] != -1).any()
