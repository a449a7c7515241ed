import html
import json
import re

import numpy as np
import pytest

from rnnlib.models import MLP, SequenceClassifier
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, LetterBelief, Predict, Question, SentenceStepper
from rnnlib.widgets import (
    BPTTStepper,
    LetterBelief,
    Predict,
    SentenceStepper,
    WindowTask,
    WordOrder,
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


def letters(**kwargs):
    network = SequenceClassifier(Vocabulary(["a", "b", "."]), ["one", "two"], 2, 3, np.random.default_rng(0))
    return LetterBelief(
        network.to_spec(),
        lambda word: network.trace([*word, "."]),
        **{"end": ".", "words": ["ab<b>", "b"]} | kwargs,
    )


def question(**kwargs):
    given = {
        "answer": 12,
        "wrong": {7: "That is <b>3 + 4</b>."},
        "hints": ["Rows?", "Columns?"],
        "why": "Count.",
    }
    return Question("How many?", **given | kwargs)


def predict():
    return Predict("Why?", [("Because", True, "Yes."), ("<b>No</b>", False, "Look again.")])


WORDS = ["<unk>", "bad", "good", "not"]
COUNTING = half(MLP([4, 3, 2], np.random.default_rng(1)))
WATCHING = {width: half(MLP([6 * width, 4, 4], np.random.default_rng(width))) for width in (2, 3)}


def trace_bag(sentence):
    ids, _ = Vocabulary(WORDS).encode(tokenize(sentence))
    return COUNTING.trace(np.bincount(ids, minlength=4).astype(float))


def word_order(**kwargs):
    given = {"network": pack(COUNTING.to_spec()), "words": WORDS, "classes": ["negative", "positive"]}
    return WordOrder(**given | {"trace": trace_bag, "sentences": ["not bad, good", "<b>good"]} | kwargs)


def trace_window(symbols):
    return WATCHING[len(symbols)].trace(np.eye(6)[symbols].ravel())


def window_task(**kwargs):
    windows = [
        {"width": w, "network": pack(n.to_spec()), "scores": {"both marks": 0.75, "none": None}}
        for w, n in WATCHING.items()
    ]
    given = {"windows": windows, "trace": trace_window, "sequence": "aXbYc", "symbols": list("abcdXY")}
    return WindowTask(**given | {"classes": ["XX", "XY", "YX", "YY"]} | kwargs)


WIDGETS = [
    word_order,
    window_task,
    stepper,
    bptt,
    predict,
    letters,
    question,
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


def test_the_table_of_word_order_shows_that_only_the_words_count():
    _, head, body = word_order(sentences=["not bad good", "good not bad", "bad"]).table()
    assert head == ["sentence", "score of negative", "score of positive", "p(positive)"]
    assert body[0][1:] == body[1][1:] != body[2][1:]
    assert body[0][3] == f"{trace_bag('not bad good')['p'][1]:.4f}"


def test_the_table_of_the_window_task_shows_sizes_scores_and_answers():
    _, head, body = window_task().table()
    assert head[:4] == ["width", "parameters", "both marks", "none"]
    for row, (width, network) in zip(body, WATCHING.items(), strict=True):
        p = trace_window(np.array([4, 1, 5, 2])[-width:])["p"]
        answer = f"{['XX', 'XY', 'YX', 'YY'][p.argmax()]}, {p.max():.4f}"
        assert row == [str(width), f"{network.n_params:,}", "0.750", "-", answer]


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
    with pytest.raises(ValueError, match="wrong has the right answer among its keys: 12"):
        question(wrong={12: "?"})
    with pytest.raises(ValueError, match="a hint must not tell the answer: 'It is 12.'"):
        question(hints=["Rows?", "It is 12."])
    with pytest.raises(ValueError, match="hints must be two, got 1"):
        question(hints=["Rows?"])
    with pytest.raises(ValueError, match="items must be the entries of answer, in another order"):
        question(answer=["a", "b"], wrong={}, items=["a", "b"])
    with pytest.raises(ValueError, match="items is for an order"):
        question(items=["a"])
    with pytest.raises(ValueError, match="end must be a symbol that the network knows, got '!'"):
        letters(end="!")
    with pytest.raises(ValueError, match="words is empty"):
        letters(words=[])
    with pytest.raises(ValueError, match="exactly one right answer, got 0"):
        Predict("Why?", [("a", False, "no")])
    with pytest.raises(TypeError, match=r"network must be what MLP.to_spec\(\) returns, got MLP"):
        word_order(network=COUNTING)
    with pytest.raises(ValueError, match="words must have one entry for each of the 4 counts, got 3"):
        word_order(words=WORDS[1:])
    with pytest.raises(ValueError, match="classes must name the 2 outputs, got 1"):
        word_order(classes=["positive"])
    with pytest.raises(ValueError, match="sentences is empty"):
        word_order(sentences=[])
    with pytest.raises(TypeError, match="every one of sentences must be a str, got int"):
        word_order(sentences=[3])
    with pytest.raises(ValueError, match="windows is empty"):
        window_task(windows=[])
    with pytest.raises(ValueError, match=r"windows must have rising widths, got \[3, 2\]"):
        window_task(windows=window_task().windows[::-1])
    with pytest.raises(ValueError, match=r"must lead from 10 inputs to 4 classes, got sizes \[12, 4, 4\]"):
        window_task(symbols=list("abcXY"), sequence="abcXY")
    with pytest.raises(ValueError, match=r"sequence must be spelled in .*, got \['q'\]"):
        window_task(sequence="aXqYc")
    with pytest.raises(ValueError, match="at least as long as the widest window, 3"):
        window_task(sequence="aX")
    with pytest.raises(IndexError, match=r"choice must lie in 0 .. 1, got 2"):
        window_task(choice=2)
