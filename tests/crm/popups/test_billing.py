"""The desk against the sample billing system: page by page, over HTTP, both running."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.accounts.models import User
from crm.integrations.services import integration_make
from crm.popups.asking import ask
from crm.popups.models import Moment, Opens
from crm.popups.selectors import address_of
from crm.popups.services import lookup_make, popup_change, popup_make, popup_secret, popup_unsign
from crm.webhooks.services import webhook_make, webhook_try
from docs.examples.billing.billing import Refused

PAGE = "/customer?number={number}&worker={work_number}&user={agent}"
ANSWER = "User = name\nBalance = account.balance\nOverdue = overdue"


@pytest.fixture
def desk(client, cast, rings):
    """Alice's, work number 8001; ``desk(path)`` is the answer."""
    User.objects.filter(pk=cast.alice.pk).update(work_number="8001")
    client.force_login(User.objects.get(pk=cast.alice.pk))
    return lambda path: client.get(path, headers={"accept-language": "en"})


@pytest.fixture
def page(cast, billing, allowed):
    popup = popup_make(actor=cast.ada, fields={"name": "Bills", "url": billing.address + PAGE, "whole": True})
    billing.popup_secret = popup_secret(actor=cast.ada, popup=popup, now=timezone.now())
    return popup


def lookup_of(cast, billing, **fields):
    given = {"name": "Account", "url": f"{billing.address}/api/subscriber?number={{e164}}", "answer": ANSWER}
    return lookup_make(actor=cast.ada, fields={**given, "header": "Authorization", "value": "Bearer k", **fields})


def opened(address: str, data: bytes | None = None) -> str:
    with urllib.request.urlopen(address, data, timeout=10) as answer:  # noqa: S310  the sample's own
        return answer.read().decode()


def test_the_page_opens_with_number_and_work_number_and_is_signed(desk, page, billing):
    links = desk("/desk/outside/c1/").content.decode()
    path = re.search(r'href="(/desk/outside/c1/popups/\d+/)"', links)[1]
    address = desk(path).headers["Location"]
    assert "number=15401400001&worker=8001&user=alice&t=" in address
    shown = opened(address)
    assert "Call of 15401400001, taken by 8001" in shown and "梅 &lt;b&gt;Zhang" in shown and "128.50" in shown
    for forged in (address.replace("15401400001", "15401400002"), address.partition("&sig=")[0], address[:-1] + "!"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            opened(forged)
    with pytest.raises(Refused, match="too long ago"):
        billing.check_address(address.removeprefix(billing.address), time.time() + 301)


def test_for_a_day_after_a_new_secret_the_one_before_opens_it_too(cast, page, billing):
    old, now = billing.popup_secret, timezone.now()
    new = popup_secret(actor=cast.ada, popup=page, now=now)

    def refused(secret: str, at) -> bool:
        address = address_of(page, {"number": "15401400001"}, whole=True, now=at)
        billing.popup_secret = secret
        try:
            billing.check_address(address.removeprefix(billing.address), at.timestamp())
        except Refused:
            return True
        return False

    later = now + timedelta(hours=24)
    assert not (refused(old, now) or refused(new, now) or refused(new, later))
    assert refused(old, later) and refused("sdpop_another", now)
    popup_unsign(actor=cast.ada, popup=page)
    assert "sig=" not in address_of(page, {}, whole=True, now=now)


def test_with_another_secret_key_nothing_is_signed_and_nothing_fails(desk, cast, page, billing, allowed, settings):
    lookup = lookup_of(cast, billing)
    settings.SECRET_KEY = "another"
    assert "sig=" not in desk(f"/desk/outside/c1/popups/{page.pk}/").headers["Location"]
    assert "SECRET_KEY" in ask(lookup, {"number": "1", "e164": "1"}).why


def test_who_sees_numbers_masked_gives_them_masked(desk, cast, page):
    popup_change(actor=cast.ada, popup=page, fields={"whole": False})
    address = desk(f"/desk/outside/c1/popups/{page.pk}/").headers["Location"]
    assert "154%2A%2A%2A%2A0001" in address and "15401400001" not in address


def test_number_and_user_name_are_registered_there_and_found_by_the_lookup(desk, cast, billing, allowed, rings):
    billing.key = "k"
    lookup = lookup_of(cast, billing, kept_s=0)
    assert "c1/lookups" in desk("/desk/outside/c1/").content.decode()
    at = f"/desk/outside/c1/lookups/{lookup.pk}/"
    told = desk(at).content.decode()
    assert "128.50" in told and "梅 &lt;b&gt;Zhang" in told and "<b>" not in told
    rings("15409990000")
    assert "does not know her" in desk(at).content.decode()
    opened(f"{billing.address}/subscribers", urllib.parse.urlencode({"number": "15409990000", "name": "Wu"}).encode())
    assert "Wu" in desk(at).content.decode()
    rings("")
    assert "withheld" in desk(at).content.decode()


def test_answers_are_kept_and_a_system_that_fails_is_left_alone(cast, billing, allowed, redis_client):
    lookup = lookup_of(cast, billing, header="", value="")
    who = {"number": "15401400001", "e164": "+8615401400001"}
    assert dict(ask(lookup, who).fields)["Balance"] == "128.50"
    billing.register("15401400001", "Mei", 1)
    assert dict(ask(lookup, who).fields)["Balance"] == "128.50"
    assert dict(ask(lookup, who, fresh=True).fields)["User"] == "Mei"
    assert not any(b"15401400001" in key for key in redis_client.keys("lookup:*"))
    billing.key = "another"
    other = {"number": "15401400002", "e164": "+8615401400002"}
    assert ask(lookup, other).why == "HTTP 403"
    billing.key = ""
    assert ask(lookup, other).state == "silent"
    assert ask(lookup, who).state == "found"


def test_a_system_that_is_of_the_inside_or_away_is_told_as_silent(desk, cast, billing, allowed, settings):
    settings.OUTWARD_ALLOWED = []
    lookup = lookup_of(cast, billing)
    assert "OUTWARD_ALLOWED" in ask(lookup, {"number": "1"}).why
    assert "It did not answer" in desk(f"/desk/outside/c1/lookups/{lookup.pk}/").content.decode()


def test_the_form_after_the_call_has_the_records_id(desk, cast, billing, allowed):
    fields = {"name": "Summary", "url": f"{billing.address}/after?record={{record}}", "moment": Moment.DONE}
    popup = popup_make(actor=cast.ada, fields={**fields, "opens": Opens.WINDOW})
    frame = desk("/")
    assert frame.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert f'target="switchdesk-popup-{popup.pk}"' in frame.content.decode()
    assert desk(f"/desk/windows/{popup.pk}/").headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
    shown = opened(desk(f"/desk/outside/c1/popups/{popup.pk}/").headers["Location"])
    assert "After the call c1" in shown
    opened(f"{billing.address}/notes", b"record=c1&note=paid")
    assert billing.notes == {"c1": "paid"}


def test_it_takes_webhooks_that_are_ours(cast, billing):
    integration = integration_make(actor=cast.ada, name="Billing", now=timezone.now())
    fields = {"name": "events", "url": f"{billing.address}/hook"}
    webhook, billing.webhook_secret = webhook_make(
        actor=cast.ada, integration=integration, fields=fields, now=timezone.now()
    )
    assert webhook_try(actor=cast.ada, webhook=webhook, now=timezone.now()).status == 204
    assert [event["kind"] for event in billing.events.values()] == ["webhook.test"]
    billing.webhook_secret = "whsec_" + "A" * 44
    assert webhook_try(actor=cast.ada, webhook=webhook, now=timezone.now()).status == 403


def test_others_calls_and_others_queues_are_not_there(client, desk, cast, page):
    assert desk("/desk/outside/c2/").status_code == 404
    popup_change(actor=cast.ada, popup=page, fields={"queues": ["sales"]})
    assert "data-popup" not in desk("/desk/outside/c1/").content.decode()
    assert desk(f"/desk/outside/c1/popups/{page.pk}/").status_code == 404
    client.force_login(cast.bob)
    assert desk("/desk/outside/c1/").status_code == 404
    assert desk(f"/desk/outside/c1/popups/{page.pk}/").status_code == 404
