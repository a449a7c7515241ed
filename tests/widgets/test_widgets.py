import html
import json
import re

import numpy as np
import pytest

from rnnlib.models import SequenceClassifier
from rnnlib.recurrent import LSTM
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, GateStepper, LagGradients, Predict, SentenceStepper, TrainInPage
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


def gates():
    network = SequenceClassifier(NETWORK.vocabulary, NETWORK.classes, 2, 3, np.random.default_rng(0))
    network.rnn = LSTM(2, 3, np.random.default_rng(1))

    def trace_gates(_cell, sentence):
        ids, _ = network.vocabulary.encode(tokenize(sentence))
        logits, (_, cache, _) = network.forward(ids[:, None])
        run = {"tokens": tokenize(sentence), "h": cache[1][:, 0], "c": cache[2][:, 0]}
        return run | {"gates": cache[4][:, :, 0], "p": logits[:, 0]}

    return GateStepper({"LSTM": network.to_spec()}, trace_gates, ["not bad", "<b>good</b>"])


def lags():
    shapes = {"x": (6, 2), "u": (3,), "GRU.b_reset": (3,)}
    for cell, n in (("RNN", ()), ("LSTM", (4,)), ("GRU", (3,))):
        shapes |= {f"{cell}.W_xh": (*n, 2, 3), f"{cell}.W_hh": (*n, 3, 3), f"{cell}.b_h": (*n, 3)}
    base = {name: np.full(shape, 0.5) for name, shape in shapes.items()}
    names = ("RNN h", "LSTM c", "LSTM h", "GRU h")
    return LagGradients([base], lambda *at: {name: np.ones(at[3] + 1) for name in names}, steps=6)


def training():
    return TrainInPage(lambda settings: [(1.4, 0.5), (1.3, 0.4), (1.2, 0.3)])


WIDGETS = [
    stepper,
    bptt,
    gates,
    lags,
    predict,
    training,
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
