"""Every page: nothing from elsewhere, nothing broken, light enough, open to everyone."""

import gzip
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pages import CHAPTERS, DRAWN, INDEX, PAGES, ROOT, SETTLED, TEXT, WRITTEN

CHAPTER = "notebooks/02_recurrent_neural_network.html"
TEXT_PAGE, ANY_PAGE = 250_000, 500_000  # bytes, gzipped


class Links(HTMLParser):
    """What a page links to, loads, and can be linked at."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids |= {attributes.get("id"), attributes.get("name")}
        self.targets += [attributes[key] for key in ("href", "src") if attributes.get(key)]


def parse(site):
    return {
        path.relative_to(site).as_posix(): Links(path.read_text("utf-8"))
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }


def test_the_list_of_pages_is_complete(site):
    built = set(parse(site)) - {"index.html"}  # a redirect to the first page
    assert built == set(PAGES)


def test_a_second_build_after_a_change_gives_the_same_files(second_build):
    pages, rebuild = second_build

    def files():
        return {p.relative_to(pages) for p in pages.rglob("*") if p.is_file()}

    before = files()
    for name in ("_static/book.css", "_static/book.js", "index.md"):
        (ROOT / "book" / name).touch()
    rebuild()
    assert len(before) > 50 and files() == before


def test_every_link_and_file_is_there(site):
    pages = parse(site)
    for name, page in pages.items():
        for target in page.targets:
            parts = urlsplit(target)
            if parts.scheme or target == "#":
                continue
            path = (site / name).parent / unquote(parts.path) if parts.path else site / name
            assert path.resolve().exists(), f"{name}: {target}"
            there = path.resolve().relative_to(site.resolve()).as_posix()
            if parts.fragment and there in pages:
                assert unquote(parts.fragment) in pages[there].ids, f"{name}: {target}"


@dataclass
class Visit:
    """What the opening of a page told."""

    name: str
    title: str
    asked: set  # addresses
    shift: float  # sum of all jumps of the layout
    widgets: list  # of each: its name, whether it came to life, and how many widgets stand there


ALIVE = """() => [...document.querySelectorAll("[data-rnn-widget]")].map((slot) => [slot.dataset.rnnWidget,
    slot.hasAttribute("data-rnn-mounted"), slot.querySelectorAll(".rnn-widget").length])"""


@pytest.fixture(scope="module", params=PAGES)
def visit(request, opening):
    """Open a page once; a message, an error or a request elsewhere fails the test that comes first."""
    asked = set()
    with opening() as opened:
        page = opened(request.param, asked=asked)
        page.wait_for_function(SETTLED)
        shift = layout_shift(page)
        told = Visit(request.param, page.title(), asked, shift, page.evaluate(ALIVE))
    return told


def test_a_page_opens_from_its_folder_without_network_and_without_a_message(visit):
    assert visit.title


def test_a_page_is_light(visit):
    # files are read here: a browser under load may have dropped a body before it is asked for
    asked = {urlsplit(url) for url in visit.asked}
    files = {Path(unquote(url.path)) for url in asked if url.scheme == "file"}
    total = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    assert len(files) > 5
    assert total <= (TEXT_PAGE if visit.name in TEXT else ANY_PAGE), f"{total} bytes in {len(files)} files"


def test_a_page_does_not_jump_when_it_comes_to_life(visit):
    # On a busy machine the lines of a text page may move when the font of the formulas comes, after the first
    # drawing. From 0.1 on a jump wants to be better, says Web Vitals, and from 0.25 on it is poor.
    assert visit.shift < (0.05 if visit.widgets else 0.25)


def test_every_widget_comes_to_life(visit, site):
    stored = (site / visit.name).read_text("utf-8").count("data-rnn-widget=")
    assert len(visit.widgets) == stored and (stored or visit.name not in [INDEX, *CHAPTERS])
    assert all((alive, count) == (True, 1) for _, alive, count in visit.widgets), visit.widgets


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_names_no_other_host_that_it_would_load_from(site, name):
    text = (site / name).read_text("utf-8")
    assert not re.findall(
        r"<(?:script|link|img|iframe|source)[^>]*(?:src|href)=[\"'](?:https?:)?//[^\"']*", text
    )


@pytest.mark.parametrize("name", WRITTEN)
def test_no_page_scrolls_sideways_on_a_narrow_screen_or_when_enlarged(open_page, name):
    page = open_page(name, width=320)
    wide = {}
    # 1280 pixels enlarged to 200 % leave the page 640; letters alone at 200 % leave it all its width
    for width, letters in [(320, "100%"), (640, "100%"), (1280, "200%")]:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", letters)
        page.evaluate(DRAWN)
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wide[f"{width} px, letters {letters}"] = found
    assert wide == {}


def layout_shift(page):
    """Sum of all jumps since the page was opened."""
    page.wait_for_timeout(300)
    return page.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
                .observe({type: "layout-shift", buffered: true});
            setTimeout(() => done(sum), 100); })"""
    )


@pytest.mark.parametrize("width", [390, 412, 1300])
def test_the_first_page_does_not_jump_when_its_widget_comes_to_life(open_page, width):
    page = open_page(INDEX, width=width)
    assert layout_shift(page) < 0.05
    assert page.locator(".rnn-slot").first.evaluate(
        "el => el.scrollHeight - parseFloat(getComputedStyle(el).minHeight)"
    ) == pytest.approx(0, abs=40)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_link_into_a_chapter_lands_at_its_heading(open_page, site, name):
    heading = re.findall(r'<section id="([^"]+)">\s*<h2', (site / name).read_text("utf-8"))[-2]
    page = open_page(name, query=f"#{heading}")
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(200)
    top = page.locator(f"[id='{heading}']").evaluate("el => el.getBoundingClientRect().top")
    assert 0 <= top < 150  # below the bar at the top, whatever room the widgets before it took


@pytest.mark.parametrize("name", [INDEX, *CHAPTERS])
def test_without_javascript_the_numbers_are_in_tables(open_page, name):
    page = open_page(name, java_script_enabled=False)
    widgets = page.locator("[data-rnn-widget]").all()
    assert widgets
    for widget in widgets:
        assert widget.locator("table td").count() >= 6, widget.get_attribute("data-rnn-widget")
        assert widget.locator("table").first.is_visible()
    for details in page.locator(".bd-content details").all()[:3]:
        details.locator("summary").first.click()
        assert details.get_attribute("open") is not None
    here = page.url
    page.locator(".bd-sidebar-primary nav a:visible").last.click()
    page.wait_for_url(lambda url: url != here)
    assert page.locator("main h1:visible").count() == 1


def test_figures_take_the_page_s_colour(open_page):
    for scheme in ("light", "dark"):
        page = open_page(CHAPTER, scheme=scheme)
        figure = page.locator("svg.book-figure[role=img]").first
        assert len(figure.get_attribute("aria-label")) >= 60
        ink, text = page.evaluate(
            """() => {const text = document.querySelector("svg.book-figure text");
                const prose = document.querySelector(".bd-content p");
                return [getComputedStyle(text).fill, getComputedStyle(prose).color]}"""
        )
        assert ink == text


def test_only_pieces_of_code_with_a_colour_of_their_own_have_an_element(site):
    rules = (site / "_static" / "pygments.css").read_text("utf-8")
    for theme in ("light", "dark"):
        of_theme = f'html[data-theme="{theme}"] .highlight'
        ground = re.search(re.escape(of_theme) + r" \{[^}]*[^-]color: (#\w+)", rules)[1]
        for kind in ("n", "nn", "p", "w"):
            own = re.search(re.escape(f"{of_theme} .{kind}") + r" \{ ([^}]*)\}", rules)[1]
            assert own.strip() == f"color: {ground}"
    for name in CHAPTERS:
        code = re.findall(r'<div class="highlight">.*?</div>', (site / name).read_text("utf-8"), re.DOTALL)
        assert len(code) > 10
        kinds = set(re.findall(r'<span class="(\w+)">', "".join(code)))
        assert {"k", "mi"} <= kinds and not {"n", "nn", "p", "w"} & kinds


def test_maths_is_markup_with_its_source(open_page):
    page = open_page(CHAPTER)
    assert page.locator("math").count() > 50
    assert page.locator("math annotation").count() == page.locator("math").count()
    assert page.locator("merror, .math code").count() == 0
    assert page.evaluate("document.fonts.check('16px \\'STIX Two Math\\'')")


def test_search_finds_a_word_of_the_chapter(open_page):
    page = open_page("search.html", query="?q=transpose")
    page.wait_for_selector("#search-results li a")
    assert "Recurrent Neural Network" in page.locator("#search-results").inner_text()
