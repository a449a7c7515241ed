"""The files of the data: read them, and be sure that they are what they were."""

import hashlib
import io
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "files"

# sha256 of every file, as rebuild/rebuild.py prints it
CHECKSUMS = {
    "digits.npz": "f27d8e71abf553f6492e50a8b026dffcabd7355a659023b06624bb7c88eab1ee",
    "el_nino.txt": "7ec3380eb9ebc4747f9e0b4ceeb9133b288937e13d7f0c8ec811cde8c33ef5e7",
    "names.txt": "2d2a68ae9c9d634ae5bc92392bbd18fea73d99efa16b2d6ad531aa7cfb4241a9",
    "speech_en.npz": "1faf0b8130aa288979d8c9236388f0e45823d9dcd22519854e40e6f869d865e2",
    "speech_es.npz": "2d288682eabd937087e7fdcc4b274f947a106b4da04b586a9d5c69491672a3b7",
    "speech_fr.npz": "f8b109740af86cc10346ebed273c34666ef9b4f039f447bb170ce290df55e32c",
    "speech_it.npz": "d6e43bac1b43ae4419b01cd4364b3470618429d8bc038f7d4f317d858680a795",
    "sunspots.txt": "46464f2603dcb126bb7ccaa8702245b48a709064a51079e91a9fbe1566732d82",
    "vowels_test.npz": "8b5adf03c51cbc5234e22f2c917a39417bfbde445569f70161cb6372c098a5f5",
    "vowels_train.npz": "4e0d05b537b24f6042b65df0251235e0ce29c51d6d83d6f9c872b09d51f6928c",
    "words.txt": "018478fa3487e8be2413816096836e934da411c4dd0088c350b2ac5f80efffb1",
}


def read_bytes(name):
    """Read a data file whole, and refuse it if it is missing or if a single bit of it has changed."""
    path = FOLDER / name
    advice = "install rnnlib again, or make the file again with rnnlib/data/rebuild/rebuild.py"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileNotFoundError(f"the data file {path} is missing or cannot be read: {advice}") from error
    if (got := hashlib.sha256(content).hexdigest()) != CHECKSUMS[name]:
        raise ValueError(
            f"the data file {path} is damaged: its sha256 must be {CHECKSUMS[name]}, got {got}; {advice}"
        )
    return content


def read_arrays(name):
    """Read a .npz file as a dict of arrays."""
    with np.load(io.BytesIO(read_bytes(name)), allow_pickle=False) as arrays:
        return dict(arrays)


def read_lines(name):
    """Read a text file as a list of lines."""
    return read_bytes(name).decode("utf-8").splitlines()
