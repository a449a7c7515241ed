"""Code exercises of the chapters; ``check.NAME(your_function)`` says what is wrong, and where."""

from rnnlib.exercises._check import Check
from rnnlib.exercises.chapter_02 import EXERCISES as chapter_02

check = Check({2: chapter_02})

__all__ = ["check"]
