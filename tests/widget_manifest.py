"""What each widget of the book offers: its controls, where its keys go, and which test holds its numbers.

``tests/book/test_controls.py`` compares this with the built book and drives every control;
``benchmarks/widgets.py`` takes from here what it presses and types.
"""

from dataclasses import dataclass, field

SENTENCE = " ".join(("I do not love the film but it was good although " * 20).split()[:200])
ARROWS = ("ArrowRight", "ArrowLeft")
BACK = ("ArrowLeft", "ArrowRight")
UPDATES = ("button:text-is('One update')", tuple(("Enter", f"Update {t}:") for t in (1, 2, 3)))
CROSS = ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")


@dataclass(frozen=True, kw_only=True)
class Widget:
    """One widget.

    Attributes
    ----------
    controls : dict
        Kind and name of a control -> how many of them there are, and the traits that they set. Controls
        of a group go by the group's name. Every part that opens is open.
    place : str
        What has the focus while ``keys`` are pressed, in the benchmark too.
    keys : tuple of str
    numbers : tuple of str
        File and name of the test that compares what it computes with Python, to 1e-6.
    whole : bool
        What it shows are whole numbers or words: that test compares them as they are.
    longest : str
        200 words, or as much as its field reads.
    reveal : dict
        Controls that are used first, and the keys: some appear, or have something to do, only then.
    felt_by : dict
        Controls that are felt later: where keys are pressed then, and which, each with the text that
        follows it.
    says : tuple of str
        Words that stand for something broken in other widgets, and not in this one.
    """

    controls: dict
    place: str
    keys: tuple
    numbers: tuple
    whole: bool = False
    longest: str = ""
    reveal: dict = field(default_factory=dict)
    felt_by: dict = field(default_factory=dict)
    says: tuple = ()


def step_bar(arrow="▶", play=""):
    """Controls of the bar that walks through the steps, and the trait that playing sets at once."""
    return {
        "button: First step": (1, "step"),
        "button: One step earlier": (1, "step"),
        f"button: {arrow}\ufe0ePlay": (1, play),
        "button: One step later": (1, "step"),
        "button: Last step": (1, "step"),
        "slider: Step": (1, "step"),
    }


WIDGETS = {
    "attention_heads": Widget(
        controls={
            "text: Sentence": (1, "sentence word"),
            "select: or example": (1, "sentence word"),
            "select: Layer": (1, "layer"),
            "select: Head": (1, "head"),
            "button: Word before": (1, "word"),
            "button: Next word": (1, "word"),
            "keys: Weights from the chosen word, a row for each head": (1, "head layer word"),
            "part: The whole matrix of this head: rows look, columns are looked at": (1, ""),
            "keys: Weights of the chosen head: a row for each word that looks, ": (1, ""),
            "part: Weights of this head as a table": (1, ""),
            "part: The … words it knows": (1, ""),
        },
        place=".rnn-time",
        keys=CROSS,
        numbers=("test_08_transformer.py", "test_every_head_shows_rnnlib_s_weights"),
        longest=SENTENCE,
    ),
    "bptt_stepper": Widget(
        controls={
            "text: Sentence": (1, "sentence step"),
            "select: or example": (1, "sentence step"),
            "select: right answer": (1, "step target"),
            **step_bar("◀"),
            "keys: Gradient at each state over time": (1, "step"),
            "keys: The vectors of this step": (1, ""),
            "keys: This step’s share of dW_hh": (1, ""),
            "keys: Running sum": (1, ""),
            "keys: Numerical gradient": (1, ""),
            "part: All steps as a table": (1, ""),
        },
        place=".rnn-time",
        keys=BACK,
        numbers=("test_widgets.py", "test_the_backward_walk_ends_at_the_numerical_gradient"),
        longest=SENTENCE,
    ),
    "date_reader": Widget(
        controls={
            "text: A date": (1, "step text"),
            "select: or example": (1, "step text"),
            **step_bar(),
            "keys: What was read for each written letter: up and down keys go t": (1, "step"),
            "part: All weights as a table": (1, ""),
        },
        place=".rnn-alignment",
        keys=CROSS,
        numbers=("test_07_attention.py", "test_a_typed_date_gives_rnnlib_s_letters_and_weights"),
        longest="thursday, the twenty-fourth of december, nineteen ninety-nin",
    ),
    "draw_digit": Widget(
        controls={
            "button: Clear": (1, "fit ink"),
            "select: Example": (1, "fit ink"),
            "tick: take ink away": (1, "fit ink"),
            "tick: fit to the frame": (1, "fit ink"),
            "keys: Sheet to draw a digit on": (1, "ink"),
            "keys: Opinion after each row": (1, "row"),
            "button: Kernel 1": (1, "kernel"),
            "button: Kernel 2": (1, "kernel"),
            "button: Kernel 3": (1, "kernel"),
            "button: Kernel 4": (1, "kernel"),
            "button: Kernel 5": (1, "kernel"),
            "button: Kernel 6": (1, "kernel"),
            "button: Kernel 7": (1, "kernel"),
            "button: Kernel 8": (1, "kernel"),
            "part: The arithmetic of one kernel": (1, ""),
            "keys: Map of the chosen kernel": (1, ""),
            "part: Input and beliefs as a table": (1, ""),
        },
        place=".rnn-dd-sheet",
        keys=tuple(f"Shift+{key}" for key in CROSS),
        numbers=("test_05_cnn_and_rnn.py", "test_a_digit_drawn_by_keys_gives_rnnlib_s_beliefs"),
        reveal={"button: Clear": ("Enter",), "keys: Sheet to draw a digit on": ("Space",)},
        felt_by={
            "tick: take ink away": (".rnn-dd-sheet", (("Shift+ArrowRight", "ink"),)),
            "tick: fit to the frame": (".rnn-dd-sheet", (("Shift+ArrowRight", "ink"),)),
        },
    ),
    "gate_stepper": Widget(
        controls={
            "text: Sentence": (1, "sentence step"),
            "select: or example": (1, "sentence step"),
            "select: network": (1, "cell"),
            "select: show over time": (1, "shown"),
            **step_bar(play="step"),
            "keys: The chosen numbers over time": (1, "step"),
            "part: The arithmetic of step …, …": (1, ""),
            "keys: The numbers of this step": (1, ""),
            "part: All gates and states as a table": (1, ""),
        },
        place=".rnn-time",
        keys=BACK,
        numbers=("test_06_practical_limits.py", "test_a_typed_sentence_gives_rnnlib_s_gates"),
        longest=SENTENCE,
    ),
    "lag_gradients": Widget(
        controls={
            "slider: gain of W_hh": (1, "gain"),
            "slider: input scale": (1, "scale"),
            "slider: steps T": (1, "steps"),
            "slider: LSTM forget bias": (1, "forget_bias"),
            "slider: read off at lag": (1, "lag"),
            "select: seed": (1, "seed"),
            "part: All lags as a table": (1, ""),
        },
        place="input[id$=gain]",
        keys=ARROWS,
        numbers=("test_06_practical_limits.py", "test_sliders_give_rnnlib_s_gradients"),
    ),
    "layer_grid": Widget(
        controls={
            "text: Sentence": (1, "sentence step"),
            "select: or example": (1, "sentence step"),
            "keys: Time by layer": (1, "level step"),
            "keys: The numbers of this cell": (1, ""),
            "part: All states as a table": (1, ""),
            "part: The … words it knows": (1, ""),
        },
        place=".rnn-lattice [tabindex='0']",
        keys=("ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"),
        numbers=("test_04_deep_rnn.py", "test_a_typed_sentence_gives_rnnlib_s_states_in_every_layer"),
        longest=SENTENCE,
    ),
    "letter_belief": Widget(
        controls={
            "text: Word": (1, "step word"),
            "select: or example": (1, "step word"),
            **step_bar(play="step"),
            "keys: Probability of each language over the letters": (1, "step"),
            "part: All probabilities as a table": (1, ""),
        },
        place=".rnn-time",
        keys=BACK,
        numbers=("test_widgets.py", "test_a_typed_word_gives_rnnlib_s_beliefs"),
        longest="lang" * 50,
    ),
    "mask_editor": Widget(
        controls={
            "select: Mask": (1, "allowed"),
            "keys: Mask: who may look at whom": (1, "allowed"),
            "keys: How far each output moves when a token is changed: a row for": (1, ""),
            "part: The moves as a table": (1, ""),
        },
        place=".rnn-mask [tabindex='0']",
        keys=("Space", "ArrowRight", "Space", "ArrowDown", "Space", "ArrowLeft"),
        numbers=("test_08_transformer.py", "test_the_leak_detector_agrees_with_rnnlib"),
        says=("NaN",),
    ),
    "memory_game": Widget(
        controls={
            "select: Task": (1, "answer cells kept round step task"),
            "button: Your three cells": (3, "cells"),
            "button: Next symbol": (1, "kept step"),
        },
        place=".rnn-next",
        keys=("1", "2", "3"),
        numbers=("test_03_hidden_state.py", "test_a_game_is_played_by_key_and_ends_with_rnnlib_s_numbers"),
        reveal={"button: First symbol": ("Space",)},
    ),
    "name_writer": Widget(
        controls={
            "text: Begin with": (1, "chosen position prefix"),
            "slider: Temperature": (1, "chosen position temperature"),
            "number: Seed": (1, "chosen position seed"),
            "button: Ten more": (1, "chosen position seed"),
            "button: Ten names; choose one to see how it was written": (10, "chosen position"),
            "keys: The name, letter by letter": (1, "position"),
            "part: All probabilities of this name as a table": (1, ""),
        },
        place="input[type=range]",
        keys=ARROWS,
        numbers=("test_04_deep_rnn.py", "test_names_are_drawn_from_rnnlib_s_probabilities"),
        longest="abcdefghijkl",
    ),
    "one_unit": Widget(
        controls={
            "select: Show": (1, "b w_h w_x x"),
            "slider: wx weight of the input": (1, "w_x"),
            "slider: wh weight of the state before": (1, "w_h"),
            "slider: b bias": (1, "b"),
            "keys: input x 1": (1, "x"),
            "part: All steps as a table": (1, ""),
        },
        place=".rnn-input[tabindex='0']",
        keys=CROSS,
        numbers=("test_03_hidden_state.py", "test_every_preset_of_one_unit_equals_rnnlib"),
    ),
    "predict": Widget(
        controls={
            "choice": (3, "guess"),
        },
        place="input[type=radio]",
        keys=("ArrowDown", "ArrowUp"),
        numbers=("test_questions.py", "test_every_choice_is_answered_and_one_of_them_is_right"),
        whole=True,
    ),
    "query_keys": Widget(
        controls={
            "slider: temperature": (1, "temperature"),
            "select: features d": (1, "d"),
            "tick: divide scores by √d": (1, "scaled"),
            "keys: Plane of the keys: drag, or use the arrow keys, to move the ": (1, "query"),
            "slider: Query, small to large": (1, "query"),
            "slider: Query, wild to tame": (1, "query"),
            "part: The lookup as a table": (1, ""),
        },
        place=".rnn-plane",
        keys=CROSS,
        numbers=("test_07_attention.py", "test_the_lookup_is_rnnlib_s"),
    ),
    "question": Widget(
        controls={
            "text: Your answer": (1, ""),
            "button: Check": (1, ""),
        },
        place="button",
        keys=("Enter",),
        numbers=(
            "test_questions.py",
            "test_every_written_question_answers_its_likely_mistakes_and_explains_at_last",
        ),
        whole=True,
        longest="1" * 200,
    ),
    "receptive_field": Widget(
        controls={
            "slider: layers": (1, "layers"),
            "slider: width": (1, "width"),
            "tick: dilation 1, 2, 4, …": (1, "dilated"),
            "slider: gap between the marks": (1, "gap"),
            "part: Fields and accuracies as a table": (1, ""),
        },
        place="input[id$=gap]",
        keys=ARROWS,
        numbers=("test_05_cnn_and_rnn.py", "test_the_field_is_the_network_s_and_the_gap_decides"),
        whole=True,
    ),
    "sentence_stepper": Widget(
        controls={
            "text: Sentence": (1, "sentence step"),
            "select: or example": (1, "sentence step"),
            **step_bar(play="step"),
            "keys: Hidden state over time": (1, "step"),
            "tick: compare with a second sentence": (1, "compare comparing step"),
            "text: Second sentence": (1, "compare comparing step"),
            "keys: Hidden state over time, second sentence": (1, "step"),
            "part: The arithmetic of step …, …": (1, "arithmetic"),
            "keys: The numbers of this step": (1, ""),
            "part: All states as a table": (1, ""),
            "part: The … words it knows": (1, ""),
        },
        place=".rnn-time",
        keys=BACK,
        numbers=("test_widgets.py", "test_a_typed_sentence_gives_rnnlib_s_states"),
        longest=SENTENCE,
        reveal={"tick: compare with a second sentence": ("Space",)},
    ),
    "state_explorer": Widget(
        controls={
            "text: First sentence": (1, "sentence step"),
            "text: Second sentence": (1, "second step"),
            "select: or a pair": (1, "second sentence step"),
            "select: compare from the": (1, "from_end step"),
            **step_bar(play="step"),
            "keys: Hidden states of the first sentence": (1, "step"),
            "keys: Hidden states of the second sentence": (1, "step"),
            "part: Both runs as a table": (1, ""),
        },
        place=".rnn-time",
        keys=BACK,
        numbers=("test_03_hidden_state.py", "test_the_explorer_shows_rnnlib_s_states_places_and_distances"),
        longest=SENTENCE,
        reveal={"text: Second sentence": ("End", " ", "n", "o", "w")},
    ),
    "train_in_page": Widget(
        controls={
            "select: length T (steps)": (1, "settings"),
            "select: hidden units H": (1, "settings"),
            "select: gain of W_hh": (1, "settings"),
            "select: learning rate": (1, "settings"),
            "select: clip the norm at": (1, "settings"),
            "select: seed": (1, "settings"),
            "button: ▶\ufe0e Start": (1, ""),
            "button: One update": (1, ""),
            "button: Reset": (1, ""),
            "part: The updates as a table": (1, ""),
        },
        place="select[id$=-T]",
        keys=("ArrowDown", "ArrowUp"),
        numbers=("test_06_practical_limits.py", "test_the_first_updates_in_the_page_are_rnnlib_s"),
        felt_by={
            "select: hidden units H": UPDATES,
            "select: gain of W_hh": UPDATES,
            "select: learning rate": UPDATES,
            "select: clip the norm at": UPDATES,
            "select: seed": UPDATES,
        },
    ),
    "window_task": Widget(
        controls={
            "text: Sequence": (1, "sequence"),
            "button: New random sequence": (1, "sequence"),
            "slider: Width of the window": (1, "choice start"),
            "keys: Place of the window": (1, "choice start"),
            "part: Every place of the window as a table": (1, ""),
        },
        place=".rnn-window-strip",
        keys=("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"),
        numbers=(
            "test_01_neural_network.py",
            "test_every_window_over_a_typed_sequence_gives_rnnlib_s_answer",
        ),
        longest="aXbcYabc" * 5,
    ),
    "word_order": Widget(
        controls={
            "text: Sentence": (1, "order sentence tried"),
            "select: or example": (1, "order sentence tried"),
            "keys: The words in their order": (1, "order tried"),
            "button: Shuffle": (1, "order tried"),
            "button: Reverse": (1, "order tried"),
            "button: As typed": (1, "order tried"),
            "part: All numbers as a table": (1, ""),
            "part: The … words it knows": (1, ""),
        },
        place=".rnn-chip[tabindex='0']",
        keys=ARROWS,
        numbers=("test_01_neural_network.py", "test_a_typed_sentence_gives_rnnlib_s_counts_and_answer"),
        longest=SENTENCE,
    ),
}
