import html
import json
import re

import numpy as np
import pytest

from rnnlib.functions import softmax
from rnnlib.generators import CharLanguageModel
from rnnlib.layers import Linear
from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, LayerGrid, NameWriter, Predict, SentenceStepper, half, pack
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


DEEP = half(CharLanguageModel(4, 2, 3, np.random.default_rng(1), cell="RNN", num_layers=2))
DEEP.output = Linear(3, 2, np.random.default_rng(2))
SPELLER = half(CharLanguageModel(27, 2, 3, np.random.default_rng(3)))


def deep_trace(sentence):
    tokens = tokenize(sentence)
    return DEEP.trace(NETWORK.vocabulary.encode(tokens)[0]) | {"tokens": tokens}


def deep_network():
    words = {"words": list(NETWORK.vocabulary.words), "classes": ["negative", "positive"]}
    return words | {part: DEEP.to_spec()[part] for part in ("config", "params")}


def layer_grid(**kwargs):
    return LayerGrid(deep_network(), deep_trace, ["not bad", "good"], **kwargs)


def spelled(text, temperature):
    ids = np.array([0, *(ord(letter) - 96 for letter in text)])
    return softmax(SPELLER.trace(ids)["logits"] / temperature)


def name_writer(**kwargs):
    return NameWriter(pack(SPELLER.to_spec()), spelled, **{"prefix": "an"} | kwargs)


WIDGETS = [
    stepper,
    bptt,
    layer_grid,
    name_writer,
    predict,
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
    with pytest.raises(TypeError, match=r"network must be a dict with the entries .*, got CharLanguageModel"):
        LayerGrid(DEEP, deep_trace, ["good"])
    gru = deep_network() | {"config": {"cell": "GRU", "num_layers": 2}}
    with pytest.raises(ValueError, match="network must be made of RNN cells, got 'GRU'"):
        LayerGrid(gru, deep_trace, ["good"])
    with pytest.raises(ValueError, match="sentences is empty"):
        LayerGrid(deep_network(), deep_trace, [])
    with pytest.raises(IndexError, match=r"level must lie in 0 .. 3, got 4"):
        layer_grid(level=4)
    with pytest.raises(TypeError, match=r"network must be what CharLanguageModel.to_spec\(\) returns"):
        NameWriter(NETWORK.to_spec(), spelled)
    with pytest.raises(ValueError, match="network must know 27 symbols, got 4"):
        NameWriter(DEEP.to_spec(), spelled)
    with pytest.raises(ValueError, match="prefix must be letters a to z, got 'Ann'"):
        name_writer(prefix="Ann")
    with pytest.raises(ValueError, match="temperature"):
        name_writer(temperature=0.0)


def test_the_layer_grid_s_table_has_every_layer():
    _, head, body = layer_grid().table()
    run = deep_trace("not bad")
    assert head[2] == "layer 1, h 1" and head[5] == "layer 2, h 1" and head[-1] == "positive"
    states = [layer["h"][2] for layer in run["layers"]]
    assert body[1][2:-1] == [f"{v:.2f}" for h in states for v in h]
    assert body[1][-1] == f"{run['p'][1, 1]:.2f}"


def test_the_name_writer_s_table_has_the_likeliest_next_symbols():
    _, _, body = name_writer(temperature=0.5).table()
    p = spelled("an", 0.5)[-1]
    assert [row[0] for row in body] == ["(nothing)", "a", "an"]
    assert body[2][1].endswith(f"{p.max():.2f}")
