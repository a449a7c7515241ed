"""What makes the built book static, offline and fast. Runs while building; readers never import it.

* Maths becomes MathML here, not in the browser, with a font cut down to what the book uses.
* Figures go into the page as SVG whose ink is the page's text colour, so they follow its theme.
* Widgets get one script; a stored notebook's widget can be shown on another page.
* Pages load no script that they do not need, have no element that shows nothing, and name no other host.
"""

import base64
import html
import json
import logging
import re
import shutil
from pathlib import Path

import math_core
import pydata_sphinx_theme
from docutils import nodes
from docutils.parsers.rst import directives
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging as sphinx_logging
from sphinx.util.docutils import SphinxDirective

from rnnlib.plots import INK
from rnnlib.widgets._source import classic_script, css_source

log = sphinx_logging.getLogger(__name__)
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports every table it cuts, as if it were news
_LATEX = math_core.LatexToMathML(annotation=True, fancy_error=False, macros={"T": r"^{\top}"})


# maths


def mathml(latex, display):
    """LaTeX to MathML, with the number of a tag beside it."""
    tag = re.search(r"\\tag\{([^}]*)\}", latex)
    if tag:
        latex = latex.replace(tag[0], "")
    markup = _LATEX.convert_with_local_state(latex.strip(), displaystyle=display)
    markup = markup.replace("<mo>⊙</mo>", '<mo largeop="false">⊙</mo>')  # Firefox draws it large otherwise
    return markup + (f'<span class="eqno">({html.escape(tag[1])})</span>' if tag else "")


def _visit(display):
    element = "div" if display else "span"

    def visit(translator, node):
        try:
            markup = mathml(node.astext(), display)
        except math_core.LatexError as error:
            log.warning("maths: %s", error, location=node)
            markup = f"<code>{html.escape(node.astext())}</code>"
        translator.body.append(
            translator.starttag(node, element, "", CLASS="math") + markup + f"</{element}>"
        )
        raise nodes.SkipNode

    return visit


def cut_maths_font(app, exception):
    """STIX Two Math, 1 MB, down to the characters in the book's formulas.

    It stands in a style sheet: a font in a file comes after the first drawing, and then the text jumps.
    """
    if exception or app.builder.format != "html":
        return
    import ziamath

    used = set("0123456789()[]{}|√∑∏+-−=<>·×⊤ℎABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    for page in Path(app.outdir).rglob("*.html"):
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), re.DOTALL):
            used |= set(html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", formula)))
    italic = {
        chr(0x1D44E + ord(c) - ord("a")) for c in used if "a" <= c <= "z"
    }  # what <mi>x</mi> is drawn with
    italic |= {chr(0x1D434 + ord(c) - ord("A")) for c in used if "A" <= c <= "Z"}
    source = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    font = Path(app.outdir) / "_static" / "maths.woff2"
    save_subset(source, {ord(c) for c in used | italic}, font, ["ssty", "dtls"])
    address = f"data:font/woff2;base64,{base64.b64encode(font.read_bytes()).decode()}"
    font.unlink()
    rule = f'@font-face {{ font-family: "STIX Two Math"; src: url({address}) format("woff2"); }}\n'
    font.with_suffix(".css").write_text(rule, encoding="utf-8")


def save_subset(source, points, target, features=()):
    """Write a font with nothing but the wanted characters."""
    font = TTFont(source)
    cutter = subset.Subsetter(subset.Options(layout_features=list(features), notdef_outline=True))
    cutter.populate(unicodes=points)
    cutter.subset(font)
    font.flavor = target.suffix[1:]
    font.save(target)


def cut_icon_font(app, exception):
    """Font Awesome, 150 KB, down to the icons that the theme shows."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    css = (static / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    scripts = [p for p in static.rglob("*.js") if p.name != "fontawesome.js"]
    text = "".join(p.read_text("utf-8", "ignore") for p in [*Path(app.outdir).rglob("*.html"), *scripts])
    used = set(re.findall(r"fa-[a-z0-9-]+", text))
    points = {ord(c) for c in css if 0xE000 <= ord(c) <= 0xF8FF}  # written into the style sheet itself
    for selector, code in re.findall(r'((?:\.fa-[\w-]+:{1,2}before,?)+)\{content:"\\([0-9a-f]+)"', css):
        if used & set(re.findall(r"fa-[\w-]+", selector)):
            points.add(int(code, 16))
    # from the theme itself: a second build into the same folder finds no copy there any more
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
    font = theme / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.ttf"
    save_subset(font, points, static / "icons.woff")


# figures


class InlineFigures(SphinxPostTransform):
    """matplotlib's SVG goes into the page itself: an <img> cannot take the page's colour."""

    default_priority = 6  # after myst-nb has chosen among an output's forms, at 4
    formats = ("html",)

    def run(self, **_kwargs):
        """Replace each image that a notebook made."""
        for n, image in enumerate(list(self.document.findall(nodes.image))):
            if not (image["uri"].endswith(".svg") and "jupyter_execute" in image["uri"]):
                continue
            if not image.get("alt"):
                log.warning(
                    "a figure has no alternative text: set mystnb.image.alt in its cell", location=image
                )
            source = (Path(self.env.srcdir) / image["uri"].lstrip("/")).read_text("utf-8")
            image.replace_self(
                nodes.raw("", inline_svg(source, f"f{n}-", image.get("alt", "")), format="html")
            )


def inline_svg(source, prefix, alt):
    """One figure as markup for a page: named, its ids its own, its ink the page's."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", source[source.index("<svg") :], flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r'\sid="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}", svg)
    svg = re.sub(re.escape(INK), "currentColor", svg, flags=re.IGNORECASE)
    svg = re.sub(r"\n\s*", " ", svg)
    named = f'role="img" aria-label="{html.escape(alt)}" class="book-figure" style="{_least_width(svg)}"'
    svg = svg.replace("<svg ", f"<svg {named} ", 1)
    return f'<div class="figure-box">{svg}</div>'


def _least_width(svg):
    """Width below which a figure's smallest text would be under 9 pixels: it scrolls in its box instead."""
    across = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    texts = re.findall(r"<text.*?</text>", svg, re.DOTALL)
    # indices and exponents are smaller than their letters, as in all of mathematics
    sizes = [max(map(float, re.findall(r"font-size: ([\d.]+)px", text)), default=9) for text in texts]
    return f"min-width: {9.1 * across / min(sizes, default=9):.0f}px"


# widgets


def stored_outputs(directive, kind):
    """Read what the tagged cell of a stored notebook shows of a kind: the cell, and one output."""
    name, tag = directive.arguments
    path = Path(directive.env.srcdir) / name
    directive.env.note_dependency(str(path))
    found = [
        (cell, "".join(output["data"][kind]))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if tag in cell["metadata"].get("tags", [])
        for output in cell.get("outputs", [])
        if kind in output.get("data", {})
    ]
    if len(found) != 1:
        raise directive.error(f"{name} has {len(found)} outputs of {kind} tagged {tag!r}, not one")
    return found[0]


class NotebookFigure(SphinxDirective):
    """Show a figure that a stored notebook drew: ``{notebook-figure} NOTEBOOK TAG``."""

    required_arguments = 2

    def run(self):
        """Read the stored output, with the alternative text of its cell."""
        cell, source = stored_outputs(self, "image/svg+xml")
        alt = cell["metadata"]["mystnb"]["image"]["alt"]
        return [nodes.raw("", inline_svg(source, f"{self.arguments[1]}-", alt), format="html")]


class NotebookWidget(SphinxDirective):
    """Show a widget that a stored notebook made: ``{notebook-widget} NOTEBOOK TAG``.

    TAG is the tag of the notebook's cell. The page so shows the very network that was trained
    there. With ``:closed:`` its details start closed.
    """

    required_arguments = 2
    option_spec = {"closed": directives.flag}  # noqa: RUF012

    def run(self):
        """Read the stored output."""
        _, markup = stored_outputs(self, "text/html")
        if "closed" in self.options:
            markup = markup.replace('"arithmetic": true', '"arithmetic": false')
        return [
            nodes.raw(
                "", f'<div class="cell_output"><div class="text_html">{markup}</div></div>', format="html"
            )
        ]


def write_widgets(app, pagename, names):
    """Write a page's widgets as one classic script, which a page opened from a folder may load."""
    target = Path(app.outdir) / "_static" / "widgets"
    target.mkdir(parents=True, exist_ok=True)
    name = f"widgets/{pagename.replace('/', '-')}"
    (target.parent / f"{name}.js").write_text(classic_script(names), encoding="utf-8")
    (target.parent / f"{name}.css").write_text(css_source(*names), encoding="utf-8")
    return name


def drop_widget_state(_app, env):
    """Keep Jupyter's own widget states and their loader, megabytes from another host, out of the pages."""
    for metadata in getattr(env, "nb_metadata", {}).values():
        for name in [n for n in metadata.get("js_files", {}) if n.startswith("ipywidgets_")]:
            del metadata["js_files"][name]


# pages

# Names, brackets and blanks have the colour of the code round them; their spans were a third of all elements.
PLAIN_CODE = re.compile(r'<span class="(?:n|nn|p|w)">([^<]*)</span>')


def add_page_files(app, pagename, _template, context, _doctree):
    """Give a page the files of the widgets that stand on it, and of no others."""
    names = sorted(set(re.findall(r'data-rnn-widget="(\w+)"', context.get("body") or "")))
    if names:
        files = write_widgets(app, pagename, names)
        app.add_css_file(f"{files}.css")
        app.add_js_file(f"{files}.js", loading_method="defer")
    if {"predict", "question"} & set(names):  # room for the count of questions, which book.js fills
        context["body"] = context["body"].replace("</h1>", '</h1>\n<p class="book-progress"></p>', 1)


def finish_page(_app, pagename, _template, context, _doctree):
    """Defer scripts, take plain code out of its spans, and describe the page by its first paragraph."""
    if pagename == "search":
        return
    scripts = context.get("script_files", [])
    for i, script in enumerate(scripts):
        name = str(getattr(script, "filename", "") or "")
        if name and "documentation_options" not in name and not {"defer", "async"} & set(script.attributes):
            # a new object: Sphinx shares these between pages, and the search page must not be changed
            scripts[i] = type(script)(
                script.filename, priority=script.priority, **{**script.attributes, "defer": "defer"}
            )
    if context.get("body"):
        context["body"] = PLAIN_CODE.sub(r"\1", context["body"])
    paragraph = re.search(r"<p>(.*?)</p>", context.get("body") or "", re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]+>", "", paragraph[1])) if paragraph else ""
    context["meta_description"] = re.sub(r"\s+", " ", text).strip()[:155]


def tidy_output(app, exception):
    """Remove what no page loads: 1.5 MB of icons as script, and the fonts of which only a part is used."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for script in static.rglob("fontawesome.js*"):
        script.unlink()
    shutil.rmtree(static / "vendor" / "fontawesome" / "webfonts", ignore_errors=True)
    theme = static / "styles" / "pydata-sphinx-theme.css"  # names them: Firefox would ask for them
    styles = theme.read_text("utf-8")
    theme.write_text(re.sub(r"@font-face\{[^}]*/fontawesome/[^}]*\}", "", styles), encoding="utf-8")


def setup(app):
    """Register everything with Sphinx."""
    app.add_config_value(
        "comments_config", {}, "html"
    )  # Jupyter Book sets it even where the extension is off
    app.add_html_math_renderer("mathml", (_visit(False), None), (_visit(True), None))
    app.add_post_transform(InlineFigures)
    app.add_directive("notebook-figure", NotebookFigure)
    app.add_directive("notebook-widget", NotebookWidget)
    app.connect("env-updated", drop_widget_state)
    app.connect("html-page-context", add_page_files, priority=400)
    app.connect("html-page-context", finish_page, priority=900)
    for priority, finish in enumerate([cut_maths_font, cut_icon_font, tidy_output], start=500):
        app.connect("build-finished", finish, priority=priority)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
