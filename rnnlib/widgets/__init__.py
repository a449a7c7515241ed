"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.date_reader import DateReader
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.query_keys import QueryKeys
from rnnlib.widgets.sentence_stepper import SentenceStepper

__all__ = ["BPTTStepper", "DateReader", "Predict", "QueryKeys", "SentenceStepper", "half", "pack"]
