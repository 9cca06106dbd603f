"""The client of docs/examples: what it sends again and when, what it raises, what it checks."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import switchdesk_client as sd
from switchdesk_client.patience import retry_after
from switchdesk_client.transport import NoAnswer

from crm.customers.models import Customer
from crm.webhooks.letters import encoded, letter
from crm.webhooks.secrets import secret_made

from .wire import Wire

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
TOLD = {"id": 7, "kind": "call.ended", "at": "2026-11-23T04:00:00Z", "call": "c1", "sequence": 3, "agent": "alice",
        "queue": None, "campaign": None, "data": {"talk_ms": 1000}, "added": "later"}  # fmt: skip


@pytest.fixture
def shop(programs) -> sd.Client:
    return programs("customers.see", "customers.add", "customers.edit", "numbers.whole").client


def test_a_program_reads_adds_and_changes(shop, cast):
    for n in range(7):
        shop.post("/customers", {"name": f"Customer {n}"})
    assert [one["name"] for one in shop.each("/customers", limit=3, fields=["id", "name"])][:2] == [
        "Customer 6", "Customer 5",
    ]  # fmt: skip
    ids = [one["id"] for one in shop.each("/customers", limit=3)]
    assert len(set(ids)) == len(ids) == Customer.objects.count()
    made = shop.post("/customers", {"name": "Li Na"})
    assert shop.get(made.location).body == made.body and not made.replayed
    changed = shop.patch(made.location, {"note": "first"}, tag=made.tag)
    with pytest.raises(sd.Changed) as late:
        shop.patch(made.location, {"note": "second"}, tag=made.tag)
    assert late.value.remedy and changed.body["note"] == "first"
    lines = list(shop.many("/customers/bulk", [{"name": "A"}, {"name": ""}, *({"name": f"B{n}"} for n in range(499))]))
    assert [line.index for line in lines] == list(range(501)) and [one.index for one in lines if not one.done] == [1]
    assert lines[1].problem.fields.keys() == {"name"}


def test_what_is_wrong_is_raised_with_field_and_remedy(shop, programs):
    with pytest.raises(sd.Invalid) as wrong:
        shop.post("/customers", {"name": "Li Na", "numbers": ["no number"]})
    problem = wrong.value
    assert (problem.status, problem.kind, list(problem.fields)) == (400, "invalid", ["numbers"]) and problem.remedy
    with pytest.raises(sd.NotFound):
        shop.get("/customers/999999")
    with pytest.raises(sd.NotAllowed) as refused:
        programs("calls.see").client.post("/customers", {"name": "x"})
    assert refused.value.kind == "not-allowed"


def test_a_post_keeps_its_key_until_it_is_answered():
    later, limited = (503, {"retry-after": "3"}), (429, {"retry-after": "9"})
    wire = Wire(NoAnswer("cut off", sent=True), later, 502, limited, (201, {}, {"id": 1}))
    assert wire.client.post("/customers", {"name": "x"}).body == {"id": 1}
    keys = {asked["headers"]["idempotency-key"] for asked in wire.asked}
    assert len(wire.asked) == 5 and len(keys) == 1 and len(keys.pop()) == 32
    assert wire.slept == [0.25, 3, 1.0, 9]


def test_what_may_have_been_done_is_not_sent_again_without_a_key():
    for ask in (lambda one: one.patch("/customers/1", {}, tag="v"), lambda one: one.post("/customers", {}, key="")):
        wire = Wire(NoAnswer("cut off", sent=True))
        with pytest.raises(sd.Unreachable) as lost:
            ask(wire.client)
        assert lost.value.unknown and len(wire.asked) == 1
    wire = Wire(NoAnswer("refused", sent=False), 503, (200, {}, {}))
    wire.client.patch("/customers/1", {}, tag="v")
    assert len(wire.asked) == 3


def test_its_patience_ends():
    wire = Wire(*[503] * 9)
    with pytest.raises(sd.Away):
        wire.client.get("/customers")
    assert wire.slept == [0.25, 0.5, 1, 2, 4]
    wire = Wire((429, {"retry-after": "3600"}, {"type": "urn:switchdesk:problem:too-many", "status": 429}))
    with pytest.raises(sd.TooMany) as refused:
        wire.client.get("/customers")
    assert refused.value.retry_after == 3600 and wire.slept == []
    assert sd.Patience(tries=10**6).wait(100_000, None, 1.0) == 20
    assert retry_after({"retry-after": "Mon, 23 Nov 2026 04:00:05 GMT"}, NOON) == 5
    assert retry_after({"retry-after": "soon"}, NOON) is retry_after({}) is None


def test_the_token_goes_to_the_centre_only():
    link = "https://evil.example/api/v1/customers?cursor=x%2B"
    wire = Wire((200, {}, {"items": [], "next": link}), (200, {}, {"items": [], "next": None}))
    assert list(wire.client.each("/customers", q="王 芳", active=True)) == []
    assert [asked["url"] for asked in wire.asked] == [
        "https://desk.example.com/api/v1/customers?q=%E7%8E%8B+%E8%8A%B3&active=true",
        "https://desk.example.com/api/v1/customers?cursor=x%2B",
    ]


def test_a_stream_goes_on_behind_what_was_dealt_with():
    beat = b'id: 4\nevent: heartbeat\ndata: {"last": 4}\n\n'
    first = b"id: 7\nevent: call.ended\ndata: " + encoded(TOLD) + b"\n\n"
    ended = b'event: ended\ndata: {"type": "urn:switchdesk:problem:no-token", "status": 401, "detail": "revoked"}\n\n'
    wire = Wire((200, {}, b"retry: 2000\n\n" + beat + first[:-1]), 503, (200, {}, beat + first), (200, {}, ended))
    told = wire.client.follow(kinds=["call.ended"])
    heard = []
    with pytest.raises(sd.NotAllowed, match="revoked"):
        for event in told:
            heard.append(event)
    assert [(event.at, event.data["talk_ms"]) for event in heard] == [(NOON, 1000)]
    assert [asked["headers"].get("last-event-id") for asked in wire.asked] == [None, "4", "4", "7"]
    assert (told.last, told.opened) == (7, 3) and wire.asked[0]["url"].endswith("/events/stream?kinds=call.ended")
    gone = Wire((410, {}, {"type": "urn:switchdesk:problem:gone", "status": 410}))
    with pytest.raises(sd.Gone):
        next(iter(gone.client.follow(after=1)))


def test_a_webhook_is_checked():
    old, new = secret_made(), secret_made()
    sent = letter([(7, encoded(TOLD))], [new, old], at=NOON)
    now = NOON.timestamp()
    for secrets in (new, old, [secret_made(), old]):
        assert [event.id for event in sd.verified(secrets, sent.headers, sent.body, now=now)] == [7]
    late = (NOON + timedelta(minutes=6)).timestamp()
    for secret, body, at in ((secret_made(), sent.body, now), (new, sent.body + b" ", now), (new, sent.body, late)):
        with pytest.raises(sd.Forged):
            sd.verified(secret, sent.headers, body, now=at)
    with pytest.raises(sd.Forged):
        sd.verified(new, {}, sent.body, now=now)


def test_it_needs_nothing_but_python():
    place = Path(sd.__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(place)!r}); import switchdesk_client as c; print(len(c.__all__))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(len(sd.__all__))), done.stderr
