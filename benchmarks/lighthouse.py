"""Lighthouse's marks for the built pages: ``python benchmarks/lighthouse.py``, after ``make book``.

Needs Node.js with npm, Chromium, and the npm registry once. Serves the pages as a web server
would, compressed, and prints the four marks of each page, for a phone and for a desktop. Marks for
performance vary by a point or two; what is printed is the median of three runs.
"""

import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
from pathlib import Path

SITE = Path(__file__).parents[1] / "_build" / "html"
KINDS = ["performance", "accessibility", "best-practices", "seo"]
WANTED = {"performance": 0.95, "accessibility": 1, "best-practices": 1, "seo": 1}
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}


class Pages(http.server.SimpleHTTPRequestHandler):
    """Files of the site, text compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):  # noqa: N802
        """Send a file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def marks(url, form):
    """Run Lighthouse once; return its four marks."""
    flags = "--headless=new --disable-gpu --disable-background-networking" + (
        " --no-sandbox" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    )
    command = [shutil.which("npx") or "npx", "--yes", "lighthouse@12.8.2", url, "--output=json", "--quiet"]
    command += [f"--chrome-flags={flags}"] + ["--preset=desktop"] * (form == "desktop")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"Lighthouse could not run: {(done.stderr or done.stdout).strip()[-500:]}")
    report = json.loads(done.stdout)
    for audit in report["audits"].values():
        if audit.get("score") is not None and audit["score"] < 0.9 and "numericValue" not in audit:
            print(f"    {audit['id']}: {audit['title']}", file=sys.stderr)
    return {kind: report["categories"][kind]["score"] for kind in KINDS}


def main():
    """Print a table, and end with an error if a mark on a phone is below what is wanted."""
    if not SITE.is_dir():
        sys.exit("There are no pages yet: run `make book` first.")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Pages(*a, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = sys.argv[1:] or sorted(
        p.relative_to(SITE).as_posix()
        for folder in ("book", "notebooks")
        for p in (SITE / folder).glob("*.html")
    )
    low = False
    print(f"| page | form | {' | '.join(KINDS)} |\n|---|---|" + "---|" * len(KINDS))
    for page in pages:
        for form in ("mobile", "desktop"):
            runs = [marks(f"http://127.0.0.1:{server.server_port}/{page}", form) for _ in range(3)]
            median = {kind: statistics.median(run[kind] for run in runs) for kind in KINDS}
            low |= form == "mobile" and any(median[kind] < WANTED[kind] for kind in KINDS)
            print(
                f"| {page} | {form} | {' | '.join(f'{100 * median[kind]:.0f}' for kind in KINDS)} |",
                flush=True,
            )
    sys.exit("A mark on a phone is below what is wanted." if low else 0)


if __name__ == "__main__":
    main()
