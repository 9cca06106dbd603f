"""A Chromium with one tab, driven over its own protocol: nothing pretends to it that a hidden page is looked at."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from bench.rig.busy import cpu_s
from tests import ports

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE_S = 30.0


class Tab:
    """``folder`` for its profile. ``instead``: end of an address → script that is served in its place."""

    def __init__(self, folder: Path, instead: dict[str, str] | None = None) -> None:
        port = ports.free_port()
        self._process = subprocess.Popen(
            [
                str(CHROMIUM), "--headless=new", "--no-sandbox", "--no-first-run", "--window-size=1440,900",
                f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "--lang=en-GB", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._instead = instead or {}
        self._ids = itertools.count(1)
        address = until(lambda: _version(port)["webSocketDebuggerUrl"], "the browser to answer")
        self._socket = connect(address, max_size=None)
        page = until(lambda: [one for one in self._targets() if one["type"] == "page"], "a tab")[0]
        self._target = page["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        if self._instead:
            patterns = [{"urlPattern": f"*{end}"} for end in self._instead]
            self.send("Fetch.enable", self._session, patterns=patterns)

    def __enter__(self) -> "Tab":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(15)

    def go(self, address: str) -> None:
        """Returns when the page is loaded."""
        self.send("Page.navigate", self._session, url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        told = self.send("Runtime.evaluate", self._session, expression=script, returnByValue=True)
        return told.get("result", {}).get("value")

    def wait(self, script: str) -> None:
        """Until an expression in the page is true."""
        until(lambda: self.run(script), script)

    def hide(self) -> None:
        """As when its window is made small; the page itself must say that it is hidden."""
        window = self.send("Browser.getWindowForTarget", targetId=self._target)["windowId"]
        self.send("Browser.setWindowBounds", windowId=window, bounds={"windowState": "minimized"})
        self.wait("document.hidden")

    def cpu_percent(self, seconds: float) -> float:
        """What its renderer processes take of one core."""
        begun, before = time.monotonic(), self._cpu()
        time.sleep(seconds)
        return 100 * (self._cpu() - before) / (time.monotonic() - begun)

    def _cpu(self) -> float:
        found = self.send("SystemInfo.getProcessInfo")["processInfo"]
        return sum(cpu_s(one["id"]) for one in found if one["type"] == "renderer")

    def _targets(self) -> list[dict[str, Any]]:
        return self.send("Target.getTargets")["targetInfos"]

    def send(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        number = self._post(method, session, **params)
        while True:
            told = json.loads(self._socket.recv(PATIENCE_S))
            if told.get("id") == number:
                return told.get("result", {})
            if told.get("method") == "Fetch.requestPaused":
                self._serve(told["params"])

    def _post(self, method: str, session: str = "", **params: Any) -> int:
        number = next(self._ids)
        order = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._socket.send(json.dumps(order))
        return number

    def _serve(self, asked: dict[str, Any]) -> None:
        script = next(text for end, text in self._instead.items() if asked["request"]["url"].endswith(end))
        self._post(
            "Fetch.fulfillRequest", self._session, requestId=asked["requestId"], responseCode=200,
            responseHeaders=[{"name": "Content-Type", "value": "text/javascript"}],
            body=base64.b64encode(script.encode()).decode(),
        )  # fmt: skip


def until(condition: Any, what: str) -> Any:
    """Waits for it; what it gave."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if found := condition():
                return found
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {PATIENCE_S:.0f} s: {what}")
        time.sleep(0.05)


def _version(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/version", timeout=2) as answer:
        return json.load(answer)
