"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.attention_heads import AttentionHeads
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.mask_editor import MaskEditor
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.sentence_stepper import SentenceStepper

__all__ = ["AttentionHeads", "BPTTStepper", "MaskEditor", "Predict", "SentenceStepper", "half", "pack"]
