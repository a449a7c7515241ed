import io
import wave

import numpy as np
import pytest

from rnnlib.data.speech import load_speech


@pytest.fixture(scope="module")
def speech():
    return load_speech()


def test_every_speaker_says_every_word_once(speech):
    pairs = set(zip(speech.y.tolist(), speech.speaker.tolist(), strict=True))
    assert len(pairs) == len(speech) == len(speech.words) * len(speech.speakers) == 432
    assert len(set(speech.words)) == 108


def test_features(speech):
    for x in speech.x:
        assert x.dtype == np.float32 and x.shape[1:] == (16,)
        assert 8 <= len(x) <= 120 and x.min() >= 0 and x.max() <= 1 and x.std() > 0.05


def test_a_word_is_in_one_part_only_in_both_languages(speech):
    word_of = {x.tobytes(): speech.y[i] for i, x in enumerate(speech.x)}
    assert len(word_of) == 432
    seen = []
    for part, n in zip(speech.parts, (68, 20, 20), strict=True):
        words = [word_of[x.tobytes()] for x in part.x]
        assert words[:n] == words[n:] and len(set(words)) == n
        assert part.y.tolist() == [0] * n + [1] * n
        seen += words[:n]
    assert sorted(seen) == list(range(108))


def test_clips_are_sounds_that_a_browser_plays(speech):
    assert speech.clips == "zero one two three four five six seven eight nine".split()
    for speaker in speech.speakers:
        for word in speech.clips:
            with wave.open(io.BytesIO(speech.clip(word, speaker))) as sound:
                assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 8000)
                samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 2**15
            assert 0.15 < len(samples) / 8000 < 1.3
            assert np.sqrt((samples**2).mean()) == pytest.approx(0.1, abs=0.005)  # equally loud


def test_the_clip_and_the_features_are_of_one_recording(speech):
    for speaker, name in enumerate(speech.speakers):
        for word in speech.clips:
            (i,) = np.flatnonzero((speech.y == speech.words.index(word)) & (speech.speaker == speaker))
            n_samples = (len(speech.clip(word, name)) - 44) // 2
            assert len(speech.x[i]) == n_samples // 160 + 1


def test_what_is_not_there_is_refused(speech):
    with pytest.raises(ValueError, match="word must be one of .*, got 'ten'"):
        speech.clip("ten", "June, French")
    with pytest.raises(ValueError, match="speaker must be one of .*, got 'June'"):
        speech.clip("one", "June")


def test_the_average_over_all_steps_tells_most_languages_apart(speech):
    """As the docstring warns: the nearest average of a language, without any order in time."""
    means = [np.array([x.mean(axis=0) for x in part.x]) for part in (speech.parts.train, speech.parts.test)]
    centres = np.array([means[0][speech.parts.train.y == language].mean(axis=0) for language in (0, 1)])
    nearest = ((means[1][:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == speech.parts.test.y).mean() > 0.7
