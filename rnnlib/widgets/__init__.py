"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.gate_stepper import GateStepper
from rnnlib.widgets.lag_gradients import LagGradients
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.sentence_stepper import SentenceStepper
from rnnlib.widgets.train_in_page import TrainInPage

__all__ = [
    "BPTTStepper",
    "GateStepper",
    "LagGradients",
    "Predict",
    "SentenceStepper",
    "TrainInPage",
    "half",
    "pack",
]
