"""The widgets' JavaScript as the strings that Jupyter and the built book want.

A module may import from ``engine.mjs`` and ``draw.mjs``. anywidget loads a module from a blob
address, and a page opened from a folder loads no modules at all; relative imports resolve in
neither, so they are written out here. There is no bundler.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
_SHARED = ("engine", "draw")
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.mjs";\n', re.MULTILINE)


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")


def _without_exports(source):
    return re.sub(r"^export (?=function|const|let)", "", source, flags=re.MULTILINE)


def _body(name):
    """Source of a widget's module without its imports; they must be of shared modules."""
    source = _read(f"{name}.mjs")
    foreign = {match[1] for match in _IMPORT.finditer(source)} - set(_SHARED)
    if foreign:
        raise ValueError(f"{name}.mjs imports {sorted(foreign)}; only {_SHARED} can be written out")
    return _without_exports(_IMPORT.sub("", source))


def shared_source():
    """Engine and drawing helpers, to stand before the widgets that use them."""
    return "\n".join(_without_exports(_read(f"{name}.mjs")) for name in _SHARED)


def module_source(name):
    """One widget as a complete ES module, for anywidget."""
    return shared_source() + _body(name)


def css_source(*names):
    """Return the style sheet that all widgets share, then those of the named widgets that have one."""
    own = [f"{name}.css" for name in names if (HERE / f"{name}.css").exists()]
    return "\n".join(_read(file) for file in ["widgets.css", *own])


def classic_script(names):
    """Several widgets and the mounting code as one classic script, for a built page."""
    parts = ["(() => {", '"use strict";', shared_source(), "const widgets = {};"]
    for name in names:
        body = _body(name).replace("export default { render };", "return { render };")
        parts.append(f"widgets.{name} = (() => {{\n{body}\n}})();")
    return "\n".join([*parts, _read("mount.js"), "})();\n"])
