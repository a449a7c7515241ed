import html
import json
import re

import numpy as np
import pytest

from rnnlib.models import ImageClassifier, RecurrentClassifier, SequenceClassifier
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, DrawDigit, Predict, ReceptiveField, SentenceStepper, half, pack
from rnnlib.widgets._source import HERE, classic_script, module_source
from rnnlib.widgets.draw_digit import sheet_of

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


CNN = half(ImageClassifier(8, 10, [2, 3], np.random.default_rng(0)))
GRU = half(RecurrentClassifier(8, 4, 10, np.random.default_rng(0), cell="GRU", read="all"))
DIGITS = np.random.default_rng(0).integers(17, size=(3, 8, 8)) / 16


def draw_digit(**changes):
    arguments = {
        "cnn": pack(CNN.to_spec()),
        "rnn": pack(GRU.to_spec()),
        "trace_cnn": lambda image: CNN.trace(image)["p"],
        "trace_rnn": lambda image: GRU.trace(image)["p"],
        "examples": DIGITS,
        "labels": [4, 1, 7],
    }
    return DrawDigit(**arguments | changes)


def measured(*gaps):
    return [{"gap": gap, "mean": 0.75, "low": 0.7, "high": 0.8} for gap in gaps]


def receptive_field(**changes):
    entries = [{"layers": k, "width": 2, "dilated": True, "scores": measured(1, 2, 3)} for k in (1, 2)]
    return ReceptiveField(**{"measured": entries} | changes)


WIDGETS = [
    stepper,
    bptt,
    predict,
    draw_digit,
    receptive_field,
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


def test_a_drawn_example_has_exactly_its_counts():
    for image in DIGITS:
        cells = np.unpackbits(np.frombuffer(bytes.fromhex(sheet_of(image)), np.uint8)).reshape(32, 32)
        assert np.array_equal(cells.reshape(8, 4, 8, 4).sum(axis=(1, 3)), image * 16)


def test_the_beliefs_in_the_table_are_the_networks_own():
    _, head, body = draw_digit().table()
    assert head[:3] == ["digit", "CNN", "GRU after row 1"] and len(head) == 10
    p, rows = CNN.trace(DIGITS[0])["p"], GRU.trace(DIGITS[0])["p"]
    assert body[7] == ["7", f"{p[7]:.2f}", *(f"{row[7]:.2f}" for row in rows)]


def test_the_table_of_fields_has_a_column_for_each():
    _, head, body = receptive_field().table()
    assert head == ["gap", "field 2", "field 4"] and body[2] == ["3", "0.75", "0.75"]


def test_a_digit_that_cannot_be_drawn_and_networks_that_do_not_fit_are_refused():
    with pytest.raises(TypeError, match=r"cnn must be what ImageClassifier.to_spec\(\) returns, got ImageC"):
        draw_digit(cnn=CNN)
    with pytest.raises(TypeError, match=r"rnn must be what .* got rnnlib/ImageClassifier/1"):
        draw_digit(rnn=CNN.to_spec())
    wide = ImageClassifier(16, 10, [2, 3], np.random.default_rng(0))
    with pytest.raises(ValueError, match="cnn must read images of side 8"):
        draw_digit(cnn=wide.to_spec())
    other = RecurrentClassifier(7, 4, 10, np.random.default_rng(0))
    with pytest.raises(ValueError, match="rnn must read rows of 8 features"):
        draw_digit(rnn=other.to_spec())
    pooled = RecurrentClassifier(8, 4, 10, np.random.default_rng(0), read="mean")
    with pytest.raises(ValueError, match='rnn must read "last" or "all", got .mean.'):
        draw_digit(rnn=pooled.to_spec())
    with pytest.raises(ValueError, match="examples must hold multiples of 1/16"):
        draw_digit(examples=DIGITS + 0.01)
    with pytest.raises(ValueError, match="labels must have one entry for each of the 3 examples, got 1"):
        draw_digit(labels=[4])


def test_a_tree_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="layers must be at most 6, got 7"):
        receptive_field(layers=7)
    with pytest.raises(ValueError, match="width must be at least 2, got 1"):
        receptive_field(width=1)
    with pytest.raises(ValueError, match="gap must be at most 47, got 48"):
        receptive_field(gap=48)
    with pytest.raises(TypeError, match="dilated must be a bool, got 1"):
        receptive_field(dilated=1)
    entry = {"layers": 1, "width": 2, "dilated": True}
    with pytest.raises(ValueError, match="measured must have the same gaps in every entry"):
        receptive_field(measured=[entry | {"scores": measured(1)}, entry | {"scores": measured(2)}])
