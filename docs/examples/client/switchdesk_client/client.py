"""The client."""

import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from .addresses import address_of
from .answers import Answer, Item, Line
from .forms import form_of
from .patience import NOTHING_DONE, PERHAPS_DONE, Patience, retry_after
from .problems import Unreachable, problem_of
from .stream import Events
from .transport import Http, NoAnswer, Opened, Raw, Transport

MOST_AT_ONCE = 500
"""Things in one request to a door of many."""
SILENT_S = 45.0
"""A stream that says nothing for so long is broken: heartbeats come every 15 seconds."""


class Client:
    """``address``: of the centre, such as https://desk.example.com. ``language``: of sentences for people.

    All methods raise Problem, and Unreachable when no answer came. ``path`` is below /api/v1, or a link that was
    answered. ``sleep`` and ``chance`` are there for tests. One client may be used by several threads.
    """

    def __init__(
        self, address: str, token: str, *, language: str = "", seconds: float = 30.0, patience: Patience | None = None,
        transport: Transport | None = None, sleep: Callable[[float], object] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._address, self._token, self._language, self._seconds = address.rstrip("/"), token, language, seconds
        self._patience, self._transport = patience or Patience(), transport or Http()
        self._sleep, self._chance = sleep, chance

    def get(self, path: str, **query: object) -> Answer:
        """``query``: lists are sent with commas, None is left out; such as ``fields=["id", "name"]``."""
        return self.send("GET", path, query=query)

    def each(self, path: str, **query: object) -> Iterator[Item]:
        """All things of a list, page by page; each page is asked for when it is needed."""
        page = self.get(path, **query)
        while True:
            yield from page.items
            if page.next is None:
                return
            page = self.get(page.next)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        """Done once, however often it has to be sent. ``key``: of your own, if you may send it again after a restart;
        without one it is made anew with each call. "" sends none, and then nothing is sent twice."""
        return self.send("POST", path, body, key=uuid.uuid4().hex if key is None else key)

    def upload(self, path: str, name: str, content: bytes, /, *, key: str | None = None, **fields: str) -> Answer:
        """A file, such as a list of customers, with the form's ``fields``. ``key`` as of ``post``."""
        body, kind = form_of(name, content, fields)
        key = uuid.uuid4().hex if key is None else key
        return self.send("POST", path, body, key=key, headers={"content-type": kind})

    def many(self, path: str, items: Iterable[Item], *, key: str = "") -> Iterator[Line]:
        """To a door that takes many at once, in requests of 500; one line for each, in their order."""
        found, begin = list(items), 0
        key = key or uuid.uuid4().hex
        while begin < len(found):
            part = found[begin : begin + MOST_AT_ONCE]
            for line in self.post(path, {"items": part}, key=f"{key}-{begin}").items:
                wrong = line["problem"]
                problem = problem_of(wrong["status"], wrong) if wrong else None
                yield Line(begin + line["index"], line["id"], problem)
            begin += len(part)

    def patch(self, path: str, body: Any, *, tag: str = "") -> Answer:
        """``tag``: the ETag that was read; raises Changed when somebody changed it in between."""
        return self.send("PATCH", path, body, tag=tag)

    def put(self, path: str, body: Any, *, tag: str = "") -> Answer:
        return self.send("PUT", path, body, tag=tag)

    def delete(self, path: str, *, tag: str = "") -> Answer:
        return self.send("DELETE", path, tag=tag)

    def follow(self, after: int | None = None, kinds: Iterable[str] = ()) -> Events:
        """What happens, as it happens, behind the event ``after``; None: from now on. ``kinds``: none = all."""
        query = {"kinds": list(kinds) or None}

        def opened(last: int | None) -> AbstractContextManager[Opened]:
            more = {"accept": "text/event-stream"} | ({} if last is None else {"last-event-id": str(last)})
            url = address_of(self._address, "/events/stream", query)
            return self._transport.open(url, self._headers(more), SILENT_S)

        return Events(opened, after=after, patience=self._patience, sleep=self._sleep, chance=self._chance)

    def send(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, object] | None = None, key: str = "",
        tag: str = "", headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """Any request. ``body``: bytes go as they are (name their type in ``headers``), all else as JSON."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        more = {"content-type": "application/json"} if data is not None else {}
        more |= {"idempotency-key": key} if key else {}
        more |= {"if-match": tag} if tag else {}
        url, sent = address_of(self._address, path, query or {}), self._headers({**more, **(headers or {})})
        answer = self._asked(method, url, sent, data, may_repeat=method in ("GET", "HEAD") or bool(key))
        told = _read(answer)
        if answer.status >= 400:
            raise problem_of(answer.status, told, retry_after(answer.headers))
        return Answer(answer.status, answer.headers, told)

    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, may_repeat: bool
    ) -> Raw:  # fmt: skip
        tried, again = 0, NOTHING_DONE | PERHAPS_DONE if may_repeat else NOTHING_DONE
        while True:
            tried += 1
            answer: Raw | NoAnswer
            try:
                answer = self._transport.send(method, url, headers, body, self._seconds)
            except NoAnswer as error:
                answer = error
            if isinstance(answer, NoAnswer):
                wait = self._patience.wait(tried, None, self._chance()) if may_repeat or not answer.sent else None
                if wait is None:
                    raise Unreachable(str(answer), unknown=answer.sent) from answer
            else:
                asked = retry_after(answer.headers)
                wait = self._patience.wait(tried, asked, self._chance()) if answer.status in again else None
                if wait is None:
                    return answer
            self._sleep(wait)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        said = {"authorization": f"Bearer {self._token}"} if self._token else {}
        said |= {"accept-language": self._language} if self._language else {}
        return {**said, "user-agent": "switchdesk-client/1", **more}


def _read(answer: Raw) -> Any:
    """JSON as what it says, a file as its bytes. An answer that breaks its own form is no answer."""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.body or None
    try:
        return json.loads(answer.body) if answer.body else None
    except ValueError:
        return None
