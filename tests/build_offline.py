"""A fresh copy, a fresh environment, the network off: does ``make book`` build the whole book?

``make check-offline`` runs this. The copy holds what git tracks and nothing else. Only installing may use
the network. While the book is built, Python refuses every connection to another machine and notes who
asked; where Linux allows it, the build has no network at all. Then the same is tried with a line in the
configuration that asks another host, which must be noticed: so the guard is shown to work each time.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

from pages import PAGES, ROOT

GUARD = """
import os, socket, sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        with open(os.environ["ASKED_FOR"], "a") as notes:
            notes.write(f"{host}\\n")
        raise OSError(f"the network is off: {host}")

sys.addaudithook(refuse)
"""
OTHER_HOST = '    intersphinx_mapping: {python: ["https://docs.python.org/3", null]}\n'


def run(command, folder, **environment):
    """Run a command in a folder; return whether it succeeded, and the end of what it said."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    return done.returncode == 0, (done.stdout + done.stderr)[-2000:]


def fresh_copy(folder):
    """Copy what git tracks."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, names.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


def no_network():
    """Return the command that takes the network from another one, or nothing where that is not allowed."""
    alone = ["unshare", "--map-root-user", "--net"]
    return alone if shutil.which("unshare") and run([*alone, "true"], ROOT)[0] else []


def build(folder, python):
    """Build with the network off; return whether it succeeded, what it said, and whom it asked."""
    notes, guard = folder / "asked_for", folder / "guard"
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(GUARD, "utf-8")
    notes.write_text("", "utf-8")
    command = [*no_network(), "make", "book", f"PYTHON={python}"]
    built, said = run(command, folder, PYTHONPATH=str(guard), ASKED_FOR=str(notes))
    return built, said, sorted(set(notes.read_text("utf-8").split()))


def absent(site):
    """Say which pages are not there, and which files of the site a page names in vain."""
    lost = [page for page in PAGES if not (site / page).exists()]
    for page in [path for path in site.rglob("*.html") if "_static" not in path.parts]:
        for name in re.findall(r'(?:src|href)="([^"#?]+)', page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", name) and not (page.parent / unquote(name)).exists():
                lost.append(f"{page.relative_to(site)} -> {name}")
    return lost


def check(python):
    """Install and build as a reader does; return what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "book"
        folder.mkdir()
        fresh_copy(folder)
        installed, said = run(["make", ".venv/ready", f"PYTHON={python}"], folder)
        if not installed:
            return [f"the environment could not be made: {said}"]

        built, said, asked = build(folder, python)
        if not built:
            return [f"without a network the book does not build: {said}", f"it asked for {asked}"]
        wrong = [f"the build asked for {host}" for host in asked]
        wrong += [f"not in the built book: {lost}" for lost in absent(folder / "_build" / "html")]

        config = folder / "_config.yml"
        text = config.read_text("utf-8")
        text = text.replace("\n    extensions: [", "\n    extensions: [sphinx.ext.intersphinx, ", 1)
        config.write_text(text.replace("  config:\n", "  config:\n" + OTHER_HOST, 1), "utf-8")
        if build(folder, python)[2] != ["docs.python.org"]:
            wrong.append("the guard is broken: it did not notice a build that asks docs.python.org")
        return wrong


if __name__ == "__main__":
    found = check(sys.executable)
    print("\n".join(found) or "With the network off, a fresh copy builds the whole book.")
    sys.exit(bool(found))
