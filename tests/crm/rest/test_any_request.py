"""Requests made from the API's own description, good ones and bad ones: no failure of ours, no answer that it does not
tell of.

``API_EXAMPLES`` (``make prove``) sets how many of each kind are sent to each address; without it a bad one is sent to
every third, by turns.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections, transaction
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from crm.access.permissions import BY_CODE
from crm.integrations.services import NEVER
from crm.rest.pages import described

from .program import Program

EXAMPLES = int(os.environ.get("API_EXAMPLES", "1"))
ALL = "API_EXAMPLES" in os.environ
REACHED = 0.5
"""So many of the reading doors must have shown something, or the walk proves little."""
THERE = {
    "/webhooks": {"name": "x", "url": "http://127.0.0.1:9/"},
    "/popup-hosts": {"name": "billing.example.com"},
    "/calls/exports": {"form": "csv"},
    "/customers/exports": {"form": "csv"},
    "/evidence/exports": {"form": "csv"},
    "/reports/files": {"form": "csv", "report": "queues"},
}
"""What is made before, so that doors of one thing find one."""


@pytest.fixture
def everything(programs, settings, monkeypatch) -> Program:
    """A token with all permissions, and something behind the doors."""
    settings.API_RATE = 1_000_000
    monkeypatch.setattr("crm.live.services.WAIT_S", 0.01)  # no daemon is there that would answer an order
    described.cache_clear()
    program = programs(*sorted(BY_CODE.keys() - NEVER), rate=100_000)
    for path, said in THERE.items():
        program.post(path, said)
    return program


class Walk:
    """Sends what schemathesis makes of an operation; ``wrong`` are sentences, ``done`` the answers of each door."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.turn = 0
        self.wrong: list[str] = []
        self.done: dict[str, set[int]] = {}

    def walk(self, operation: Any) -> None:
        name = f"{operation.method.upper()} {operation.path}"
        described_codes = set(operation.definition.raw["responses"])
        there = self.place_of(operation.path)
        self.turn += 1
        for mode in GenerationMode if ALL or self.turn % 3 == 0 else (GenerationMode.POSITIVE,):
            at = there if mode is GenerationMode.POSITIVE else {}
            requests = operation.as_strategy(generation_mode=mode)
            _examples(requests, lambda case, at=at: self.send(name, described_codes, at, case))

    def send(self, name: str, described_codes: set[str], there: dict[str, Any], case: Any) -> None:
        if there:
            case.path_parameters = {**case.path_parameters, **there}
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {self.program.text}"}
        with _as_the_test_client(), transaction.atomic():
            answer = case.call()
            transaction.set_rollback(True)
        self.done.setdefault(name, set()).add(answer.status_code)
        told = f"{name} {case.path_parameters} {case.query} {str(case.body)[:300]}: {answer.status_code}"
        if answer.status_code >= 500 and answer.status_code != 503:
            self.wrong.append(f"{told} {answer.text[:300]}")
        elif str(answer.status_code) not in described_codes:
            self.wrong.append(f"{told} is not described: {answer.text[:200]}")
        elif "fields" not in (case.query or {}) and "json" in str(answer.headers.get("content-type")):
            # Of ``fields`` those that were not wanted are away; the stream has tests of its own.
            try:
                case.validate_response(answer, checks=[response_schema_conformance])
            except FailureGroup as failed:
                self.wrong.append(f"{told} has another shape: {failed.exceptions[0]}"[:900])

    def place_of(self, path: str) -> dict[str, Any]:
        """Parameters of an address that lead to something that is there: the first of the list before them."""
        before, _brace, rest = path.partition("/{")
        name = rest.partition("}")[0]
        listed = self.program.get(before) if name else None
        items = listed.body.get("items") if listed is not None and listed.status_code == 200 else None
        return {name: items[0][name]} if items and name in items[0] else {}


def test_whatever_is_sent_is_answered_as_described(everything):
    walk = Walk(everything)
    with _as_the_test_client():
        document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for found in document.get_all_operations():
        walk.walk(found.ok())
    assert not walk.wrong, "\n".join(walk.wrong[:20])
    reading = {name: codes for name, codes in walk.done.items() if name.startswith("GET")}
    reached = [name for name, codes in reading.items() if codes & {200, 304}]
    assert len(reached) >= REACHED * len(reading), sorted(reading.keys() - set(reached))


def _examples(strategy: Any, send: Any) -> None:
    settings = hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    settings(hypothesis.given(strategy)(lambda made: send(made)))()


@contextmanager
def _as_the_test_client() -> Iterator[None]:
    """The test's transaction lies on the connection, so it stays open."""
    both = (signals.request_started, signals.request_finished)
    for sign in both:
        sign.disconnect(close_old_connections)
    try:
        yield
    finally:
        for sign in both:
            sign.connect(close_old_connections)
