"""All pages in Chromium and in Firefox, from the folder and from a server, with every other host refused."""

import functools
import http.server
import re
import threading
from urllib.parse import unquote, urlsplit

import pytest
from browser import find_firefox
from firefox import Firefox
from pages import INDEX, PAGES

THEME_CHATTER = "[PST]:"  # the theme's own debug messages
# Firefox says this of a formula of which only a part has arrived from the server. What counts is what the
# formula has in the end: `lacking`.
HALF_A_FORMULA = "Invalid markup: Incorrect number of children for <"
LOADED = """new Promise((done) => {
    const start = performance.now();
    const look = () => {
        const waiting = document.querySelectorAll("[data-rnn-widget]:not([data-rnn-mounted])").length;
        const images = [...document.images].filter((image) => !(image.complete && image.naturalWidth));
        const blank = images.map((image) => image.src.slice(0, 80));
        const mounted = document.querySelectorAll("[data-rnn-mounted] > .rnn-widget").length;
        const parts = {mfrac: 2, mroot: 2, msub: 2, msup: 2, munder: 2, mover: 2, msubsup: 3, munderover: 3};
        const lacking = [...document.querySelectorAll(Object.keys(parts))]
            .filter((part) => part.children.length !== parts[part.localName]).map((part) => part.outerHTML);
        const all = {title: document.title, mounted, blank, lacking};
        if (!waiting && !blank.length || performance.now() - start > 5000) return setTimeout(done, 100, all);
        setTimeout(look, 50); };
    look(); })"""
TYPED = """new Promise((done) => {
    const widget = document.querySelector("[data-rnn-widget=sentence_stepper] .rnn-widget");
    const field = widget.querySelector("input[type=text]");
    const read = () => widget.querySelector(".rnn-strip").textContent;
    const before = read();
    field.value = "not bad good";
    field.dispatchEvent(new Event("input", {bubbles: true}));
    field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
    setTimeout(() => done({before, after: read()}), 500); })"""
RESULTS = """new Promise((done) => {
    const start = performance.now();
    const look = () => {
        const links = [...document.querySelectorAll("#search-results li a")].map((link) => link.href);
        const over = /finished/i.test(document.querySelector("#search-results").textContent);
        if (over || performance.now() - start > 5000) return done(links);
        setTimeout(look, 50); };
    look(); })"""


@pytest.fixture(scope="module")
def server(site):
    """A server of the built pages; what it could not find is kept."""
    missing = []

    class Pages(http.server.SimpleHTTPRequestHandler):
        def send_error(self, code, *rest, **more):
            missing.append(f"{code} {self.path}")
            super().send_error(code, *rest, **more)

        def log_message(self, *_arguments):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(site)))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    running.missing = missing
    yield running
    running.shutdown()
    running.server_close()


class Chromium:
    """One page of Chromium, with the same few commands as Firefox."""

    def __init__(self, browser):
        self.asked, self.said = [], []
        self.context = browser.new_context(viewport={"width": 1300, "height": 900})
        self.context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def visit(self, url):
        self.page.goto(url)
        self.page.wait_for_load_state("load")

    def evaluate(self, expression):
        return self.page.evaluate(expression)

    def close(self):
        self.context.close()


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    running = Firefox(find_firefox(), tmp_path_factory.mktemp("firefox"))
    yield running
    running.close()


@pytest.fixture(params=["chromium", "firefox"])
def tab(request):
    if request.param == "firefox":
        tab = request.getfixturevalue("firefox")
        tab.asked.clear()
        tab.said.clear()
        yield tab
    else:
        tab = Chromium(request.getfixturevalue("browser"))
        yield tab
        tab.close()


def told(tab):
    """What a page said, without the theme's chatter and what only says that it has not all arrived."""
    return [said for said in tab.said if THEME_CHATTER not in said and HALF_A_FORMULA not in said]


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_every_page_works_and_asks_nobody_else(tab, scheme, site, server):
    server.missing.clear()
    origin = f"http://127.0.0.1:{server.server_address[1]}/" if scheme == "http" else site.as_uri() + "/"
    wrong = []
    for name in PAGES:
        tab.visit(origin + name)
        page = tab.evaluate(LOADED)
        stored = (site / name).read_text("utf-8").count("data-rnn-widget=")
        if page["mounted"] != stored or page["blank"] or page["lacking"] or not page["title"]:
            wrong.append(f"{name}: {stored} widgets stored, and there are {page}")
        wrong += [f"{name}: {said}" for said in told(tab)]
        tab.said.clear()
    tab.visit(origin + INDEX)
    tab.evaluate(LOADED)
    typed = tab.evaluate(TYPED)
    assert typed["after"] != typed["before"] and re.search(r"-?[01]\.\d\d", typed["after"]), typed
    for query in ("transpose", "attention", "gradient"):
        tab.visit(f"{origin}search.html?q={query}")
        links = tab.evaluate(RESULTS)
        assert len(links) >= 3, query
        for link in links:
            path = unquote(urlsplit(link).path)
            path = path.removeprefix(unquote(urlsplit(origin).path))
            assert path in PAGES, f"the search for {query} leads to {link}"
    tab.visit(links[0])
    assert tab.evaluate("document.querySelector('main h1').textContent.length > 3")
    wrong += [f"message: {said}" for said in told(tab)]
    own = (origin, "data:", "blob:", "about:")
    wrong += [f"request {url}" for url in tab.asked if not url.startswith(own)]
    wrong += [f"not found: {path}" for path in server.missing]
    assert wrong == []
