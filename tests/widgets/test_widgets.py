import html
import json
import re

import numpy as np
import pytest

from rnnlib.generators import EncoderDecoder
from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import BPTTStepper, DateReader, Predict, QueryKeys, SentenceStepper, half, pack
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


DATES = half(EncoderDecoder(4, 4, 2, 3, np.random.default_rng(0)))


def read_date(text):
    ids = np.array(["abc ".index(letter) for letter in text])
    out, weights = DATES.decode(ids, 3, 3, 10)
    p = DATES.trace(ids, np.array([3, *out[:-1]]))["p"][np.arange(len(out)), out]
    return text, "".join("123▸"[i] for i in out), p, weights


def date_reader(**kwargs):
    given = {"network": pack(DATES.to_spec()), "read": read_date, "dates": ["a b", "cab"]}
    given |= {"source_alphabet": "abc ", "target_alphabet": "123"}
    return DateReader(**given | kwargs)


def query_keys(**kwargs):
    keys, values = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]), np.array([1.0, 2.0, 3.0])
    given = {"names": ["<b>one", "two", "three"], "keys": keys, "values": values}
    return QueryKeys(**given | {"query": np.array([0.5, 0.25])} | kwargs)


WIDGETS = [
    stepper,
    bptt,
    predict,
    date_reader,
    query_keys,
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


def test_the_date_reader_s_table_says_what_was_written_and_read():
    _, _, body = date_reader().table()
    _, written, p, weights = read_date("a b")
    assert [row[1] for row in body] == list(written)
    assert body[0][2] == f"{p[0]:.3f}" and body[0][4] == f"{weights[0].max():.2f}"


def test_the_lookup_s_table_shows_scores_weights_and_sum():
    widget = query_keys(temperature=0.5)
    caption, _, body = widget.table()
    scores = np.array([0.5, 0.25, -0.75]) / 0.5
    weights = np.exp(scores) / np.exp(scores).sum()
    assert [row[3] for row in body] == [f"{s:.2f}" for s in scores]
    assert [row[4] for row in body] == [f"{a:.2f}" for a in weights]
    assert caption.endswith(f"weighted sum {weights @ [1, 2, 3]:.2f}")


def test_wrong_input_of_the_widgets_of_attention_is_refused():
    with pytest.raises(TypeError, match=r"network must be what EncoderDecoder.to_spec\(\) returns, got Enc"):
        date_reader(network=DATES)
    with pytest.raises(ValueError, match=r"alphabets must fit the network, .*'n_source': 4.*'n_source': 2"):
        date_reader(source_alphabet="ab")
    with pytest.raises(ValueError, match="dates is empty"):
        date_reader(dates=[])
    with pytest.raises(TypeError, match="every one of dates must be a str, got int"):
        date_reader(dates=[1987])
    with pytest.raises(ValueError, match="names must have at least 2 entries, got 1"):
        query_keys(names=["one"])
    with pytest.raises(ValueError, match=r"keys must have shape \(3, 2\)"):
        query_keys(keys=np.zeros((3, 3)))
    with pytest.raises(ValueError, match="must lie in the square from -1 to 1"):
        query_keys(query=np.array([0.5, 1.5]))
    with pytest.raises(ValueError, match="axes must name left, right, bottom and top"):
        query_keys(axes=["left", "right"])
    with pytest.raises(ValueError, match="temperature must be"):
        query_keys(temperature=0.0)


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
