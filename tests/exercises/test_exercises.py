"""Every exercise: its solution is right, its stub untouched, and typical mistakes get their own answer."""

import importlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from pages import ROOT

from rnnlib.exercises import check
from rnnlib.exercises._exercise import Exercise, blank_texts

CHAPTERS = sorted(p.stem[-2:] for p in (ROOT / "rnnlib" / "exercises").glob("chapter_*.py"))
MODULES = {n: importlib.import_module(f"rnnlib.exercises.chapter_{n}") for n in CHAPTERS}
WRONG = {n: importlib.import_module(f"exercises.wrong_{n}").WRONG for n in CHAPTERS}
ALL = [(n, exercise) for n in CHAPTERS for exercise in MODULES[n].EXERCISES]
each = pytest.mark.parametrize(("chapter", "exercise"), ALL, ids=[f"{n}-{e.name}" for n, e in ALL])


def messages(chapter, exercise):
    return [exercise(candidate).message for candidate, _ in WRONG[chapter][exercise.name]] + exercise._hints


@each
def test_the_solution_is_right(chapter, exercise, capsys):
    assert exercise(exercise._compile(exercise._source)).state == "right"
    exercise.solution()
    printed = capsys.readouterr().out
    assert printed.strip() == exercise._source.strip() and "blank" not in printed


@each
def test_the_stub_is_not_attempted(chapter, exercise):
    outcome = exercise(exercise._compile(exercise.stub))
    assert outcome.state == "not attempted" and "right" not in outcome.message


@each
def test_typical_mistakes_are_named(chapter, exercise):
    mistakes = WRONG[chapter][exercise.name]
    assert len(mistakes) >= 3
    for candidate, words in mistakes:
        outcome = exercise(candidate)
        assert outcome.state == "not yet right" and words in outcome.message, outcome


@each
def test_no_message_tells_the_answer(chapter, exercise):
    told = " ".join(messages(chapter, exercise)).replace(" ", "")
    for text in blank_texts(exercise):
        assert text.isidentifier() or text.replace(" ", "") not in told, text


@each
def test_the_stub_is_the_solution_minus_its_blanks(chapter, exercise):
    stub, solution = exercise.stub.splitlines(), exercise._source.splitlines()
    assert len(stub) == len(solution)
    changed = [(a, b) for a, b in zip(stub, solution, strict=True) if a != b]
    assert 1 <= len(changed) <= 8
    for a, b in changed:
        assert len(a) - len(a.lstrip()) == len(b) - len(b.lstrip())


@each
def test_the_notebook_has_the_stub_and_the_check(chapter, exercise):
    [path] = (ROOT / "notebooks").glob(f"{chapter}_*.ipynb")
    cells = ["".join(c["source"]) for c in json.loads(path.read_text("utf-8"))["cells"]]
    name = exercise.name
    [cell] = [c for c in cells if f"def {name}(" in c and f"check.{name}(" in c]
    written = cell.partition(f"check.{name}(")[0].strip()
    assert re.sub(r"\s+", " ", written) == re.sub(r"\s+", " ", exercise.stub.strip())


@each
def test_hints_come_in_turn(chapter, exercise, capsys):
    exercise._hints_given = 0
    for _ in range(len(exercise._hints) + 1):
        exercise.hint()
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(exercise._hints) >= 2 and lines[0] == lines[-1] != lines[1]
    exercise._hints_given = 0


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_at_least_three_code_exercises(chapter):
    assert len(MODULES[chapter].EXERCISES) >= 3
    assert set(WRONG[chapter]) == {exercise.name for exercise in MODULES[chapter].EXERCISES}


def test_what_is_no_function_is_told_so():
    exercise = check.rnn_step
    assert exercise(None).state == "not attempted"
    assert "give the function rnn_step" in exercise(3.0).message
    assert "It stops with ZeroDivisionError" in exercise(lambda *arguments: 1 / 0).message
    assert "returns nothing" in exercise(lambda *arguments: None).message

    def blank(x_t, h_before, W_xh, W_hh, b_h): ...  # fmt: skip

    assert exercise(blank).state == "not attempted"

    def half_done(x_t, h_before, W_xh, W_hh, b_h):
        z_t = x_t @ W_xh + h_before @ W_hh + b_h
        z_t[...] += 0
        return ...

    assert exercise(half_done).state == "not attempted"

    def done(x_t, h_before, W_xh, W_hh, b_h):
        z_t = x_t @ W_xh + h_before @ W_hh + b_h
        return np.tanh(z_t[..., :])

    assert exercise(done).state == "right"


def test_progress_is_kept_while_the_notebook_runs(capsys):
    check.rnn_step(lambda *arguments: 0)
    check.progress(2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(MODULES["02"].EXERCISES) and "check.rnn_step: not yet right" in lines[0]
    check.rnn_step(check.rnn_step._compile(check.rnn_step._source))
    assert check.rnn_step.state == "right" and "exercises are right" in repr(check)


def test_an_unknown_exercise_is_refused_by_name():
    with pytest.raises(AttributeError, match="there is no exercise 'rnn_stop'; there are .*rnn_step"):
        check.rnn_stop  # noqa: B018
    assert {"rnn_step", "progress"} <= set(dir(check))
    with pytest.raises(ValueError, match="chapter must be one of .*got 99"):
        check.progress(99)


def test_two_exercises_may_not_share_a_name():
    from rnnlib.exercises._check import Check

    with pytest.raises(ValueError, match="1 exercises share their name"):
        Check({2: MODULES["02"].EXERCISES, 3: MODULES["02"].EXERCISES[:1]})


def test_the_wrong_answers_are_in_a_file_for_each_chapter():
    assert sorted(p.stem[-2:] for p in Path(__file__).parent.glob("wrong_*.py")) == CHAPTERS
    assert all(isinstance(exercise, Exercise) for _, exercise in ALL)
