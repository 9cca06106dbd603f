"""The pages of webhooks, from adding one to sending again what it did not take."""

import re

import pytest
from django.utils import timezone

from crm.webhooks.models import State, Undelivered, Webhook

from .conftest import told


@pytest.fixture
def admin(client, cast, redis_client):
    client.force_login(cast.ada)
    return client


def page(admin, path: str, typed: dict | None = None) -> str:
    english = {"accept-language": "en"}
    if typed is None:
        answer = admin.get(path, headers=english)
    else:
        answer = admin.post(path, typed, follow=True, headers=english)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_nothing_to_a_receiver_that_took_a_test(admin, integration, receivers):
    receiver = receivers()
    assert "No webhook yet" in page(admin, "/integrations/webhooks/")
    typed = {"integration": integration.pk, "name": "收费系统", "url": receiver.url, "scope": "all", "together": 50,
             "kinds": ["call.arrived", "call.ended"], "queues": "support，sales"}  # fmt: skip
    shown = page(admin, "/integrations/webhooks/new/", typed)
    receiver.secret = re.search(r"whsec_[\w+/=]{44}", shown)[0]
    webhook = Webhook.objects.get()
    assert webhook.kinds == ["call.arrived", "call.ended"] and webhook.queues == ["support", "sales"]
    assert receiver.secret not in page(admin, f"/integrations/webhooks/{webhook.pk}/")
    assert "took the test" in page(admin, f"/integrations/webhooks/{webhook.pk}/try/", {})
    assert receiver.heard[0][0]["kind"] == "webhook.test"
    receiver.answer = lambda events: 500
    assert "HTTP 500" in page(admin, f"/integrations/webhooks/{webhook.pk}/try/", {})


@pytest.mark.parametrize(
    "wrong", [{"url": "ftp://example.com"}, {"url": "http://user:pw@example.com/"}, {"kinds": ["no.such"], "url": ""}]
)
def test_what_is_wrong_is_named_at_its_field(admin, integration, wrong):
    typed = {"integration": integration.pk, "name": "x", "url": "https://example.com/", "scope": "all", "together": 9}
    assert "field-error" in page(admin, "/integrations/webhooks/new/", typed | wrong)
    assert not Webhook.objects.exists()


def test_it_is_paused_goes_on_changes_its_secret_and_is_removed(admin, hook, receivers):
    webhook = hook(receivers())
    at = f"/integrations/webhooks/{webhook.pk}/"
    page(admin, f"{at}switch/", {})
    assert Webhook.objects.get().state == State.PAUSED
    page(admin, f"{at}switch/", {})
    assert Webhook.objects.get().state == State.ACTIVE
    assert "whsec_" in page(admin, f"{at}secret/", {}) and Webhook.objects.get().sealed_before == webhook.sealed
    typed = {"name": "renamed", "url": webhook.url, "scope": "all", "together": 5}
    assert "renamed was saved" in page(admin, at, typed)
    page(admin, f"{at}remove/", {})
    assert not Webhook.objects.exists()


def test_what_was_not_delivered_is_seen_and_sent_again(admin, hook, receivers):
    webhook = hook(receivers())
    told(1, 3)
    for n in (1, 2, 3):
        Undelivered.objects.create(webhook=webhook, event=n, kind="call.arrived", at=timezone.now(), said="HTTP <500>")
    at = f"/integrations/webhooks/{webhook.pk}/"
    assert "HTTP &lt;500&gt;" in page(admin, at)
    Webhook.objects.update(said="time", tries=1)
    assert "no answer in time" in page(admin, at)
    page(admin, f"{at}again/", {"event": "2"})
    assert list(Undelivered.objects.exclude(wanted_at=None).values_list("event", flat=True)) == [2]
    assert "2 events are sent again" in page(admin, f"{at}again/", {})
