"""Code exercises of the chapters; ``check.NAME(your_function)`` says what is wrong, and where."""

from rnnlib.exercises._check import Check
from rnnlib.exercises.chapter_01 import EXERCISES as chapter_01
from rnnlib.exercises.chapter_02 import EXERCISES as chapter_02
from rnnlib.exercises.chapter_03 import EXERCISES as chapter_03
from rnnlib.exercises.chapter_04 import EXERCISES as chapter_04
from rnnlib.exercises.chapter_05 import EXERCISES as chapter_05
from rnnlib.exercises.chapter_06 import EXERCISES as chapter_06
from rnnlib.exercises.chapter_07 import EXERCISES as chapter_07
from rnnlib.exercises.chapter_08 import EXERCISES as chapter_08

check = Check(
    {
        1: chapter_01,
        2: chapter_02,
        3: chapter_03,
        4: chapter_04,
        5: chapter_05,
        6: chapter_06,
        7: chapter_07,
        8: chapter_08,
    }
)

__all__ = ["check"]
