"""Letters and verdicts, without rows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Signer
from standardwebhooks.webhooks import WebhookVerificationError

from crm.events.models import Event
from crm.events.sight import Sight
from crm.outward.client import Answer
from crm.webhooks.letters import encoded, letter
from crm.webhooks.secrets import opened, sealed, secret_made
from crm.webhooks.verdicts import LONGEST_S, verdict, wait
from crm.webhooks.wanted import Wanted
from crm.webhooks.window import Window

from .conftest import NOON


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_what_is_signed_is_what_a_receiver_checks(texts):
    old, new = secret_made(), secret_made()
    events = [(n, encoded({"id": n, "data": {"name": text}})) for n, text in enumerate(texts, 1)]
    sent = letter(events, [new, old], at=datetime.now(UTC))
    for secret in (old, new):
        said = Signer(secret).verify(sent.body, sent.headers)
        assert [event["data"]["name"] for event in said["events"]] == texts
    with pytest.raises(WebhookVerificationError):
        Signer(secret_made()).verify(sent.body, sent.headers)
    with pytest.raises(WebhookVerificationError):
        Signer(new).verify(sent.body + b" ", sent.headers)


@pytest.mark.parametrize(
    ("status", "wanted"),
    [(200, "taken"), (204, "taken"), (301, "later"), (400, "wrong"), (401, "later"), (404, "later"), (408, "later"),
     (410, "gone"), (413, "wrong"), (422, "wrong"), (429, "later"), (500, "later"), (503, "later")],
)  # fmt: skip
def test_what_an_answer_means(status, wanted):
    assert verdict(Answer(status, {}, b"")) == wanted


@given(st.integers(0, 10_000), st.floats(0, 1), st.text(max_size=8))
def test_no_wait_is_too_long_or_none(tries, spread, asked):
    assert timedelta(seconds=1) <= wait(tries, spread=spread, asked=asked) <= timedelta(seconds=LONGEST_S)


def test_waits_grow_and_a_receiver_may_say_how_long():
    steps = [wait(n, spread=0.5).total_seconds() for n in range(1, 12)]
    assert steps == sorted(steps) and steps[0] == 5 and steps[-1] == 1800
    assert wait(1, spread=0.5, asked="30") == timedelta(seconds=30)


def test_secrets_are_not_kept_as_they_are():
    secret = secret_made()
    assert secret not in sealed(secret) and opened(sealed(secret)) == secret


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["a", "b", ""]), st.integers(1, 7)), max_size=20),
    st.integers(5, 50),
)
def test_the_window_tells_what_the_log_has(queues, asked, kept):
    """Whoever asks, from wherever, while it grows and forgets: all that is wanted, once, in order."""
    made = {"kind": "call.ended", "told_at": NOON, "at": NOON, "data": {}}
    log = [Event(id=n, queue=queue, **made) for n, queue in enumerate(queues, 1)]
    there = 0

    def read(number: int, limit: int) -> list[Event]:
        return [event for event in log[:there] if event.id > number][:limit]

    window = Window(read, kept=kept)
    for place, (number, queue, most) in enumerate(asked, 1):
        there = len(log) * place // len(asked)
        window.grow()
        number = min(number, there)
        wanted = Wanted(Sight(None, whole=True), frozenset({queue} - {""}))
        seen: list[int] = []
        while True:
            piece = window.after(number, wanted, most=most)
            seen += [one[0] for one in piece.events]
            assert piece.upto >= number and len(piece.events) <= most
            if piece.upto == number:
                break
            number = piece.upto
        begin = min(asked[place - 1][0], there)
        assert seen == [event.id for event in log[:there] if event.id > begin and queue in ("", event.queue)]
