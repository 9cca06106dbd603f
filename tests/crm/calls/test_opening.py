"""A masked number is opened by those who may, one by one, and the audit knows each time."""

import pytest
from django.test import Client

from crm.accounts.models import Role
from crm.audit.models import Entry
from tests.crm.calls.rows import record
from tests.stories import Story, numbered


@pytest.fixture
def called(cast):
    """Sofia may open numbers; c1 was Alice's, s1 was Carol's."""
    stories = [
        Story("c1").greeted().queued().offered_to("alice").answered().hung_up(),
        Story("s1", 1_000_000_000_000_000).greeted().queued("sales").offered_to("carol").answered().hung_up(),
    ]
    record(numbered(fact for story in stories for fact in story.facts))
    return cast


def opened() -> list[tuple[str, str, str]]:
    return list(Entry.objects.filter(action="numbers.opened").values_list("who", "object", "label"))


def test_sofia_opens_one_and_is_noted(client, called):
    client.force_login(called.sofia)
    assert "data-opens-number" in client.get("/calls/c1/").content.decode()
    assert client.post("/calls/c1/number/").json() == {"number": "154 0140 0001"}
    assert opened() == [("sofia", "c1", "154****0001")]


def test_who_may_not_gets_nothing_and_leaves_no_entry(client, called):
    client.force_login(called.alice)
    assert "data-opens-number" not in client.get("/calls/c1/").content.decode()
    assert client.post("/calls/c1/number/").status_code == 403
    client.force_login(called.sofia)
    assert client.post("/calls/s1/number/").status_code == 404
    assert client.get("/calls/c1/number/").status_code == 405
    assert opened() == []


def test_a_form_of_another_site_opens_nothing(called):
    client = Client(enforce_csrf_checks=True)
    client.force_login(called.sofia)
    assert client.post("/calls/c1/number/").status_code == 403
    assert opened() == []


def test_whole_numbers_need_no_button(client, called):
    called.sofia.roles.add(Role.objects.get(code="manager"))
    client.force_login(called.sofia)
    page = client.get("/calls/c1/").content.decode()
    assert "154 0140 0001" in page and "data-opens-number" not in page
