"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.letter_belief import LetterBelief
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.question import Question
from rnnlib.widgets.sentence_stepper import SentenceStepper

__all__ = ["BPTTStepper", "LetterBelief", "Predict", "Question", "SentenceStepper", "half", "pack"]
