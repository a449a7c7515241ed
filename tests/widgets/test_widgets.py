import html
import json
import re

import numpy as np
import pytest

from rnnlib.attention import MultiHeadAttention, causal_mask
from rnnlib.functions import softmax
from rnnlib.generators import CharLanguageModel, EncoderDecoder
from rnnlib.layers import Linear
from rnnlib.models import MLP, ImageClassifier, RecurrentClassifier, SequenceClassifier, TransformerClassifier
from rnnlib.recurrent import LSTM, RNN
from rnnlib.text import Vocabulary, tokenize
from rnnlib.widgets import (
    AttentionHeads,
    BPTTStepper,
    DateReader,
    DrawDigit,
    GateStepper,
    LagGradients,
    LayerGrid,
    LetterBelief,
    MaskEditor,
    MemoryGame,
    NameWriter,
    OneUnit,
    Predict,
    QueryKeys,
    Question,
    ReceptiveField,
    SentenceStepper,
    StateExplorer,
    TrainInPage,
    WindowTask,
    WordOrder,
    half,
    pack,
)
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


KNOWN = Vocabulary(["good", "bad", "not"])
READER = half(TransformerClassifier(len(KNOWN), 4, 2, 2, 2, np.random.default_rng(0)))


def read(sentence):
    tokens = tokenize(sentence)
    return {"tokens": tokens} | READER.trace(KNOWN.encode(tokens)[0])


def heads(**kwargs):
    return AttentionHeads(
        **{
            "network": pack(READER.to_spec()),
            "words": KNOWN.words,
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
    word_order,
    window_task,
    stepper,
    heads,
    mask_editor,
    bptt,
    layer_grid,
    name_writer,
    predict,
    letters,
    question,
    explorer,
    one_unit,
    memory_game,
    draw_digit,
    receptive_field,
    gates,
    lags,
    training,
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
