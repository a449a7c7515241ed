"""Widgets of the book: each works with a kernel and, in a built page, without one."""

from rnnlib.widgets._weights import half, pack
from rnnlib.widgets.attention_heads import AttentionHeads
from rnnlib.widgets.bptt_stepper import BPTTStepper
from rnnlib.widgets.date_reader import DateReader
from rnnlib.widgets.draw_digit import DrawDigit
from rnnlib.widgets.gate_stepper import GateStepper
from rnnlib.widgets.lag_gradients import LagGradients
from rnnlib.widgets.layer_grid import LayerGrid
from rnnlib.widgets.letter_belief import LetterBelief
from rnnlib.widgets.mask_editor import MaskEditor
from rnnlib.widgets.memory_game import MemoryGame
from rnnlib.widgets.name_writer import NameWriter
from rnnlib.widgets.one_unit import OneUnit
from rnnlib.widgets.predict import Predict
from rnnlib.widgets.query_keys import QueryKeys
from rnnlib.widgets.question import Question
from rnnlib.widgets.receptive_field import ReceptiveField
from rnnlib.widgets.sentence_stepper import SentenceStepper
from rnnlib.widgets.state_explorer import StateExplorer
from rnnlib.widgets.train_in_page import TrainInPage
from rnnlib.widgets.window_task import WindowTask
from rnnlib.widgets.word_order import WordOrder

__all__ = [
    "AttentionHeads",
    "BPTTStepper",
    "DateReader",
    "DrawDigit",
    "GateStepper",
    "LagGradients",
    "LayerGrid",
    "LetterBelief",
    "MaskEditor",
    "MemoryGame",
    "NameWriter",
    "OneUnit",
    "Predict",
    "QueryKeys",
    "Question",
    "ReceptiveField",
    "SentenceStepper",
    "StateExplorer",
    "TrainInPage",
    "WindowTask",
    "WordOrder",
    "half",
    "pack",
]
