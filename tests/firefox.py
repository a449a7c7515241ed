"""Firefox, driven by the protocol that browsers share (WebDriver BiDi), as far as the crawl needs it.

Playwright drives a Firefox of its own that few machines have; this one is the reader's. It is found or
installed as `browser.py` says.
"""

import itertools
import json
import re
import subprocess
import threading

import websocket

PREFERENCES = {
    # every other host is refused: nothing listens at the proxy
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "security.fileuri.strict_origin_policy": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
}


class Firefox:
    """One tab of a running Firefox; what it asks for and says is kept in lists."""

    def __init__(self, path, profile):
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.numbers, self.asked, self.said, self.socket = itertools.count(), [], [], None
        try:
            self._connect()
        except Exception:
            self.close()
            raise

    def _connect(self):
        told = ""
        for line in self.process.stderr:
            told += line
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
            if found:
                break
        else:
            raise RuntimeError(f"Firefox did not start: {told[-300:]}")
        # what it says further must not fill the pipe
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.socket = websocket.create_connection(found[1] + "/session", suppress_origin=True, timeout=60)
        self.version = self._do("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._do("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.tab = self._do("browsingContext.create", type="tab")["context"]
        self._do("browsingContext.setViewport", context=self.tab, viewport={"width": 1300, "height": 900})

    def _do(self, method, **parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self.socket.recv())
            if told.get("id") == number:
                if told["type"] == "error":
                    raise RuntimeError(f"{method}: {told['error']}: {told['message']}")
                return told["result"]
            what = told.get("params", {})
            if told.get("method") == "log.entryAdded":
                self.said.append(f"{what['level']}: {what['text']}")
            # the browser's own requests belong to no tab
            elif told.get("method") == "network.beforeRequestSent" and what.get("context"):
                self.asked.append(what["request"]["url"])

    def visit(self, url):
        """Open a page and wait until it is loaded."""
        self._do("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def evaluate(self, expression):
        """Value of an expression in the page, or of its promise."""
        done = self._do(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.tab},
            awaitPromise=True,
        )
        if done["type"] != "success":
            raise RuntimeError(done["exceptionDetails"]["text"])
        return json.loads(done["result"]["value"])

    def close(self):
        """End this Firefox, and no other."""
        if self.socket:
            self.socket.close()
        self.process.terminate()
        self.process.wait(30)
