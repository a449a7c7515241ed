"""Chapter 4 in the built page: the reader's own sentence and names, with rnnlib's numbers."""

import numpy as np
import pytest
from browser import from_half, read_table, state_of
from numpy.testing import assert_allclose

from rnnlib.functions import softmax
from rnnlib.generators import CharLanguageModel
from rnnlib.layers import Linear
from rnnlib.text import Vocabulary, tokenize

CHAPTER = "notebooks/04_deep_rnn.html"
GRID, WRITER = ".rnn-layergrid", ".rnn-namewriter"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def rebuild(spec, n_outputs):
    """Make the network that a page carries anew, from what is written in the page."""
    network = CharLanguageModel(**spec["config"] | {"rng": np.random.default_rng(0)})
    network.output = Linear(spec["config"]["hidden_size"], n_outputs, np.random.default_rng(0))
    assert set(network.params) == set(spec["params"])
    for name, p in network.params.items():
        written = spec["params"][name]
        p[...] = from_half(written)
    return network


@pytest.fixture(scope="module")
def reader(site):
    """Return what the page's deep RNN reads, in Python."""
    state = state_of(site, CHAPTER, "layer_grid")["network"]
    state["config"].pop("dtype")
    network, vocabulary = rebuild(state, 2), Vocabulary(state["words"])

    def read(sentence):
        ids, unknown = vocabulary.encode(tokenize(sentence))
        x, _ = network.embedding.forward(ids)
        return network.trace(ids) | {"x": x, "unknown": unknown, "network": network}

    return read


@pytest.fixture(scope="module")
def speller(site):
    """Return the probabilities that rnnlib gives to what follows a text, in Python."""
    spec = state_of(site, CHAPTER, "name_writer")["network"]
    spec["config"].pop("dtype")
    network = rebuild(spec, 27)

    def following(text, temperature):
        ids = np.array([0, *(LETTERS.index(letter) + 1 for letter in text)])
        return softmax(network.trace(ids)["logits"] / temperature)

    return following


def numbers(rows, first):
    return np.array([[float(v.replace("\u2212", "-")) for v in row[first:]] for row in rows])


SENTENCES = {
    "known words": "although the film was not bad, I really love machine learning.",
    "unknown words": "my grandmother doesn't enjoy pancakes",
    "only unknown words": "hello world",
    "one word": "good",
    "200 words": " ".join(["I do not love the film but it was good although"] * 20),
    "markup": "<img src=x onerror=alert(1)> is <b>great</b> &amp; </script><script>alert(2)</script>",
    "emoji and scripts": "I love 👍🏽 and 学习, привет; ’tis \u202efun\u202c \x07 e\u0301",
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_typed_sentence_gives_rnnlib_s_states_in_every_layer(keep_page, reader, kind):
    page = keep_page(CHAPTER)
    widget = page.locator(GRID)
    elements = page.evaluate("document.querySelectorAll('img, script, iframe, b').length")
    widget.locator(".rnn-sentence").fill(SENTENCES[kind])
    run = reader(SENTENCES[kind])
    shown = numbers(read_table(widget), 2)
    expected = np.concatenate([*(layer["h"][1:] for layer in run["layers"]), run["p"][:, 1:]], axis=1)
    assert shown.shape == expected.shape
    assert_allclose(shown, expected, rtol=0, atol=1e-6)
    note = widget.locator(".rnn-note").inner_text()
    assert all(word in note for word in run["unknown"][:3])
    assert ("knows none of these words" in note) == (kind == "only unknown words")
    assert page.evaluate("document.querySelectorAll('img, script, iframe, b').length") == elements


def test_an_empty_sentence_gets_a_message(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(GRID)
    for text in ("", "   "):
        widget.locator(".rnn-sentence").fill(text)
        assert "Type at least one word" in widget.locator(".rnn-note").inner_text()
        assert widget.locator(".rnn-lattice").is_hidden() and widget.locator(".rnn-step").is_hidden()
    widget.locator(".rnn-sentence").fill("good")
    assert widget.locator(".rnn-lattice").is_visible()


def test_arrow_keys_walk_through_time_and_layers(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(GRID)
    widget.locator(".rnn-sentence").fill("I do not love math")
    widget.locator(".rnn-lattice [tabindex='0']").focus()
    now = widget.locator(".rnn-now-text")
    for key, said in [
        ("Home", "Layer 2, before the first word"),
        ("ArrowUp", "Layer 2, before the first word"),
        ("ArrowDown", "Layer 1, before the first word"),
        ("ArrowDown", "Layer 1, before the first word"),
        ("ArrowRight", "Layer 1, step 1 of 5, “I”: from below the word, from the left layer 1 before"),
        ("ArrowDown", "The word at step 1"),
        ("ArrowLeft", "The word at step 1"),
        ("End", "The word at step 5"),
        ("ArrowUp", "Layer 1, step 5 of 5, “math”"),
        ("ArrowUp", "Layer 2, step 5 of 5, “math”: from below layer 1 at this step, from the left layer 2"),
        ("ArrowUp", "Output at step 5"),
        ("ArrowUp", "Output at step 5"),
        ("ArrowLeft", "Output at step 4"),
    ]:
        page.keyboard.press(key)
        assert now.inner_text().startswith(said), key
        assert page.evaluate("document.activeElement.classList.contains('rnn-chosen')")


def test_a_cell_shows_its_two_inputs_and_their_sum(open_page, reader):
    page = open_page(CHAPTER)
    widget = page.locator(GRID)
    widget.locator(".rnn-sentence").fill("not bad")
    run = reader("not bad")
    below, left = run["layers"][0]["h"][2], run["layers"][1]["h"][1]
    upper = run["network"].rnn.layers[1]
    z = below @ upper.W_xh + left @ upper.W_hh + upper.b_h
    widget.locator(".rnn-lattice").get_by_role("gridcell", name="layer 2, step 2").click()
    sources = widget.locator(".rnn-lattice .rnn-source").evaluate_all(
        "els => els.map(e => e.getAttribute('aria-label'))"
    )
    assert sorted(sources) == ["layer 1, step 2, “bad”", "layer 2, step 1, “not”"]
    rows = widget.locator(".rnn-numbers .rnn-numberrow")
    expected = [below, left, below @ upper.W_xh, left @ upper.W_hh, upper.b_h, z, np.tanh(z)]
    assert rows.count() == len(expected)
    for r, values in enumerate(expected):
        shown = rows.nth(r).locator("[role=gridcell]").all_inner_texts()
        assert_allclose([float(v.replace("\u2212", "-")) for v in shown], values, atol=0.00501)
    rows.nth(5).locator("[role=gridcell]").first.click()
    told = widget.locator(".rnn-told").inner_text()
    assert f"{z[0]:.4f}".replace("-", "\u2212") in told and "below plus left plus bias" in told
    assert widget.locator(".rnn-numbers .rnn-source").count() == 3


def generator(seed):
    """Draw what the page draws: a counter, its bits mixed by shifts and products of 32 bits."""
    low = 2**32 - 1
    counter = seed
    while True:
        counter = (counter + 0x6D2B79F5) & low
        mixed = (counter ^ counter >> 15) * (counter | 1) & low
        mixed ^= mixed + (mixed ^ mixed >> 7) * (mixed | 61) & low
        yield (mixed ^ mixed >> 14) / 2**32


def written(speller, prefix, temperature, seed):
    """Ten names by rnnlib's probabilities and the page's random numbers."""
    draws, names = generator(seed), []
    for _ in range(10):
        name = prefix
        while len(name) < 20:
            p = speller(name, temperature)[-1]
            symbol = int(np.searchsorted(np.cumsum(p), next(draws), side="right"))
            if symbol == 0:
                break
            name += LETTERS[min(symbol, 26) - 1]
        names.append(name)
    return names


def set_writer(widget, prefix, temperature, seed):
    widget.get_by_label("Begin with").fill(prefix)
    widget.get_by_label("Seed").fill(str(seed))
    slider = widget.get_by_label("Temperature")
    slider.evaluate("(el, v) => { el.value = v; el.dispatchEvent(new Event('input')); }", str(temperature))


CASES = [("", 1.0, 1), ("mar", 0.8, 1), ("qz", 1.5, 7), ("jo", 0.1, 3), ("", 2.0, 999999)]


@pytest.mark.parametrize(("prefix", "temperature", "seed"), CASES)
def test_names_are_drawn_from_rnnlib_s_probabilities(keep_page, speller, prefix, temperature, seed):
    page = keep_page(CHAPTER)
    widget = page.locator(WRITER)
    set_writer(widget, prefix, temperature, seed)
    shown = [text.rstrip("…").lower() for text in widget.locator(".rnn-name").all_inner_texts()]
    expected = written(speller, prefix, temperature, seed)
    assert [name.replace("(empty)", "") for name in shown] == expected
    for k in (0, 9):
        widget.locator(".rnn-name").nth(k).click()
        rows = read_table(widget)
        p = speller(expected[k], temperature)[: len(rows)]
        assert len(rows) == min(len(expected[k]) + 1, 20)
        assert_allclose(numbers(rows, 2), p, rtol=0, atol=1e-6)


def test_the_same_seed_writes_the_same_names_and_the_next_seed_others(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(WRITER)
    set_writer(widget, "", 1.0, 5)
    first = widget.locator(".rnn-name").all_inner_texts()
    widget.get_by_role("button", name="Ten more").click()
    assert widget.get_by_label("Seed").input_value() == "6"
    assert widget.locator(".rnn-name").all_inner_texts() != first
    set_writer(widget, "", 1.0, 5)
    assert widget.locator(".rnn-name").all_inner_texts() == first


def test_arrow_keys_walk_through_the_letters_and_the_bars_follow(open_page, speller):
    page = open_page(CHAPTER)
    widget = page.locator(WRITER)
    set_writer(widget, "an", 0.5, 2)
    letters = widget.locator(".rnn-letters")
    letters.locator("[tabindex='0']").focus()
    now = widget.locator(".rnn-now-text")
    page.keyboard.press("Home")
    assert now.inner_text().startswith("After “”: likeliest") and now.inner_text().endswith("Given: a.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert now.inner_text().startswith("After “an”: likeliest") and "Drawn: " in now.inner_text()
    heights = widget.locator(".rnn-barfill").evaluate_all("els => els.map(e => parseFloat(e.style.height))")
    p = speller("an", 0.5)[-1]
    assert_allclose(heights, 100 * p / p.max(), atol=0.01)
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.classList.contains('rnn-letter')")
    assert letters.locator("[aria-pressed=true]").inner_text().startswith(("end", "…"))


def test_other_signs_than_letters_are_left_out_with_a_word(open_page):
    page = open_page(CHAPTER)
    widget = page.locator(WRITER)
    widget.get_by_label("Begin with").fill("M4ß<b>R")
    assert "Only the letters a to z" in widget.locator(".rnn-note").inner_text()
    assert all(text.startswith("Mbr") for text in widget.locator(".rnn-name").all_inner_texts())
    assert widget.get_by_label("Begin with").input_value() == "M4ß<b>R"
    widget.get_by_label("Begin with").fill("mar")
    assert widget.locator(".rnn-note").inner_text() == ""
    widget.get_by_label("Seed").fill("")
    assert widget.locator(".rnn-name").count() == 10


@pytest.mark.parametrize("selector", [GRID, WRITER])
def test_the_tab_key_reaches_every_control_and_leaves_the_widget(keep_page, selector):
    page = keep_page(CHAPTER)
    widget = page.locator(selector)
    widget.locator("input").first.focus()
    reached = set()
    for _ in range(60):
        place = page.evaluate(
            """selector => {const root = document.querySelector(selector), at = document.activeElement;
               return root.contains(at) ? [...root.querySelectorAll("*")].indexOf(at) : null}""",
            selector,
        )
        if place is None:
            break
        reached.add(place)
        page.keyboard.press("Tab")
    else:
        raise AssertionError("focus is caught in the widget")
    wanted = widget.locator(
        "input:visible, select:visible, button:visible:not([tabindex='-1']), summary:visible"
    ).evaluate_all(
        """els => {const all = [...els[0].closest('.rnn-widget').querySelectorAll('*')];
                   return els.map(element => all.indexOf(element))}"""
    )
    assert set(wanted) <= reached


def test_an_answer_of_the_quiz_gets_its_own_hint(open_page):
    page = open_page(CHAPTER)
    quiz = page.locator(".rnn-predict", has_text="shape of W_xh in layer 2")
    field, said = quiz.locator("input"), quiz.locator(".rnn-answer")
    field.fill("(8, 20)")
    field.press("Enter")
    assert said.inner_text().startswith("Not yet. That is W_xh of layer 1.")
    field.fill("20 x 20")
    field.press("Enter")
    assert said.inner_text() == "Right."
