"""A log that is told by one publisher after the other, and what must be true of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import redis

from crm.events.kinds import OF_FACT
from crm.events.models import Event
from crm.events.publishing.publisher import Publisher
from switchctl.contract import facts as f
from switchctl.contract.names import MAIN


def stream(client: redis.Redis, facts: Iterable[f.Fact]) -> None:
    """As the daemon's outbox does."""
    pipe = client.pipeline(transaction=False)
    for fact in facts:
        pipe.xadd(MAIN.facts, {"f": f.encode(fact)})
    pipe.execute()


def publish(client: redis.Redis, publisher: Publisher | None = None) -> Publisher:
    """Until there is nothing left."""
    publisher = publisher or Publisher(client)
    while publisher.step(block_ms=1):
        pass
    publisher.step(block_ms=1)  # what the CRM told is looked for when the stream is still
    return publisher


def public(facts: Iterable[f.Fact]) -> list[str]:
    """Ids of those that become events."""
    return [fact.id for fact in facts if type(fact) in OF_FACT]


def whole(keys: Iterable[str]) -> None:
    """Each once and none missing; numbers without a gap; each call counted from 1, in the order of numbers."""
    events = list(Event.objects.order_by("pk"))
    assert Counter(event.key for event in events) == Counter(keys)
    assert [event.pk for event in events] == list(range(1, len(events) + 1))
    of_calls = defaultdict(list)
    for event in events:
        of_calls[event.call_id].append(event.sequence)
    for call, sequences in of_calls.items():
        assert sequences == ([0] * len(sequences) if not call else list(range(1, len(sequences) + 1))), call
