import html
import json
import re

import numpy as np
import pytest

from rnnlib.models import RecurrentClassifier, SequenceClassifier
from rnnlib.recurrent import RNN
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, MemoryGame, OneUnit, Predict, SentenceStepper, StateExplorer
from rnnlib.widgets._source import HERE, classic_script, module_source

NETWORK = SequenceClassifier(
    Vocabulary(["good", "bad", "not"]), ["negative", "positive"], 2, 3, np.random.default_rng(0)
)


def trace(sentence):
    return NETWORK.trace(tokenize(sentence))


def stepper(**kwargs):
    return SentenceStepper(NETWORK.to_spec(), trace, ["not bad", "good"], **kwargs)


def bptt(**kwargs):
    return BPTTStepper(
        NETWORK.to_spec(),
        lambda s, t: NETWORK.trace_back(tokenize(s), t),
        ["not bad"],
        **{"target": 1} | kwargs,
    )


def predict():
    return Predict("Why?", [("Because", True, "Yes."), ("<b>No</b>", False, "Look again.")])


PLANE = {"mean": [0.1, 0.0, -0.1], "axes": [[1.0, 0.0, 0.0], [0.0, 0.6, 0.8]], "explained": [0.5, 0.3]}
COUNTER = RecurrentClassifier(3, 3, 2, np.random.default_rng(1), read="all")


def explorer(**kwargs):
    wanted = {"plane": PLANE, "pairs": [("not bad", "not <b>good</b>")], "cloud": [(0.1, 0.2, 1)]}
    return StateExplorer(NETWORK.to_spec(), trace, **wanted | kwargs)


def preset(**kwargs):
    return {"name": "latch", "w_x": 4.0, "w_h": 2.0, "b": 0.5, "x": [0.0, 1.0, -0.5], "say": "Look."} | kwargs


def one_unit():
    return OneUnit([preset(), preset(name="<b>", w_h=0.5)])


def game_task(**kwargs):
    return {
        "name": "count", "rule": "Count <b>.", "question": "How many?", "symbols": ["a", "(", ")"],
        "classes": ["none", "one"], "network": COUNTER.to_spec(), "sequences": [[0, 1, 2, 1]],
        "answers": [1], "score": 0.5,
    } | kwargs  # fmt: skip


def read_symbols(k, ids):
    return COUNTER.trace(np.eye(3)[ids])


def memory_game():
    return MemoryGame([game_task()], read_symbols)


WIDGETS = [
    stepper,
    bptt,
    predict,
    explorer,
    one_unit,
    memory_game,
]


def test_every_widget_is_tested_here():
    assert {make().name for make in WIDGETS} == {p.stem for p in HERE.glob("*.mjs")} - {"engine", "draw"}


@pytest.mark.parametrize("make", WIDGETS)
def test_the_html_form_carries_the_state_without_loss(make):
    widget = make()
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', widget.to_html())[1])
    assert state == widget.book_state() and "_esm" not in state


@pytest.mark.parametrize("make", WIDGETS)
def test_the_html_form_has_a_table_and_no_markup_of_its_content(make):
    form = make().to_html()
    assert "<caption>" in form and form.count("<tr>") >= 3
    assert "<b>" not in form


@pytest.mark.parametrize("make", WIDGETS)
def test_the_bundle_is_live_view_html_and_a_name_that_never_changes(make):
    bundle, _ = make()._repr_mimebundle_()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(bundle)
    assert bundle["text/plain"] == repr(make()) and " at 0x" not in bundle["text/plain"]


def test_the_table_shows_the_network_s_numbers():
    _, head, body = stepper().table()
    run = trace("not bad")
    assert head[:3] == ["step", "word", "h 1"] and head[-1] == "positive"
    assert body[1] == ["2", "bad", *(f"{v:.2f}" for v in run["h"][2]), f"{run['p'][1, 1]:.2f}"]


def test_hostile_text_stays_inert():
    evil = "</script><img src=x onerror=alert(1)>"
    form = SentenceStepper(NETWORK.to_spec(), trace, [evil]).to_html()
    assert "</script><img" not in form and "<img" not in form
    assert html.escape(evil) in form


def test_the_kernel_answers_with_its_own_states():
    widget, sent = stepper(), []
    widget.send = sent.append
    widget._answer(widget, {"type": "trace", "sentence": "not good"}, [])
    widget._answer(widget, {"type": "trace", "sentence": "  "}, [])
    widget._answer(widget, {"type": "other"}, [])
    assert len(sent) == 1 and np.allclose(sent[0]["h"], trace("not good")["h"])


def test_no_module_keeps_an_import_that_cannot_resolve():
    names = sorted({make().name for make in WIDGETS})
    for name in names:
        assert not re.search(r"^import |^export (?!default)", module_source(name), re.MULTILINE)
    script = classic_script(names)
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)


FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write|fetch\(|localStorage"
)


def test_no_module_builds_markup_or_code_from_text():
    for source in [*HERE.glob("*.mjs"), *HERE.glob("*.js")]:
        assert not re.search(FORBIDDEN, source.read_text("utf-8"))


def test_wrong_input_is_refused():
    with pytest.raises(TypeError, match=r"network must be what .*to_spec.* returns, got SequenceClassifier"):
        SentenceStepper(NETWORK, trace, ["good"])
    with pytest.raises(ValueError, match="sentences is empty"):
        SentenceStepper(NETWORK.to_spec(), trace, [])
    with pytest.raises(TypeError, match="every one of sentences must be a str, got int"):
        SentenceStepper(NETWORK.to_spec(), trace, [3])
    with pytest.raises(TypeError, match="compare must be a str"):
        stepper(compare=3)
    with pytest.raises(IndexError, match=r"target must lie in 0 .. 1, got 2"):
        bptt(target=2)
    with pytest.raises(ValueError, match="exactly one right answer, got 0"):
        Predict("Why?", [("a", False, "no")])


def test_the_explorer_s_table_has_both_places_and_the_distance():
    _, _, body = explorer().table()
    runs = [trace("not bad"), trace("not <b>good</b>")]
    places = [(run["h"][2] - PLANE["mean"]) @ np.transpose(PLANE["axes"]) for run in runs]
    assert len(body) == 2
    assert body[1][2] == f"({places[0][0]:.2f}, {places[0][1]:.2f})"
    assert body[1][5] == f"{np.linalg.norm(runs[0]['h'][2] - runs[1]['h'][2]):.2f}"


def test_one_unit_is_an_rnn_with_one_unit():
    widget, unit = one_unit(), RNN(1, 1, np.random.default_rng(0))
    unit.W_xh[...], unit.W_hh[...], unit.b_h[...] = 4.0, 2.0, 0.5
    h, h_n, cache = unit.forward(np.array(widget.x)[:, None, None])
    states, gradient = widget.run()
    assert np.allclose(states[1:], h[:, 0, 0]) and states[0] == 0
    _, dh_0, _ = unit.backward(np.zeros_like(h), cache, np.ones_like(h_n))
    assert np.isclose(gradient[0], dh_0[0, 0]) and gradient[-1] == 1


def test_the_game_s_table_shows_what_the_network_keeps():
    _, _, body = memory_game().table()
    run = read_symbols(0, [0, 1, 2, 1])
    assert body[3][:2] == ["4", "("]
    assert body[3][2:5] == [f"{v:.2f}" for v in run["layers"][0]["h"][4]]
    assert body[3][5] == ["none", "one"][run["p"][3].argmax()]


def test_wrong_input_of_the_third_chapter_s_widgets_is_refused():
    with pytest.raises(ValueError, match=r"plane must have mean, axes of shape \(2, 3\)"):
        explorer(plane={**PLANE, "axes": [[1.0, 0.0], [0.0, 1.0]]})
    with pytest.raises(ValueError, match="at right angles"):
        explorer(plane={**PLANE, "axes": [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]})
    with pytest.raises(ValueError, match="pairs is empty"):
        explorer(pairs=[])
    with pytest.raises(ValueError, match="must be two sentences"):
        explorer(pairs=[("a", "b", "c")])
    with pytest.raises(TypeError, match="every sentence of pairs must be a str, got int"):
        explorer(pairs=[("a", 3)])
    with pytest.raises(ValueError, match="presets is empty"):
        OneUnit([])
    with pytest.raises(ValueError, match="a preset must have name"):
        OneUnit([{"name": "latch"}])
    with pytest.raises(ValueError, match=r"of 'latch' must lie in -4 .. 4"):
        OneUnit([preset(w_h=5.0)])
    with pytest.raises(ValueError, match="as many numbers as the first"):
        OneUnit([preset(), preset(x=[0.0])])
    with pytest.raises(ValueError, match="tasks is empty"):
        MemoryGame([], read_symbols)
    with pytest.raises(ValueError, match="a task must have the entries"):
        MemoryGame([{"name": "count"}], read_symbols)
    last = RecurrentClassifier(3, 3, 2, np.random.default_rng(1)).to_spec()
    with pytest.raises(ValueError, match="the network of 'count' must have"):
        MemoryGame([game_task(network=last)], read_symbols)
    with pytest.raises(ValueError, match="symbols and classes of 'count' must fit"):
        MemoryGame([game_task(symbols=["a"])], read_symbols)
    with pytest.raises(ValueError, match="an answer for each"):
        MemoryGame([game_task(answers=[])], read_symbols)
