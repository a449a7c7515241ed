"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.layer_grid import LayerGrid
from rnnlib.widgets.name_writer import NameWriter
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.sentence_stepper import SentenceStepper

__all__ = ["BPTTStepper", "LayerGrid", "NameWriter", "Predict", "SentenceStepper", "half", "pack"]
