"""A real browser for the tests, found or installed; and Node.js, which comes with Playwright.

The order: what BOOK_BROWSER names; Chromium without its windows, the same engine, which opens a page
in half the time; an installed Chromium, Chrome or Edge; Playwright's own; an installed Firefox. If there
is none, one is installed where that is allowed. If that fails too, the tests fail and say what to do.
They never pass by skipping.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HELP = """No browser could be found or installed, so the built book cannot be tested. Do one of these:
  - install Chromium, Chrome or Firefox the way your system installs programs;
  - or run:  python -m playwright install chromium
  - or name one you have:  BOOK_BROWSER=/path/to/chromium make test"""

FIREFOX_HELP = """No Firefox could be found or installed, so the book cannot be tested in it. Do one of these:
  - install Firefox the way your system installs programs;
  - or name one you have:  BOOK_FIREFOX=/path/to/firefox make test"""
FIREFOX_NAMES = ["firefox", "firefox-esr"]
FIREFOX_PLACES = [
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
]

CHROMIUM_NAMES = [
    "chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome", "msedge",
]  # fmt: skip
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]
# no calls home at start: the tests count every request
CHROMIUM_FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-gpu",
    "--no-first-run", "--disable-quic", "--disable-features=Translate",
]  # fmt: skip


def node():
    """Path of a Node.js: the one that Playwright brings, so nobody has to install it."""
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])


def launch(playwright):
    """Start a browser; return it. See the module for where it comes from."""
    errors = []
    for attempt in (_installed, _install_with_playwright, _install_with_apt):
        browser = attempt(playwright, errors)
        if browser is not None:
            return browser
    raise RuntimeError("\n".join([HELP, "", "What was tried:", *errors]))


def find_firefox():
    """Path of a Firefox: what BOOK_FIREFOX names, or an installed one, or one installed now."""

    def installed():
        found = [os.environ.get("BOOK_FIREFOX"), *map(shutil.which, FIREFOX_NAMES), *FIREFOX_PLACES]
        return next((path for path in found if path and Path(path).exists()), None)

    errors = []
    path = installed() or (_apt_get(["firefox-esr"], installed, errors))
    if path is None:
        raise RuntimeError("\n".join([FIREFOX_HELP, "", "What was tried:", *errors]))
    return path


def _installed(playwright, errors):
    named = os.environ.get("BOOK_BROWSER")
    found = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
    found += [place for place in PLACES if Path(place).exists()]
    foxes = [path for name in FIREFOX_NAMES if (path := shutil.which(name))]
    for path in [named] if named else [*found, None, *foxes]:  # None: Playwright's own
        start = _firefox if path and "firefox" in path.lower() else _chromium
        browser = _try(
            errors, path or "Playwright's Chromium", lambda path=path, start=start: start(playwright, path)
        )
        if browser is not None:
            return browser
    return None if named else _try(errors, "Playwright's Firefox", playwright.firefox.launch)


def _firefox(playwright, path):
    """Drive a stock Firefox; an old one starts but lacks commands that every page needs."""
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=path)
    browser.new_page().close()
    return browser


def _chromium(playwright, path):
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses to run as root
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS + ["--no-sandbox"] * root)


def _install_with_playwright(playwright, errors):
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    return _try(errors, " ".join(command[1:]), lambda: _run(command) and _chromium(playwright, None))


def _install_with_apt(playwright, errors):
    for name in ("chromium-headless-shell", "chromium"):
        packages = [name, "fonts-dejavu-core", "fonts-liberation"]
        browser = _apt_get(packages, lambda name=name: _chromium(playwright, shutil.which(name)), errors)
        if browser is not None:
            return browser
    return None


def _apt_get(packages, then, errors):
    """Install packages where that is allowed, and return what is to be done then."""
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        errors.append("apt-get: not here, or not allowed")
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def install():
        import fcntl

        # the tests run in several processes, and apt serves one at a time
        with (Path(tempfile.gettempdir()) / "book-tests-apt.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _run(["apt-get", "update", "-qq"], environment)
            _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], environment)
        return then()

    return _try(errors, f"apt-get install {packages[0]}", install)


def _run(command, environment=None):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip()[-300:])
    return True


def _try(errors, what, action):
    try:
        return action()
    except Exception as error:  # whatever a start can fail with: the next one is tried, and this is told
        errors.append(f"{what}: {str(error).splitlines()[0][:200] if str(error) else type(error).__name__}")
        return None


def read_table(widget):
    """Open a widget's table and return its rows as text."""
    details = widget.locator("details", has_text="as a table")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
        details.locator("tbody tr").first.wait_for(state="attached")  # some fill it when it opens
    return details.evaluate(
        "el => [...el.querySelectorAll('tbody tr')].map(tr => [...tr.children].map(td => td.textContent))"
    )


def state_of(site, page, name):
    """State of the first widget of a kind, as the built page holds it before its script runs."""
    text = (site / page).read_text("utf-8")
    found = re.search(rf'data-rnn-widget="{name}"><script type="application/json">(.*?)</script>', text)
    return json.loads(found[1])


def from_half(p):
    """Array of a parameter that was written as half-precision text."""
    return np.frombuffer(base64.b64decode(p["half"]), "<f2").astype(float).reshape(p["shape"])
