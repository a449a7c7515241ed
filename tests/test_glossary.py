"""The glossary: every entry stands by itself, in order, once."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[1] / "book" / "notation.md").read_text("utf-8")
GLOSSARY = PAGE.split("## Glossary\n")[1].split("\n## ")[0].split("\nThe sources are")[0]
ENTRIES = [block.strip() for block in re.split(r"\n\s*\n", GLOSSARY) if block.strip()]


def test_every_entry_is_a_term_and_its_meaning():
    assert len(ENTRIES) > 60
    for entry in ENTRIES:
        lines = entry.splitlines()
        assert len(lines) == 2 and lines[1].startswith(": "), entry


def test_terms_are_in_order_and_stand_once():
    terms = [entry.splitlines()[0].casefold() for entry in ENTRIES]
    plain = [re.sub(r"[^a-z0-9 ]", "", term) for term in terms]
    assert plain == sorted(plain) and len(set(plain)) == len(plain)
