"""How long the widgets of the built pages take to answer: ``python benchmarks/widgets.py``.

Milliseconds from a key or a typed letter until everything is computed and laid out, ready to be
painted; median and largest of 40. The budget: 16 ms for a key, 50 ms for a letter in a sentence of
200 words.
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from browser import launch  # noqa: E402

SITE = ROOT / "_build" / "html"
SHORT = "although the film was not bad, I really love machine learning"
LONG = " ".join(("I do not love the film but it was good although " * 20).split()[:200])
KEYS = """([selector, keys]) => {
    const time = document.querySelector(selector + " .rnn-time");
    return Array.from({length: 40}, (_, i) => {
        const start = performance.now();
        time.dispatchEvent(new KeyboardEvent("keydown", {key: keys[i % keys.length], bubbles: true}));
        document.body.getBoundingClientRect();
        return performance.now() - start; });}"""
LETTERS = """([selector, text]) => {
    const field = document.querySelector(selector + " .rnn-sentence");
    return Array.from({length: 40}, (_, i) => {
        const start = performance.now();
        field.value = text + " " + "x".repeat(i % 5);
        field.dispatchEvent(new InputEvent("input", {bubbles: true}));
        document.body.getBoundingClientRect();
        return performance.now() - start; });}"""


def main():
    """Print a table."""
    print("| page | widget | sentence | key, ms | letter, ms |\n|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name, selector in [
            ("book/index.html", ".rnn-stepper"),
            ("notebooks/02_recurrent_neural_network.html", ".rnn-stepper"),
            ("notebooks/02_recurrent_neural_network.html", ".rnn-bptt"),
        ]:
            page = browser.new_page()
            page.goto((SITE / name).as_uri())
            for text in (SHORT, LONG):
                page.locator(f"{selector} .rnn-sentence").first.fill(text)
                taken = [page.evaluate(KEYS, [selector, ["ArrowLeft", "ArrowLeft", "ArrowRight"]])]
                taken.append(page.evaluate(LETTERS, [selector, text]))
                cells = [f"{statistics.median(times):.1f} (at most {max(times):.1f})" for times in taken]
                words = len(text.split())
                print(f"| {name} | {selector} | {words} words | {cells[0]} | {cells[1]} |", flush=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
