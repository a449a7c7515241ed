import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnnlib import plots


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def svg(axes):
    out = io.StringIO()
    axes.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def test_states_shows_a_row_for_each_unit():
    axes = plots.states(np.random.default_rng(0).uniform(-1, 1, (3, 5)), ["a", "b", "c"])
    assert axes.images[0].get_array().shape == (5, 3)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b", "c"]
    assert axes.get_ylabel() == "hidden unit"


def test_history_has_named_axes():
    axes = plots.history([1.0, 0.5], [0.1, 0.9])
    assert axes.get_xlabel() == "epoch" and axes.get_ylabel() == "training loss (nats)"


def test_the_ink_is_one_colour_that_the_book_can_replace():
    with plt.rc_context():
        plots.use()
        drawn = svg(plots.unrolled(["one", "two"]))
    assert plots.INK in drawn and "#000000" not in drawn


def test_a_figure_is_the_same_every_time():
    with plt.rc_context():
        plots.use()
        assert svg(plots.unrolled(["one"])) == svg(plots.unrolled(["one"]))


def test_wrong_input_is_refused():
    with pytest.raises(ValueError, match="words must have one entry for each of the 3 steps, got 2"):
        plots.states(np.zeros((3, 5)), ["a", "b"])
    with pytest.raises(ValueError, match="words must be one to six labels, got 0"):
        plots.unrolled([])
