"""One receiver: order, failures, what is put aside, what is sent again. Time is an argument."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.outward.client import Outward
from crm.webhooks.lane import Lane
from crm.webhooks.models import Undelivered
from crm.webhooks.rows import Rows
from crm.webhooks.selectors import keys_of
from crm.webhooks.services import send_again, webhook_secret
from crm.webhooks.wanted import wanted_by
from crm.webhooks.window import Window

from .conftest import told

pytestmark = pytest.mark.django_db(transaction=True)


def played(webhook, steps: int, *, after: timedelta = timedelta(), again: bool = False) -> Lane:
    """A lane that takes so many steps, each when its time has come; ``after`` is how late it is."""
    from crm.events.selectors import events_after

    webhook.refresh_from_db()
    now = timezone.now() + after
    window = Window(lambda number, limit: events_after(number, limit=limit))

    async def play() -> Lane:
        rows, outward = Rows(), Outward()
        wanted, keys = await rows.call(lambda: (wanted_by(webhook), keys_of(webhook, timezone.now())))
        window.begin(webhook.position)
        await rows.call(window.grow)
        lane = Lane(webhook, wanted, keys, window=window, outward=outward, rows=rows, clock=lambda: now)
        lane.again = again
        for _ in range(steps):
            if not await lane.step():
                break
        await rows.note({webhook.pk: lane.progress})
        await outward.close()
        await asyncio.to_thread(rows.close)
        return lane

    return asyncio.run(play())


def test_events_come_in_order_signed_and_together(hook, receivers):
    receiver = receivers()
    webhook = hook(receiver, together=4)
    told(1, 10)
    lane = played(webhook, 9)
    assert receiver.numbers == list(range(1, 11)) and [len(events) for events in receiver.heard] == [4, 4, 2]
    assert receiver.ids == ["evt_1-4", "evt_5-8", "evt_9-10"] and lane.progress.position == 10
    webhook.refresh_from_db()
    assert webhook.position == 10 and webhook.sent_at


def test_only_what_it_wants_and_may_see(hook, receivers, cast):
    receiver = receivers()
    webhook = hook(receiver, kinds=["call.arrived"], queues=["support"], whole=False)
    told(1, 2, queue="support")
    told(3, 3, queue="sales")
    told(4, 4, queue="support", kind="call.ended", data={})
    played(webhook, 9)
    assert receiver.numbers == [1, 2]
    assert "13800138000" not in str(receiver.heard)
    webhook.refresh_from_db()
    assert webhook.position == 4


def test_a_receiver_that_fails_is_tried_later_and_gets_all(hook, receivers):
    receiver = receivers(lambda events: 500)
    webhook = hook(receiver)
    told(1, 3)
    lane = played(webhook, 1)
    assert lane.progress.tries == 1 and lane.progress.position == 0 and "500" in lane.progress.said
    assert lane.progress.next_at > timezone.now()
    receiver.answer = lambda events: 200
    assert played(webhook, 9).progress.tries == 0 and receiver.numbers == [1, 2, 3]


def test_what_it_does_not_take_for_a_day_is_put_aside_and_can_be_sent_again(hook, receivers, cast):
    receiver = receivers(lambda events: 503)
    webhook = hook(receiver)
    told(1, 3, call_id="c1")
    played(webhook, 1)
    played(webhook, 1, after=timedelta(hours=24))
    webhook.refresh_from_db()
    assert webhook.position == 3
    assert list(Undelivered.objects.values_list("event", "kind", "call_id")) == [
        (n, "call.arrived", "c1") for n in (1, 2, 3)
    ]
    receiver.answer = lambda events: 200
    told(4, 4)
    played(webhook, 1)
    assert send_again(actor=cast.ada, webhook=webhook, now=timezone.now(), events=[2]) == 1
    played(webhook, 1, again=True)
    assert receiver.numbers == [4, 2] and receiver.ids[-1] == "evt_again-2"
    assert send_again(actor=cast.ada, webhook=webhook, now=timezone.now()) == 2
    played(webhook, 1, again=True)
    assert receiver.numbers == [4, 2, 1, 3] and not Undelivered.objects.filter(done_at=None).exists()


def test_one_event_that_it_refuses_as_wrong_does_not_stop_the_others(hook, receivers):
    receiver = receivers(lambda events: 422 if 5 in [event["id"] for event in events] else 200)
    webhook = hook(receiver, together=8)
    told(1, 12)
    played(webhook, 30)
    assert receiver.numbers == [n for n in range(1, 13) if n != 5]
    assert [(row.event, "422" in row.said) for row in Undelivered.objects.all()] == [(5, True)]


def test_a_receiver_that_is_gone_is_not_asked_again(hook, receivers):
    webhook = hook(receivers(lambda events: 410))
    told(1, 1)
    assert played(webhook, 1).progress.gone
    webhook.refresh_from_db()
    assert webhook.state == "gone" and webhook.position == 0


def test_both_secrets_are_good_for_a_day_after_a_change(hook, receivers, cast):
    receiver = receivers()
    webhook = hook(receiver)
    old = receiver.secret
    new = webhook_secret(actor=cast.ada, webhook=webhook, now=timezone.now())
    for n, secret in enumerate((old, new), 1):
        told(n, n)
        receiver.secret = secret
        played(webhook, 1)
    assert receiver.numbers == [1, 2] and [len(one.split()) for one in receiver.signatures] == [2, 2]


def test_a_lane_leaves_the_secret_before_when_its_day_is_over(hook, receivers, cast):
    """One lane, which was begun while both were good, and goes on."""
    receiver = receivers()
    webhook = hook(receiver)
    receiver.secret = ""  # its own clock would not take what comes a day later
    webhook_secret(actor=cast.ada, webhook=webhook, now=timezone.now())
    told(1, 1)
    played(webhook, 1, after=timedelta(hours=23))
    told(2, 2)
    played(webhook, 1, after=timedelta(hours=25))
    assert receiver.numbers == [1, 2] and [len(one.split()) for one in receiver.signatures] == [2, 1]


def test_a_new_secret_helps_at_once_where_the_one_before_cannot_be_opened(hook, receivers, cast):
    receiver = receivers()
    webhook = hook(receiver)
    webhook.sealed = "of another key"
    receiver.secret = webhook_secret(actor=cast.ada, webhook=webhook, now=timezone.now())
    told(1, 1)
    played(webhook, 1)
    assert receiver.numbers == [1]


def test_it_never_asks_the_inside(hook, receivers, settings):
    receiver = receivers()
    webhook = hook(receiver)
    settings.OUTWARD_ALLOWED = []
    told(1, 1)
    lane = played(webhook, 1)
    assert not receiver.heard and lane.progress.said == "forbidden" and lane.progress.tries == 1
