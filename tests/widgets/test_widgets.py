import html
import json
import re

import numpy as np
import pytest

from rnnlib.attention import MultiHeadAttention, causal_mask
from rnnlib.models import SequenceClassifier, TransformerClassifier
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import (
    AttentionHeads,
    BPTTStepper,
    MaskEditor,
    Predict,
    SentenceStepper,
    half,
    pack,
)
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


WORDS = Vocabulary(["good", "bad", "not"])
READER = half(TransformerClassifier(len(WORDS), 4, 2, 2, 2, np.random.default_rng(0)))


def read(sentence):
    tokens = tokenize(sentence)
    return {"tokens": tokens} | READER.trace(WORDS.encode(tokens)[0])


def heads(**kwargs):
    return AttentionHeads(
        **{
            "network": pack(READER.to_spec()),
            "words": WORDS.words,
            "classes": ["negative", "positive"],
            "trace": read,
            "sentences": ["not <b>bad</b>", "good"],
        }
        | kwargs
    )


ONE_HEAD = MultiHeadAttention(4, 1, np.random.default_rng(0))


def mask_editor(**kwargs):
    x, changed = np.random.default_rng(1).normal(size=(2, 3, 4)).tolist()
    return MaskEditor(
        **{
            "weights": {name: p.tolist() for name, p in ONE_HEAD.params.items()},
            "x": x,
            "changed": changed,
            "moves": lambda allowed: allowed * 0.5,
            "allowed": causal_mask(3, 3).tolist(),
            "tokens": ["not", "<b>bad</b>", "good"],
        }
        | kwargs
    )


WIDGETS = [
    stepper,
    heads,
    mask_editor,
    bptt,
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


def test_the_tables_of_chapter_8_show_weights_and_moves():
    caption, head, body = heads(layer=1, head=1).table()
    run = read("not <b>bad</b>")
    assert head[2:] == run["tokens"] and "Layer 2, head 2" in caption
    assert body[0][2:] == [f"{a:.2f}" for a in run["weights"][1][1][0]]
    _, head, body = mask_editor().table()
    assert head[2:] == ["not", "<b>bad</b>", "good"]
    assert [row[2:] for row in body] == [
        ["0.50", "0.00", "0.00"],
        ["0.50", "0.50", "0.00"],
        ["0.50"] * 3,
    ]


def test_chapter_8_refuses_wrong_input():
    with pytest.raises(TypeError, match="network must be what TransformerClassifier.to_spec"):
        heads(network=NETWORK.to_spec())
    with pytest.raises(ValueError, match="words must have one entry for each of 4, got 2"):
        heads(words=["<unk>", "good"])
    with pytest.raises(ValueError, match="classes must have one entry for each of 2, got 1"):
        heads(classes=["positive"])
    with pytest.raises(ValueError, match="sentences is empty"):
        heads(sentences=[])
    with pytest.raises(TypeError, match="every one of sentences must be a str, got int"):
        heads(sentences=[3])
    with pytest.raises(IndexError, match=r"layer must lie in 0 .. 1, got 2"):
        heads(layer=2)
    with pytest.raises(IndexError, match=r"head must lie in 0 .. 1, got -1"):
        heads(head=-1)
    with pytest.raises(ValueError, match="weights must have the entries"):
        mask_editor(weights={})
    with pytest.raises(ValueError, match=r"x must have shape \(3, 4\), got \(2, 4\)"):
        mask_editor(x=np.ones((2, 4)).tolist())
    with pytest.raises(ValueError, match=r"allowed must have shape \(3, 3\), got \(3, 2\)"):
        mask_editor(allowed=np.ones((3, 2)).tolist())
    with pytest.raises(ValueError, match="tokens must be at least 2, got 1"):
        mask_editor(tokens=["good"])
