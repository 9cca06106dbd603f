"""Examples of requests and answers, as the API's description shows them: what a program sent and was answered, without
what differs from one run to the next."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from crm.rest.examples import KEPT

from .program import CENTRE, Program

NOON = "2026-11-23T04:00:00Z"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SECRET = re.compile(r"\b(sd|whsec|sdpop)_[\w+/=-]{12,}")
PLACE = re.compile(r"(/api/v1/[a-z/-]+/)(\d+)")
PERSON = re.compile(r"(\A|/people/)c\d+(?=/|\Z)")
CURSOR = re.compile(r"cursor=[^&]+")
IDS = frozenset({
    "id", "department", "departments", "parent", "skill_group", "template", "customer", "project", "batch", "user",
    "lead", "group", "fill", "webhook", "made_by", "campaign", "employer",
    "report", "object", "transaction", "entry", "ids", "recipients",
})  # fmt: skip
MOST_ITEMS = 2


class Examples:
    """``tell`` sends a request and keeps it with its answer, the first of each operation and status."""

    def __init__(self, program: Program, document: dict[str, Any]) -> None:
        self.program = program
        self.kept: dict[str, dict[str, Any]] = {}
        self._keys: list[str] = []
        self._operations = [
            (method.upper(), _form(path), path.count("{"), told["operationId"])
            for path, methods in document["paths"].items() for method, told in methods.items()
        ]  # fmt: skip

    def tell(self, method: str, path: str, body: Any = None, **more: str) -> Any:
        """Each POST is sent twice under one key, and each change first by one who read another state."""
        if method in ("PATCH", "PUT", "DELETE"):
            late = self.program.send(method, path, body, if_match='"another state"')
            assert late.status_code == 412, f"{method} {path} overwrites unseen: {late.status_code}"
        if method == "POST":
            more["key"] = f"example-{len(self._keys)}"
            self._keys.append(path)
        answer = self.program.send(method, path, body, **more)
        if method == "POST" and answer.status_code < 300:
            again = self.program.send(method, path, body, **more)
            assert (again["Idempotency-Replayed"], again.body) == ("true", answer.body), f"{path} is done twice"
        place = urlsplit(path).path
        place = place if place.startswith("/api") else f"/api/v1{place}"
        fits = [(holes, name) for way, form, holes, name in self._operations if way == method and form.match(place)]
        kept = self.kept.setdefault(min(fits)[1], {})
        if body is not None and answer.status_code < 300:
            kept.setdefault("asked", self.plain(body))
        if answer.body is not None:
            kept.setdefault("answers", {}).setdefault(str(answer.status_code), self.plain(answer.body))
        return answer

    def plain(self, value: Any, key: str = "") -> Any:
        """All ids are 1, all times are noon."""
        if isinstance(value, dict):
            return {self._id(name) if name.isdigit() else name: self.plain(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self.plain(one, key) for one in value[:MOST_ITEMS]] if key == "items" else [
                self.plain(one, key) for one in value
            ]  # fmt: skip
        if isinstance(value, str):
            return self._id(value) if key in IDS and value.isdigit() else self._text(value)
        if isinstance(value, int) and not isinstance(value, bool) and key in IDS:
            return int(self._id(str(value)))
        return value

    def _text(self, text: str) -> str:
        text = MOMENT.sub(NOON, text.replace(CENTRE, "https://desk.example.com"))
        text = PERSON.sub(r"\1c1", text)
        text = UUID.sub("5f1c0e7a-0000-4000-8000-000000000001", text)
        text = SECRET.sub(lambda found: f"{found[1]}_…", CURSOR.sub("cursor=…", text))
        return PLACE.sub(lambda found: found[1] + self._id(found[2]), text)

    def _id(self, said: str) -> str:
        """One for all: rows of two tables may have the same number today and not tomorrow."""
        return "1"


def _form(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z")


def write(kept: dict[str, dict[str, Any]]) -> None:
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
