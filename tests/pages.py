"""The pages of the book, as its table of contents names them."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
FILES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]

INDEX = f"{TOC['root']}.html"
CHAPTERS = [f"{name}.html" for name in FILES if name.startswith("notebooks/")]
TEXT = [f"{name}.html" for name in FILES if name.startswith("book/") and name != TOC["root"]]
WRITTEN = [INDEX, *CHAPTERS, *TEXT]
PAGES = [*WRITTEN, "search.html"]
