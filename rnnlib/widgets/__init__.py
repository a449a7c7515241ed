"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.draw_digit import DrawDigit
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.receptive_field import ReceptiveField
from rnnlib.widgets.sentence_stepper import SentenceStepper

__all__ = ["BPTTStepper", "DrawDigit", "Predict", "ReceptiveField", "SentenceStepper", "half", "pack"]
