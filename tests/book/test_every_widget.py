"""Every widget of the book on a page of its own: twice, hammered, fed hostile text, under strict rules."""

import json
import re

import pytest
from widget_manifest import WIDGETS

from rnnlib.widgets._source import HERE

NAMES = sorted(p.stem for p in HERE.glob("*.mjs") if p.with_suffix(".py").exists())
MOST_NEW = 700  # elements; the columns of 200 words have some 2,600
HOSTILE = [
    "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "\u202e right to left \u05d0\u05d1 \u0627\u0644",
    "\U0001f44d\U0001f3fd\u200d\U0001f469 e\u0301",
    "a\x07b\x1bc",
    "X",
    "",
    "word " * 10_000,
]
KEYS = [
    "ArrowRight",
    "ArrowLeft",
    "ArrowUp",
    "ArrowDown",
    "Home",
    "End",
    "Enter",
    " ",
    "PageUp",
    "Escape",
    "a",
]


def test_every_widget_is_in_the_book(slots):
    assert sorted(slots) == NAMES


def elements(page):
    return page.evaluate("document.querySelectorAll('img, script, iframe, object, embed, link').length")


@pytest.mark.parametrize("name", NAMES)
def test_two_copies_agree_and_do_not_disturb_each_other(open_stage, name):
    page, first, second = open_stage(name)
    assert first.inner_text() == second.inner_text()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    before = second.inner_text()
    for control in first.locator("select:visible").all():
        control.select_option(index=1)
    for control in first.locator("input[type=range]:visible").all():
        control.press("ArrowRight")
    for control in first.locator("input[type=checkbox]:visible, input[type=radio]:visible").all()[:2]:
        control.check()
    for control in first.locator("button:visible:not([disabled])").all()[:6]:
        if control.is_visible() and control.is_enabled():
            control.click()
    assert second.inner_text() == before


@pytest.mark.parametrize("name", NAMES)
def test_a_thousand_keys_leave_it_working(open_stage, name):
    page, first, second = open_stage(name)
    before, known = second.inner_text(), elements(page)
    page.evaluate(
        """([keys]) => {
            const root = document.querySelector(".rnn-widget");
            let seed = 1;
            const draw = (n) => (seed = (seed * 48271) % 2147483647) % n;
            for (let i = 0; i < 1000; i++) {
              const places = [...root.querySelectorAll("[tabindex='0'], button, input, select, summary")];
              const place = places[draw(places.length)] ?? root;
              const key = keys[draw(keys.length)];
              place.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
            }
        }""",
        [KEYS],
    )
    assert page.locator(".rnn-widget").count() == 2
    assert second.inner_text() == before and elements(page) == known
    assert len(first.inner_text()) > 0.3 * len(before)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_leaves_it_working(open_stage, name):
    page, first, _ = open_stage(name)
    known = elements(page)
    for field in first.locator("input[type=text]:visible").all():
        kept = field.input_value()
        for text in HOSTILE:
            field.fill(text)
        field.evaluate(
            """el => {
                el.value = "lone \\ud800 surrogate";
                el.dispatchEvent(new Event("input", {bubbles: true}));
            }"""
        )
        field.press("Enter")
        field.fill(kept)
    assert elements(page) == known and first.is_visible()


CLEAN_UP = """async ({name, state}) => {
    const {default: widget} = await import(`./${name}.mjs`);
    const open = {model: 0, page: 0, timers: new Set()};
    for (const target of [window, document, document.body]) {
        const [add, remove] = [target.addEventListener.bind(target), target.removeEventListener.bind(target)];
        target.addEventListener = (...all) => { open.page += 1; add(...all); };
        target.removeEventListener = (...all) => { open.page -= 1; remove(...all); };
    }
    const pairs = [["setInterval", "clearInterval"], ["requestAnimationFrame", "cancelAnimationFrame"]];
    for (const [start, stop] of pairs) {
        const [begin, end] = [window[start].bind(window), window[stop].bind(window)];
        window[start] = (f, ...rest) => {
            const once = start === "requestAnimationFrame";
            const id = begin((...now) => { if (once) open.timers.delete(id); f(...now); }, ...rest);
            open.timers.add(id);
            return id;
        };
        window[stop] = (id) => { open.timers.delete(id); end(id); };
    }
    const model = {
        get: (trait) => state[trait], set: (trait, value) => { state[trait] = value; },
        on: () => { open.model += 1; }, off: () => { open.model -= 1; }, save_changes() {}, send() {},
    };
    const el = document.createElement("div");
    document.body.append(el);
    const cleanUp = widget.render({model, el});
    const shown = el.querySelectorAll(".rnn-widget").length;
    for (const play of el.querySelectorAll(".rnn-play")) play.click();
    if (typeof cleanUp !== "function") return {shown, cleanUp: typeof cleanUp};
    cleanUp();
    const {model: listening, page, timers} = open;
    const left = el.childNodes.length;
    return {shown, cleanUp: "function", left, model: listening, page, timers: timers.size};
}"""


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_everything_along_when_it_goes(open_stage, slots, name):
    page, _, _ = open_stage(name)
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', slots[name])[1])
    done = page.evaluate(CLEAN_UP, {"name": name, "state": state})
    assert done == {"shown": 1, "cleanUp": "function", "left": 0, "model": 0, "page": 0, "timers": 0}


COUNT = """() => {
    window.made = 0;
    for (const method of ["createElement", "createElementNS"]) {
        const make = document[method].bind(document);
        document[method] = (...all) => { window.made += 1; return make(...all); };
    }
}"""


@pytest.mark.parametrize("name", NAMES)
def test_a_key_and_a_letter_make_few_new_elements(open_stage, name):
    """However long the text: what did not change must not be built again, or a key is felt."""
    page, first, _ = open_stage(name)
    entry = WIDGETS[name]
    fields = first.locator("input[type=text]:visible")
    if entry.longest:
        fields.first.fill(entry.longest)
    page.evaluate(COUNT)
    for key in entry.keys:
        first.locator(entry.place).first.press(key)
        assert page.evaluate("window.made") <= MOST_NEW, f"{key} makes too many"
        page.evaluate("window.made = 0")
    if entry.longest:
        fields.first.press("End")
        fields.first.press("a")
        assert page.evaluate("window.made") <= MOST_NEW, "a letter makes too many"


def test_what_is_too_long_to_draw_is_counted_and_not_lost(open_stage):
    page, first, _ = open_stage("sentence_stepper")
    field, undrawn = first.locator("input[type=text]").first, first.locator(".rnn-undrawn")
    kept = field.input_value()
    field.fill("good " * 1200)
    assert first.locator(".rnn-strip .rnn-column").count() <= 1001
    assert undrawn.inner_text().startswith("201 more")  # of the states after 0 to 1200 words
    assert first.locator("input[type=range]").first.get_attribute("max") == "1200"
    field.fill(kept)
    assert undrawn.count() == 0
