"""A program sets up its own webhooks."""

from functools import partial

import pytest
from django.utils import timezone

from crm.integrations.models import Answer
from crm.webhooks.models import Undelivered, Webhook
from tests.crm.rest.program import program

from .conftest import told


@pytest.fixture
def billing(cast, redis_client):
    return program(cast.ada, "events.follow", "numbers.whole", name="Billing")


def test_a_program_adds_tries_changes_and_removes_its_own(billing, receivers, cast):
    receiver = receivers()
    body = {"name": "to us", "url": receiver.url, "kinds": ["call.ended"], "whole": True}
    made = billing.post("/webhooks", body, key="w-1")
    assert made.status_code == 201 and made.body["secret"].startswith("whsec_")
    assert billing.post("/webhooks", body, key="w-1").body == made.body and Webhook.objects.count() == 1
    assert made.body["secret"] not in Answer.objects.get().body, "what is kept for a repeat is sealed"
    receiver.secret, at = made.body["secret"], f"/webhooks/{made.body['id']}"
    assert "secret" not in billing.get(at).body and [one["name"] for one in billing.get("/webhooks").body["items"]]
    assert billing.post(f"{at}/test").body == {"taken": True, "status": 204, "said": ""}
    assert billing.patch(at, {"state": "paused", "kinds": []}).body["state"] == "paused"
    wrong = billing.patch(at, {"kinds": ["no.such"]})
    assert wrong.status_code == 400 and wrong.body["errors"][0]["field"] == "kinds.0"
    stranger = program(cast.ada, "events.follow", name="Shop")
    answers = [partial(send, at)().status_code for send in (stranger.get, stranger.delete)]
    assert answers == [404, 404] and stranger.get("/webhooks").body["items"] == []
    assert billing.delete(at).status_code == 204 and billing.get(at).status_code == 404


def test_it_is_sent_no_more_than_the_token_allows(cast, redis_client, receivers):
    narrow = program(cast.ada, "events.follow", name="Narrow", scope="own")
    body = {"name": "x", "url": receivers().url}
    assert narrow.post("/webhooks", {**body, "whole": True}).status_code == 403
    assert narrow.post("/webhooks", {**body, "scope": "all"}).status_code == 403
    assert narrow.post("/webhooks", body).body["scope"] == "own"


def test_undelivered_events_are_listed_and_sent_again(billing, receivers):
    at = f"/webhooks/{billing.post('/webhooks', {'name': 'x', 'url': receivers().url}).body['id']}"
    told(1, 3)
    for n in (1, 2, 3):
        Undelivered.objects.create(
            webhook=Webhook.objects.get(), event=n, kind="call.ended", at=timezone.now(), said=""
        )
    assert [row["event"] for row in billing.get(f"{at}/undelivered").body["items"]] == [1, 2, 3]
    assert billing.post(f"{at}/undelivered", {"events": [2]}).body == {"events": 1}
    assert billing.post(f"{at}/undelivered", {}).body == {"events": 2}
