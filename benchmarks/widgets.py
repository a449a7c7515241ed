"""How long each widget of the built book takes to answer: ``python benchmarks/widgets.py [NAME ...]``.

Milliseconds of work from a key until the page is painted anew: what the widget computes and changes,
and what the browser needs to style, lay out and record the picture. The time that a finished frame waits
for the screen's next refresh is not in it. Every widget is measured on its own page of the book, in a
browser that was just started: 120 keys on the example of the book, 120 on the longest text
that it reads, 40 letters typed at the end of that text. The budgets: 16 ms at the 95th percentile for a
key, 50 ms for a letter in a sentence of 200 words.

Build the book first, and let nothing else run.
It says how busy the machine was. It needs Chromium.
"""

import os
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from browser import launch  # noqa: E402
from pages import WRITTEN  # noqa: E402
from widget_manifest import WIDGETS  # noqa: E402

SITE = ROOT / "_build" / "html"
KEYS, LETTERS = 120, 40
# What a key does is done by script: to a control its value changes, to everything else the key is told.
# Work in the event's own task and in the frame that follows counts; the wait between them does not.
PRESS = """async ([place, keys, n]) => {
    const act = (node, key) => {
        if (node.type === "text") { node.value = key === "a" ? node.value + key : node.value.slice(0, -1); }
        else if (node.type === "range") key === "ArrowRight" ? node.stepUp() : node.stepDown();
        else if (node.tagName === "SELECT") node.selectedIndex += key === "ArrowDown" ? 1 : -1;
        else if (node.type === "radio" || key === "Enter") return node.click();
        else {
            const how = {shiftKey: key.startsWith("Shift+"), bubbles: true, cancelable: true};
            const name = key.replace("Shift+", "").replace("Space", " ");
            return node.dispatchEvent(new KeyboardEvent("keydown", {key: name, ...how}));
        }
        node.dispatchEvent(new Event(node.tagName === "SELECT" ? "change" : "input", {bubbles: true}));
    };
    const frame = () => new Promise((done) => requestAnimationFrame(() => {
        const start = performance.now();
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now() - start);
        port2.postMessage(0);
    }));
    const root = document.querySelector(place.widget);
    const taken = [];
    await frame();
    for (let i = 0; i < n; i++) {
        const all = root.querySelectorAll(place.node);
        const start = performance.now();
        act(all[all[0].type === "radio" ? i % all.length : 0], keys[i % keys.length]);
        await null; // what waits for the end of the event
        const handled = performance.now() - start;
        taken.push(handled + await frame());
    }
    return taken;
}"""


def page_of(name):
    """The first page that shows a widget."""
    mark = f'data-rnn-widget="{name}"'
    return next(page for page in WRITTEN if mark in (SITE / page).read_text("utf-8"))


def measure(playwright, name):
    """Times of keys on the example, of keys on the longest text, and of letters typed there."""
    entry, times = WIDGETS[name], []
    for text, typed in [("", False), (entry.longest, False), (entry.longest, True)]:
        if times and not text:
            times.append(None)
            continue
        browser = launch(playwright)
        page = browser.new_page()
        page.goto((SITE / page_of(name)).as_uri())
        widget = page.locator(f"[data-rnn-widget={name}] .rnn-widget").first
        if text:
            widget.locator("input[type=text]").first.fill(text)
        if name == "memory_game":
            widget.locator(entry.place).first.press("ArrowRight")  # the cells wait for the first symbol
        page.wait_for_timeout(300)
        node = "input[type=text]" if typed else entry.place
        place = {"widget": f"[data-rnn-widget={name}] .rnn-widget", "node": node}
        keys = ["a", "Backspace"] if typed else entry.keys
        n = LETTERS if typed else KEYS
        page.evaluate(PRESS, [place, keys, 2 * len(keys)])  # so that code is compiled
        times.append(page.evaluate(PRESS, [place, keys, n]))
        browser.close()
    return times


def cell(times):
    """Median, 95th percentile and largest of some times."""
    if times is None:
        return "–"
    top = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.1f} / {top:.1f} / {max(times):.1f}"


def main():
    """Print a table."""
    print("median / 95th percentile / largest, ms")
    print(f"load of the machine at the start {os.getloadavg()[0]:.2f}\n")
    print("| widget | key | key, longest text | letter typed there |\n|---|---|---|---|")
    with sync_playwright() as playwright:
        for name in sys.argv[1:] or WIDGETS:
            cells = [cell(times) for times in measure(playwright, name)]
            print(f"| {name} | {' | '.join(cells)} |", flush=True)
    print(f"\nload at the end {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
