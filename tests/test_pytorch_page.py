"""The page on PyTorch: its scripts print what the page shows, and two processes train what one trains."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "book" / "pytorch"


def test_every_script_on_the_page_is_a_file_and_every_file_is_shown():
    page = (FOLDER.parent / "from_rnnlib_to_pytorch.md").read_text("utf-8")
    for path in FOLDER.iterdir():
        if path.suffix in (".py", ".txt"):
            assert f"pytorch/{path.name}" in page, path.name


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def run(*command):
    done = subprocess.run(
        [sys.executable, *command], cwd=FOLDER, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def train(n_processes, epochs, path):
    """Train on so many processes; return what was printed, and the weights."""
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={n_processes}"]
    printed = run(*launcher, "train_parallel.py", str(epochs), str(path))
    with np.load(path) as stored:
        return printed, dict(stored)


def test_both_sides_compute_the_same_numbers(torch):
    assert run("same_numbers.py") == (FOLDER / "same_numbers.txt").read_text("utf-8")


def test_two_processes_train_what_one_trains(torch, tmp_path):
    _, one = train(1, 1, tmp_path / "one.npz")
    _, two = train(2, 1, tmp_path / "two.npz")
    assert set(one) == set(two)
    assert max(np.abs(one[name] - two[name]).max() for name in one) < 1e-12


def test_two_processes_reach_what_the_page_shows(torch, tmp_path):
    printed, _ = train(2, 25, tmp_path / "two.npz")
    shown = (FOLDER / "train_parallel.txt").read_text("utf-8")
    assert [line.split(":")[0] for line in printed.splitlines()] == [
        line.split(":")[0] for line in shown.splitlines()
    ]
    # losses to the second digit: rounding grows in training, and processors round differently
    for ours, theirs in zip(printed.splitlines(), shown.splitlines(), strict=True):
        assert float(ours.split()[-1]) == pytest.approx(float(theirs.split()[-1]), abs=0.02)
