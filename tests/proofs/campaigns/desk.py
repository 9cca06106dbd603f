"""The agent who looks at her leads first, by the pages of the web server: it may die in the middle of each request."""

import contextlib
import http.client
import http.cookiejar
import random
import re
import threading
import urllib.error
import urllib.parse
import urllib.request

PAUSE_S = 0.4
PATIENCE_S = 10
SHOWN = re.compile(r"/desk/next/([0-9a-f-]{36})/call/")


class Desk(threading.Thread):
    """``done``: what she did → how often the server said that it is so."""

    def __init__(self, port: int, login: str, password: str, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._at = f"http://127.0.0.1:{port}"
        self._person = {"username": login, "password": password}
        self._chance = chance
        self._cookies = http.cookiejar.CookieJar()
        self._web = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self._leaves = threading.Event()
        self.done = {"taken": 0, "called": 0, "skipped": 0}

    def run(self) -> None:
        while not self._leaves.wait(PAUSE_S):
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._look()

    def leave(self) -> None:
        self._leaves.set()
        self.join()

    def _look(self) -> None:
        """She takes most of what she is shown, and passes some on."""
        if not any(cookie.name == "sessionid" for cookie in self._cookies):
            self._ask("/login/")
            self._ask("/login/", **self._person)
        found = SHOWN.search(self._ask("/desk/next/take/", take="1"))
        if found is None or self._chance.random() < 0.3:
            return
        self.done["taken"] += 1
        if self._chance.random() < 0.7:
            self._ask(f"/desk/next/{found[1]}/call/", call="1")
            self.done["called"] += 1
        else:
            self._ask(f"/desk/next/{found[1]}/skip/", why="other")
            self.done["skipped"] += 1

    def _ask(self, path: str, **fields: str) -> str:
        """Raises OSError, of which HTTPError is one, and HTTPException."""
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "") or ""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        order = urllib.request.Request(self._at + path, data=data, headers={"X-CSRFToken": token, "Referer": self._at})
        with self._web.open(order, timeout=PATIENCE_S) as answer:
            said: str = answer.read().decode()
            return said
