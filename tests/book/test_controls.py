"""Every control of every widget, found in the page and driven by the keyboard to both its ends.

The controls are looked up in what the browser shows, so that a new one is driven too; the manifest says
which there are and which traits they set. A control must change the picture or the numbers, beyond its
own label; must stay within its range; and must leave no NaN, no "undefined" and no empty widget behind.
"""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from widget_manifest import WIDGETS

from rnnlib.widgets._source import HERE

TESTS = Path(__file__).parent
BROKEN = r"NaN|undefined|\[object|Infinity"

# a widget with a model that notes which traits are set; everything that opens is open
MOUNT = """async ({name, state}) => {
    window.cleanUp?.();
    document.querySelector("main").replaceChildren();
    const {default: widget} = await import(`./${name}.mjs`);
    const listeners = {};
    window.traits = new Set();
    const model = {
        get: (trait) => state[trait],
        set: (trait, value) => {
            window.traits.add(trait);
            if (state[trait] === value) return;
            state[trait] = value;
            for (const listener of [...(listeners[`change:${trait}`] ?? [])]) listener();
        },
        on: (event, listener) => (listeners[event] ??= []).push(listener),
        off() {}, save_changes() {}, send() {},
    };
    const el = document.createElement("div");
    document.querySelector("main").append(el);
    window.cleanUp = widget.render({model, el});
    for (const details of el.querySelectorAll("details")) details.open = true;
    await new Promise((done) => setTimeout(done));  // toggle events come late
}"""

# all controls that are shown: native ones, and whatever takes the focus to walk by keys
FIND = """() => {
    const root = document.querySelector(".rnn-widget");
    const kinds = {range: "slider", checkbox: "tick", radio: "choice"};
    const named = (node) =>
        node.getAttribute("aria-label") ?? node.labels?.[0]?.textContent ?? node.textContent;
    const all = "input, select, textarea, button, summary, [tabindex='0'], [contenteditable]";
    window.controls = [...root.querySelectorAll(all)]
        .filter((node) => node.checkVisibility() && !node.disabled && node.tabIndex >= 0)
        .filter((node) => !node.classList.contains("rnn-tablebox"));  // it scrolls, nothing else
    return controls.map((node) => {
        const walked = node.getAttribute("tabindex") === "0";
        const group = node.closest("[role=grid], [role=group], ol");
        const inner = group && group !== root && (walked || node.tagName === "BUTTON") ? group : node;
        if (node.tagName === "SUMMARY")
            return `part: ${node.textContent.replace(/\\d+|\u201c.*\u201d/g, "\u2026")}`;
        const plain = node.tagName === "INPUT" ? node.type : node.tagName.toLowerCase();
        const kind = walked ? "keys" : kinds[node.type] ?? plain;
        return node.type === "radio" ? kind : `${kind}: ${named(inner).trim().slice(0, 60)}`;
    });
}"""

# what the reader sees but for the control's own label; ids are new in every view
SEEN = """(i) => {
    const root = document.querySelector(".rnn-widget");
    const node = i === null ? null : controls[i];
    const own = new Set();
    if (node && /^(INPUT|SELECT)$/.test(node.tagName)) {
        own.add(node);
        for (const other of root.querySelectorAll(`output[for='${node.id}']`)) own.add(other);
        if (node.nextElementSibling?.matches(".rnn-where")) own.add(node.nextElementSibling);
    }
    const parts = [];
    const walk = (at) => {
        if (own.has(at) || at.tagName === "OPTION") return;
        if (at.nodeType === Node.TEXT_NODE) return void parts.push(at.data);
        if (at.hidden) return;
        for (const {name, value} of at.attributes) {
            if (!/^(title|id|for|name|aria-describedby)$/.test(name)) parts.push(`${name}=${value}`);
        }
        if (/^(INPUT|SELECT)$/.test(at.tagName)) parts.push(at.value, at.checked);
        if (at.scrollLeft) parts.push(at.scrollLeft);
        at.childNodes.forEach(walk);
    };
    walk(root);
    return parts.join("\\n");
}"""
PRESS_OFTEN = """([key, n]) => {
    for (let i = 0; i < n; i++) {
        const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event);
    }
}"""
OFTEN = 80  # more than any walk of the book is long
LEAST = 40  # letters; the name of a field and what to type into it


class Driver:
    """One widget on the stage, and what was wrong with it."""

    def __init__(self, page, name, state):
        self.page, self.name, self.state, self.entry = page, name, state, WIDGETS[name]
        self.wrong = []

    def mount(self):
        """Show the widget anew; return the names of its controls, in their order."""
        self.page.evaluate(MOUNT, {"name": self.name, "state": self.state})
        for control, keys in self.entry.reveal.items():
            names = self.page.evaluate(FIND)
            self.focus(names.index(control))
            for key in keys:
                self.page.keyboard.press(key)
        return self.page.evaluate(FIND)

    def focus(self, i):
        self.page.evaluate("(i) => controls[i].focus()", i)

    def value(self, i):
        return self.page.evaluate("(i) => controls[i].value", i)

    def seen(self, i, control):
        """What is shown now; what is broken in it is noted."""
        shown = self.page.evaluate(SEEN, i)
        text = self.page.locator(".rnn-widget").inner_text()
        for found in re.findall(BROKEN, shown):
            if found not in self.entry.says:
                self.wrong.append(f"{control} leaves {found!r} in the widget")
        if len(text) < LEAST:
            self.wrong.append(f"{control} leaves the widget almost empty: {text!r}")
        return shown

    def press(self, i, control, *keys):
        """Focus the control, press keys; return what is shown then."""
        self.focus(i)
        for key in keys:
            self.page.keyboard.press(key)
        return self.seen(i, control)

    def drive_slider(self, i, control):
        span = "(i) => [controls[i].min, controls[i].max, controls[i].step].map(Number)"
        shown = [self.press(i, control, "Home")]
        low, high, step = self.page.evaluate(span, i)
        if float(self.value(i)) != low:
            self.wrong.append(f"{control} does not go to its least, {low}: {self.value(i)}")
        shown.append(self.press(i, control, "ArrowRight"))
        shown.append(self.press(i, control, "End"))
        if not high - step < float(self.value(i)) <= high:  # whole steps may end just before it
            self.wrong.append(f"{control} does not go to its greatest, {high}: {self.value(i)}")
        if self.press(i, control, "ArrowRight") != shown[2]:
            self.wrong.append(f"{control} goes beyond its greatest")
        return len(set(shown)) == 3

    def drive_select(self, i, control):
        shown = [self.seen(i, control)]
        shown += [self.press(i, control, *keys) for keys in (["End"], ["Home"], ["ArrowDown"], ["End"])]
        return len(set(shown)) > 1 and shown[1] == shown[4]

    def drive_tick(self, i, control):
        before = self.press(i, control)
        after = self.press(i, control, "Space")
        return before != after

    def drive_choice(self, i, control):
        before = self.seen(i, control)
        return self.press(i, control, "Space") != before

    def drive_part(self, i, control):
        closed = "(i) => !controls[i].parentNode.open"
        self.press(i, control, "Enter")
        first = self.page.evaluate(closed, i)
        self.press(i, control, "Enter")
        return first and not self.page.evaluate(closed, i)

    def drive_text(self, i, control):
        before = self.seen(i, control)
        emptied = self.press(i, control, "Control+A", "Delete", "Enter")
        return before not in (emptied, self.press(i, control, "X", "Y", "a", "1", "9", "Enter"))

    def drive_number(self, i, control):
        before = self.seen(i, control)
        up = self.press(i, control, "ArrowUp")
        high, low = self.page.evaluate("(i) => [Number(controls[i].max), Number(controls[i].min)]", i)
        for end, key in ((high, "ArrowUp"), (low, "ArrowDown")):
            self.press(i, control, "Control+A", *str(end), key)
            if float(self.value(i)) != end:
                self.wrong.append(f"{control} goes beyond {end}: {self.value(i)}")
        return up != before

    def drive_button(self, i, control):
        before = self.seen(i, control)
        if self.press(i, control, "Enter") != before:
            return True
        for other in range(len(self.mount())):  # at an end it may have nothing to do
            self.mount()
            if other == i or self.page.evaluate("(i) => controls[i].tagName", other) != "BUTTON":
                continue
            self.press(other, control, "Enter")
            if not self.page.evaluate("(i) => controls[i].isConnected", i):
                self.page.evaluate(FIND)
            before = self.seen(i, control)
            self.page.evaluate("traits.clear()")
            if self.press(i, control, "Enter") != before:
                return True
        return False

    def drive_keys(self, i, control):
        self.focus(i)
        shown = {self.seen(None, control)}
        for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"):
            self.page.evaluate(PRESS_OFTEN, [key, OFTEN])
            at_end = self.seen(None, control)
            self.page.keyboard.press(key)
            if self.seen(None, control) != at_end:
                self.wrong.append(f"{control} goes on and on with {key}")
            shown.add(at_end)
        self.page.keyboard.press("Space")
        return len(shown) > 1

    def felt(self, i, control):
        """Drive a control that is felt later: what the same keys lead to must depend on it."""
        place, steps = self.entry.felt_by[control]
        shown, traits = set(), set()
        choices = (
            [[], ["Space"]] if control.startswith("tick") else [[], ["Home"], ["Home", "ArrowDown"], ["End"]]
        )
        for choice in choices:
            self.mount()
            self.press(i, control, *choice)
            traits.update(self.page.evaluate("[...traits]"))
            for key, awaited in steps:
                self.page.locator(place).press(key)
                self.page.locator(".rnn-widget", has_text=awaited).wait_for()
            shown.add(self.seen(i, control))
        if len(shown) == 1:
            self.wrong.append(f"{control} is dead: the same keys lead to the same, whatever it says")
        return " ".join(sorted(traits))

    def drive(self, i, control):
        """Drive one control; note what is wrong; return the traits that it set."""
        if control in self.entry.felt_by:
            return self.felt(i, control)
        self.page.evaluate("traits.clear()")
        if not getattr(self, f"drive_{control.split(':')[0]}")(i, control):
            self.wrong.append(f"{control} is dead: it changes nothing that is shown")
        return " ".join(sorted(self.page.evaluate("[...traits]")))


@pytest.mark.parametrize("name", WIDGETS)
def test_every_control_moves_something_and_stays_within_its_range(open_stage, slots, name):
    page, _, _ = open_stage(name)
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', slots[name])[1])
    driver = Driver(page, name, state)
    found = driver.mount()
    count = Counter(found)
    wanted = {control: n for control, (n, _) in WIDGETS[name].controls.items()}
    assert wanted == count, "the manifest names other controls"
    for i, control in enumerate(found):
        assert driver.mount() == found
        moved = driver.drive(i, control)
        if moved != WIDGETS[name].controls[control][1]:
            driver.wrong.append(f"{control} sets {moved!r}, not {WIDGETS[name].controls[control][1]!r}")
    assert driver.wrong == []


def test_the_manifest_names_every_widget():
    assert sorted(WIDGETS) == sorted(p.stem for p in HERE.glob("*.mjs") if p.with_suffix(".py").exists())


@pytest.mark.parametrize("name", WIDGETS)
def test_its_numbers_are_compared_with_python(name):
    """The test that the manifest names exists and, by itself or by a helper of its file, compares to 1e-6."""
    file, test = WIDGETS[name].numbers
    source = (TESTS / file).read_text("utf-8")
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert test in functions, f"{file} has no test {test}"
    wanted, code = [test], ""
    while wanted:
        here = functions.pop(wanted.pop(), None)
        code += ast.get_source_segment(source, here) if here else ""
        calls = [node for node in ast.walk(here) if isinstance(node, ast.Call)] if here else []
        wanted += [call.func.id for call in calls if isinstance(call.func, ast.Name)]
    assert WIDGETS[name].whole or re.search(r"assert_allclose\([^\n]*tol=1e-6", code), f"{test} is not exact"
