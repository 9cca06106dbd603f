"""The stream of events keeps to the API's description: every message, and every answer in place of a stream."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.events import following
from crm.events.models import Event, Mark, Pending
from crm.integrations.services import token_revoke
from crm.rest.pages import described
from tests.crm.events.contract import PATH, Contract
from tests.crm.events.listener import Stream
from tests.crm.events.story import publish, stream
from tests.crm.rest.program import Program
from tests.stories import hour_of_calls, numbered


@pytest.fixture(scope="module")
def contract() -> Contract:
    described.cache_clear()
    return Contract(json.loads(described()[0]))


@pytest.mark.django_db(transaction=True)
async def test_every_message_is_as_described(bus, programs, cast, contract, monkeypatch):
    monkeypatch.setattr(following, "LOOK_S", 0.1)
    program = await sync_to_async(programs)("events.follow", "customers.add", "numbers.whole")

    def tell() -> int:
        program.post("/customers", {"name": "Li Na", "numbers": ["13800000001"]})
        Pending.objects.update(at=timezone.now() - timedelta(minutes=5))
        stream(bus, numbered(fact for story in hour_of_calls(25) for fact in story.facts))
        publish(bus)
        return Event.objects.count()

    many = await sync_to_async(tell)()
    one = Stream(program.text, after=0)
    await one.open()
    kinds = {message["kind"] for message in await one.heard(many)}
    assert {"call.arrived", "call.queued", "call.ended", "agent.state", "customer.added"} <= kinds, kinds
    await sync_to_async(token_revoke)(actor=cast.ada, token=program.token, now=timezone.now())
    assert (await one.heard(1))[0]["status"] == 401
    assert one.text.startswith("retry: ") and contract.broken_by(one.text) == []
    assert contract.broken_by_answer(one.head["status"], one.media, b"") == []


def test_whatever_is_asked_is_answered_as_described(programs, contract, redis_client):
    """As schemathesis does with the doors whose answers it can read."""
    program = programs("events.follow", rate=100_000)
    Mark.objects.create(pk=1, last=2)
    now, said = timezone.now(), {"kind": "call.arrived", "call_id": "c1", "data": {}}
    Event.objects.bulk_create(Event(id=n, key=f"k{n}", sequence=n, at=now, told_at=now, **said) for n in (1, 2))
    texts = st.sampled_from(
        ["", "0", "1", "2", "3", "-1", "x", "9" * 25, "call.ended", "call.ended,", "\x00", "json", "sse"]
    )
    names = st.sampled_from(["after", "kinds", "format", "fields", "limit", "call"])
    wrong, seen = [], set()

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(st.dictionaries(names, texts, max_size=2), st.none() | texts.filter(str.isprintable))
    def send(asked: dict[str, str], last: str | None) -> None:
        headers = {} if last is None else {"last_event_id": last}
        answer = program.get(f"{PATH}?{urlencode(asked)}", **headers)
        seen.add(answer.status_code)
        broken = contract.broken_by_answer(answer.status_code, answer["Content-Type"], answer.content)
        wrong.extend(f"{asked} {headers}: {sentence}" for sentence in broken)

    send()
    assert not wrong, "\n".join(wrong[:10])
    assert {200, 400, 410} <= seen


def test_who_is_refused_is_told_as_described(programs, contract, monkeypatch):
    allowed = programs("events.follow")
    for answer, status in (
        (Program("").get(PATH), 401), (programs("calls.see").get(PATH), 403), (allowed.post(PATH, {}), 403),
        (allowed.get(PATH, accept="image/png"), 406),
    ):  # fmt: skip
        assert answer.status_code == status
        assert contract.broken_by_answer(status, answer["Content-Type"], answer.content) == []
    monkeypatch.setitem(following.open_streams, allowed.token.pk, following.MOST)
    full = allowed.get(PATH)
    assert full.status_code == 429 and contract.broken_by_answer(429, full["Content-Type"], full.content) == []
