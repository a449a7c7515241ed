"""The book as a reader gets it: built, opened from its folder, with the network off."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import launch
from playwright.sync_api import sync_playwright

from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary

ROOT = Path(__file__).parents[2]
THEME_CHATTER = "[PST]:"  # the theme's own debug messages, at level "log"


@pytest.fixture(scope="session")
def site():
    """Build the book as `make book` does, warnings being errors; return the folder of its pages."""
    shutil.rmtree(ROOT / "_build" / "html", ignore_errors=True)  # a page of an older build proves nothing
    build_book("--all")
    return ROOT / "_build" / "html"


def build_book(*options):
    """Run the build; a warning is an error."""
    program = "from jupyter_book.cli.main import main; main()"  # the package has no `python -m`
    command = [sys.executable, "-c", program, "build", str(ROOT), "-W", "--keep-going", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture(scope="session")
def rebuild():
    """Build once more into the same folder, as after a change."""
    return build_book


@pytest.fixture(scope="session")
def network(site):
    """The network that the chapter shows, read from the built page itself."""
    text = (site / "notebooks" / "02_recurrent_neural_network.html").read_text("utf-8")
    state = re.search(
        r'data-rnn-widget="sentence_stepper"><script type="application/json">(.*?)</script>', text
    )
    spec = json.loads(state[1])["network"]
    return SequenceClassifier.from_spec(spec, Vocabulary(spec["words"]))


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    running = launch(playwright)
    yield running
    running.close()


@pytest.fixture
def open_page(browser, site):
    """Open a page of the book offline; whatever it asks for elsewhere, says or does wrong, fails the test."""
    contexts, wrong = [], []

    def opened(name, width=1300, scheme="light", query="", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.on(
            "request",
            lambda r: (
                None if r.url.startswith(("file:", "data:", "blob:")) else wrong.append(f"request {r.url}")
            ),
        )
        page.on("requestfailed", lambda r: wrong.append(f"failed {r.url}"))
        page.on(
            "console",
            lambda m: None if m.text.startswith(THEME_CHATTER) else wrong.append(f"{m.type}: {m.text}"),
        )
        page.on("pageerror", lambda error: wrong.append(f"error {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto((site / name).as_uri() + query)
        page.wait_for_load_state("load")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
