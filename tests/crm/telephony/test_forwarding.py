"""Forwarding: the page, who may set it, what the daemon is told, and what the seat list shows."""

import pytest
from django.urls import reverse

from crm.live.scope import floor_scope
from crm.telephony.models import Extension, Forwarding
from crm.telephony.selectors import directory_snapshot

NUMBER = "13800001111"


def says(**fields: object) -> dict[str, object]:
    return {"always-number": "", "no_answer-number": "", "busy-number": "", **fields}


def told(number: str) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    (row,) = [one for one in directory_snapshot(1).extensions if one.number == number]
    return [(one.how, one.to, one.days, one.since, one.until) for one in row.forwards]


@pytest.mark.django_db
def test_an_agent_forwards_her_own_and_takes_it_back(cast, client):
    client.force_login(cast.alice)
    number, other = cast.alice.extension, cast.bob.extension
    form = says(**{
        "busy-active": "on", "busy-number": other, "busy-days": ["1", "2"], "busy-since": "18:00",
        "busy-until": "08:00", "no_answer-number": other,
    })  # fmt: skip
    page = client.post(reverse("forwarding"), form, follow=True)
    assert page.status_code == 200 and b'role="status"' in page.content
    assert told(number) == [("busy", other, (1, 2), 18 * 60, 8 * 60)], "the other is not in force"
    assert client.get(reverse("forwarding")).content.count(f'value="{other}"'.encode()) == 2
    people = floor_scope(cast.sam).people if hasattr(cast, "sam") else {}
    assert not people or other in people["alice"]["forward"]
    client.post(reverse("forwarding"), says())
    assert told(number) == [] and not Forwarding.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["own", "110", "x", "12", "+12025550123", "+442079460000"])
def test_what_she_may_not_dial_is_no_goal(cast, client, number):
    client.force_login(cast.alice)
    wanted = cast.alice.extension if number == "own" else number
    page = client.post(reverse("forwarding"), says(**{"always-active": "on", "always-number": wanted}), follow=True)
    assert b'role="alert"' in page.content and not Forwarding.objects.exists()


@pytest.mark.django_db
def test_anothers_only_with_the_right_to_manage_extensions(cast, client):
    row = Extension.objects.get(number=cast.alice.extension)
    client.force_login(cast.bob)
    assert client.get(reverse("extension_forwarding", args=[row.number])).status_code == 403
