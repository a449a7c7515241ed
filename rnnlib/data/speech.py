"""Recorded words, in four languages by three voices: to be read step by step, and to be heard."""

import io
import wave
from dataclasses import dataclass

import numpy as np

from rnnlib.data._files import read_arrays
from rnnlib.data._parts import Part, Parts

SPEAKERS = ["Allison, English", "Allison, Spanish", "June, French", "Carlo, Italian"]
_CODES = ["en", "es", "fr", "it"]
_RATE = 8000  # Hz


@dataclass(frozen=True, eq=False)
class Speech:
    """Recordings of the same words by every speaker.

    Attributes
    ----------
    x : list of float32 arrays of shape (T_b, 16)
        Log-mel features: how loud the sound is in 16 bands between 80 and 4,000 Hz, every 20 ms, on a
        logarithmic scale, 0 (silence) to 1.
    y : ndarray of int of shape (N,)
        The word's number.
    speaker : ndarray of int of shape (N,)
        The speaker's number.
    words : list of str
        What is said, in English. From the names of the files.
    speakers : list of str
        Voice and language.
    parts : Parts
        English or Spanish? The recordings of the one voice that speaks both, so that the voice does
        not tell: ``x`` as above, ``y`` is 0 for English and 1 for Spanish. A word is in one part
        only, in both languages.
    clips : list of str
        The words that can be heard.

    Examples
    --------
    >>> speech = load_speech()
    >>> speech.parts
    Parts: 136 to train, 40 to validate, 40 to test
    >>> speech.words[speech.y[0]], speech.speakers[speech.speaker[0]], speech.x[0].shape
    ('minus', 'Allison, English', (45, 16))
    >>> speech.clip("seven", "Allison, Spanish")[:4]
    b'RIFF'
    """

    x: list
    y: np.ndarray
    speaker: np.ndarray
    words: list
    speakers: list
    parts: Parts
    clips: list
    _sounds: dict

    def __len__(self):
        return len(self.x)

    def __repr__(self):
        return f"Speech: {len(self.words)} words by {len(self.speakers)} speakers"

    def clip(self, word, speaker):
        """Give the sound of a word, to be played.

        Parameters
        ----------
        word : str
            One of ``clips``: "zero" to "nine".
        speaker : str
            One of ``speakers``.

        Returns
        -------
        bytes
            A WAV file: one channel, 8,000 samples a second of 16 bits.
        """
        if speaker not in self.speakers:
            raise ValueError(f"speaker must be one of {self.speakers}, got {speaker!r}")
        if word not in self.clips:
            raise ValueError(f"word must be one of {self.clips}, got {word!r}")
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setparams((1, 2, _RATE, 0, "NONE", ""))
            sound.writeframes(self._sounds[word, speaker].astype("<i2").tobytes())
        return file.getvalue()


def load_speech():
    """Load 432 recorded words: 108 words, each in four languages.

    Numbers, days, months and letters, from the voice prompts of a telephone exchange. Silence before
    and after is cut off, and all are equally loud. There is one recording of a word by a speaker, so
    they do not suffice to learn to tell the words; they do for the languages. But the two languages of
    the one voice were recorded as two sets: the average over all steps tells most of them apart,
    and how much of that is the microphone, nobody knows.

    Returns
    -------
    Speech

    References
    ----------
    Debian packages asterisk-core-sounds-en-wav, -es-wav, -fr-wav, -it-wav, version 1.6.1-1. English and
    Spanish: Allison Smith; French: June Wallack; both CC BY-SA 3.0. Italian: Carlo Flora, CC BY 3.0.
    The files made from them here carry the same licences.

    Examples
    --------
    >>> load_speech()
    Speech: 108 words by 4 speakers
    """
    x, sounds = [], {}
    for code, speaker in zip(_CODES, SPEAKERS, strict=True):
        arrays = read_arrays(f"speech_{code}.npz")
        words, clips = arrays["words"].tolist(), arrays["clips"].tolist()
        x += _cut((arrays["features"] / 255).astype(np.float32), arrays["lengths"])
        for word, sound in zip(clips, _cut(arrays["sounds"], arrays["sound_lengths"]), strict=True):
            sounds[word, speaker] = sound
    n, n_speakers = len(words), len(SPEAKERS)
    english, spanish = x[:n], x[n : 2 * n]
    cuts = ((0, 68), (68, 88), (88, n))
    parts = Parts(
        *(
            Part(english[lo:hi] + spanish[lo:hi], np.repeat([0, 1], hi - lo).astype(np.int64))
            for lo, hi in cuts
        )
    )
    y, speaker = np.tile(np.arange(n), n_speakers), np.repeat(np.arange(n_speakers), n)
    numbers = "zero one two three four five six seven eight nine".split()
    return Speech(x, y, speaker, words, list(SPEAKERS), parts, numbers, sounds)


def _cut(steps, lengths):
    return np.split(steps, lengths.cumsum(dtype=np.int64)[:-1])
