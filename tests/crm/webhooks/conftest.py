"""Webhooks to receivers on the loopback, and a log to send from."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from crm.events.models import Event, Mark
from crm.integrations.models import Integration
from crm.integrations.services import integration_make
from crm.webhooks.models import Webhook
from crm.webhooks.services import webhook_make

from .receiver import Receiver

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _house(settings) -> None:
    settings.OUTWARD_ALLOWED = ["127.0.0.0/8"]


@pytest.fixture
def receivers() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def receiver(*how) -> Receiver:
        made.append(Receiver(*how))
        return made[-1]

    yield receiver
    for one in made:
        one.close()


@pytest.fixture
def integration(cast) -> Integration:
    return integration_make(actor=cast.ada, name="Billing", now=timezone.now())


@pytest.fixture
def hook(cast, integration) -> Callable[..., Webhook]:
    """Call it with a receiver and fields; the receiver knows the secret."""

    def make(receiver: Receiver, **fields) -> Webhook:
        fields = {"name": "to it", "url": receiver.url, "whole": True, **fields}
        webhook, receiver.secret = webhook_make(
            actor=cast.ada, integration=integration, fields=fields, now=timezone.now()
        )  # fmt: skip
        return webhook

    return make


def told(first: int, last: int, **more) -> None:
    """Events get into the log. ``call_id``, ``agent`` …: as of the row."""
    rows = {"kind": "call.arrived", "at": NOON, "told_at": timezone.now(), "data": {"number": "+8613800138000"}, **more}
    Event.objects.bulk_create(Event(id=n, key=f"k{n}", **rows) for n in range(first, last + 1))
    Mark.objects.update_or_create(pk=1, defaults={"last": last})
