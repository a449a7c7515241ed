"""The book as a reader gets it: built, opened from its folder, with the network off."""

import contextlib
import functools
import http.server
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from browser import launch
from pages import CHAPTERS
from playwright.sync_api import sync_playwright

from rnnlib.models import SequenceClassifier
from rnnlib.text import Vocabulary
from rnnlib.widgets._source import classic_script, css_source, module_source

ROOT = Path(__file__).parents[2]
SLOT = r'<div class="rnn-slot" data-rnn-widget="{}">.*?</table></div>'
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src blob:; "
    "require-trusted-types-for 'script'"
)
THEME_CHATTER = "[PST]:"  # the theme's own debug messages, at level "log"


@pytest.fixture(scope="session")
def site():
    """Build the book as `make book` does, once for all workers; return the folder of its pages."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(8))
    built = ROOT / "_build" / f"tested-{run}"
    try:
        built.mkdir(parents=True)  # whoever comes first builds
    except FileExistsError:
        for _ in range(1800):
            if (built / "done").exists():
                break
            time.sleep(0.2)
        else:
            pytest.fail("another worker did not finish building the book")
    else:
        for old in built.parent.glob("tested-*"):
            if old != built:
                shutil.rmtree(old)
        build_book(ROOT / "_build")
        (built / "done").touch()
    return ROOT / "_build" / "html"


def build_book(folder):
    """Build all pages into the folder; a warning is an error, and a page of an older build proves nothing."""
    shutil.rmtree(folder / "html", ignore_errors=True)
    run_build(folder, "--all")


def run_build(folder, *options):
    """Run the build."""
    program = "from jupyter_book.cli.main import main; main()"  # the package has no `python -m`
    where = [] if folder == ROOT / "_build" else ["--path-output", str(folder.parent)]
    command = [sys.executable, "-c", program, "build", str(ROOT), "-W", "--keep-going", *where, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.fixture
def second_build(site, tmp_path):
    """Copy what was built, to be built once more into the same folder, as after a change."""
    folder = tmp_path / "_build"
    for part in ("html", ".doctrees"):
        shutil.copytree(site.parent / part, folder / part)
    return folder / "html", lambda: run_build(folder)


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


@contextlib.contextmanager
def open_pages(browser, site):
    """Open pages of the book offline; whatever they ask for elsewhere, say or do wrong, fails the test."""
    contexts, wrong = [], []

    def opened(name, width=1300, scheme="light", query="", asked=None, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()

        def note_request(request):
            if not request.url.startswith(("file:", "data:", "blob:")):
                wrong.append(f"request {request.url}")
            if asked is not None:
                asked.add(request.url)

        page.on("request", note_request)
        # the icon may still be on its way when a test ends; that it is there, the test of links says
        page.on(
            "requestfailed",
            lambda r: None if r.url.endswith("/icon.svg") else wrong.append(f"failed {r.url}"),
        )
        page.on(
            "console",
            lambda m: None if m.text.startswith(THEME_CHATTER) else wrong.append(f"{m.type}: {m.text}"),
        )
        page.on("pageerror", lambda error: wrong.append(f"error {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto((site / name).as_uri() + query)
        page.wait_for_load_state("load")
        return page

    try:
        yield opened
    finally:
        for context in contexts:
            context.close()
    assert wrong == []


@pytest.fixture
def open_page(browser, site):
    """Open a page of the book offline; whatever it asks for elsewhere, says or does wrong, fails the test."""
    with open_pages(browser, site) as opened:
        yield opened


@pytest.fixture(scope="module")
def keep_page(opening):
    """Open a page once for all tests of a file that set whatever they look at."""
    with opening() as opened:
        yield functools.cache(opened)


@pytest.fixture(scope="session")
def opening(browser, site):
    """Open a page in the same way, for several tests: ``with opening() as open_page``."""
    return functools.partial(open_pages, browser, site)


@pytest.fixture(scope="session")
def slots(site):
    """The first stored form of every widget, as the built pages hold it."""
    found = {}
    for name in CHAPTERS:
        text = (site / name).read_text("utf-8")
        for match in re.finditer(SLOT.format(r"(\w+)"), text, re.DOTALL):
            found.setdefault(match[1], match[0])
    return found


@pytest.fixture(scope="session")
def stage(slots, tmp_path_factory):
    """A folder with a page for each widget, which shows it twice; and a server that refuses all else."""
    folder = tmp_path_factory.mktemp("stage")
    for name, slot in slots.items():
        page = (
            f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{name}</title>"
            f"<link rel='stylesheet' href='{name}.css'><script defer src='{name}.js'></script>"
            f"<main>{slot}{slot}</main></html>"
        )
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        (folder / f"{name}.css").write_text(css_source(name), encoding="utf-8")
        (folder / f"{name}.js").write_text(classic_script([name]), encoding="utf-8")
        (folder / f"{name}.mjs").write_text(module_source(name), encoding="utf-8")

    class Strict(http.server.SimpleHTTPRequestHandler):
        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_arguments):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Strict, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture
def open_stage(browser, stage):
    """Open a widget's page; whatever goes wrong or is said, and every request elsewhere, fails the test."""
    context, wrong = browser.new_context(viewport={"width": 900, "height": 900}), []
    page = context.new_page()
    page.on(
        "request",
        lambda r: None if r.url.startswith((stage, "blob:", "data:")) else wrong.append(f"request {r.url}"),
    )
    page.on("console", lambda m: wrong.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error {error}"))
    page.on("dialog", lambda dialog: (wrong.append("dialog"), dialog.dismiss()))

    def opened(name):
        page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(f"{stage}/{name}.html")
        page.locator("[data-rnn-mounted]").nth(1).wait_for(state="attached")
        if name == "train_in_page":  # its worker says a moment later that it is there
            for k in (0, 1):
                page.locator(".rnn-note", has_text="it learns in").nth(k).wait_for()
        return page, page.locator(".rnn-widget").nth(0), page.locator(".rnn-widget").nth(1)

    yield opened
    context.close()
    assert wrong == []
