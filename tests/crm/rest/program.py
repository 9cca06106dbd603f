"""A program that works with the centre: what it sends and is answered. It speaks through the client of docs/examples,
whose requests go straight into Django."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.test import Client as Django
from django.utils import timezone
from switchdesk_client import Answer, Client, Opened, Patience, Problem, Raw

from crm.accounts.models import User
from crm.integrations.models import Integration, Token
from crm.integrations.services import integration_make, token_make

CENTRE = "http://testserver"


class Inside:
    """A way for the client's requests into Django. ``last``: Django's own answer to the last one.

    A stream tells what there is, and ends: one that goes on is outside of Django, and tests/crm/events holds some.
    """

    def __init__(self, centre: str = CENTRE) -> None:
        self._django, self._centre = Django(), centre
        self.last: Any = None

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float) -> Raw:
        more = {name: value for name, value in headers.items() if name != "content-type"}
        kind = headers.get("content-type", "application/json")
        path = url.removeprefix(self._centre)
        self.last = self._django.generic(method, path, body or b"", content_type=kind, headers=more)
        said = {name.lower(): value for name, value in self.last.headers.items()}
        return Raw(self.last.status_code, said, b"" if self.last.streaming else self.last.content)

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str], seconds: float) -> Iterator[Opened]:
        raw = self.send("GET", url, headers, None, seconds)
        yield Opened(raw.status, raw.headers, iter(raw.body.splitlines(keepends=True)))


class Program:
    """``send`` and its short forms answer Django's test response, also to what was refused; ``body`` is its JSON.

    ``client``: the same without all that, as programs have it.
    """

    def __init__(self, text: str, token: Token | None = None) -> None:
        self.text, self.token = text, token
        self._inside = Inside()
        self.client = Client(CENTRE, text, transport=self._inside, patience=Patience(tries=1))

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """``path`` below /api/v1, or the whole of a link. ``body``: a text goes as it is. ``key``: the
        Idempotency-Key."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        return self._told(lambda: self.client.send(method, path, data, key=key, headers=said))

    def upload(self, path: str, name: str, content: bytes, /, *, key: str = "", **fields: str) -> Any:
        return self._told(lambda: self.client.upload(path, name, content, key=key, **fields))

    def _told(self, ask: Callable[[], Answer]) -> Any:
        told: Answer | Problem
        try:
            told = ask()
        except Problem as problem:
            told = problem
        answer = self._inside.last
        answer.body = told.body if "json" in answer.get("Content-Type", "") else None
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("PATCH", path, body, **more)

    def put(self, path: str, body: Any = None, **more: str) -> Any:
        return self.send("PUT", path, body, **more)

    def delete(self, path: str, **more: str) -> Any:
        return self.send("DELETE", path, **more)


def program(ada: User, *permissions: str, name: str = "Billing", **more: Any) -> Program:
    """A program with a token of these permissions; of one name there is one integration. ``department``: of the
    program, where data scopes begin; the rest as of ``token_make``."""
    department, now = more.pop("department", None), timezone.now()
    integration = Integration.objects.filter(name=name).first() or integration_make(
        actor=ada, name=name, department=department, now=now
    )
    token, text = token_make(
        actor=ada, integration=integration, name="test", permissions=permissions, now=now, **more
    )  # fmt: skip
    return Program(text, token)
