"""What the palette finds for whom: pages, customers, calls, colleagues, a number to dial."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.accounts.models import Role, User
from crm.accounts.services import user_create
from crm.navigation import ENTRIES, FURTHER, places
from tests.crm.calls.rows import record
from tests.stories import NOON, SECOND, Story, numbered

MEI = "+8615401400001"


@pytest.fixture
def asked(client, cast):
    """``asked(user, text)``: kind → choices, as the page is told."""

    def ask(user: User, text: str, language: str = "en") -> dict:
        client.force_login(user)
        answer = client.get(reverse("palette"), {"q": text}, headers={"accept-language": language})
        assert answer.status_code == 200
        return {group["kind"]: group["choices"] for group in answer.json()["groups"]}

    return ask


@pytest.fixture
def called(cast):
    """Mei Zhang called support, and Alice answered; somebody else called sales, and Carol did."""
    stories = [
        Story("call-mei", NOON, number="15401400001").greeted().queued().offered_to("alice").answered().hung_up(),
        Story("call-far", NOON + 100 * SECOND, number="15401400777").greeted().queued("sales").offered_to("carol")
        .answered().hung_up(),
    ]  # fmt: skip
    record(numbered(fact for story in stories for fact in story.facts))


def titles(choices: list[dict]) -> list[str]:
    return [choice["title"] for choice in choices]


def test_a_number_is_offered_to_be_dialled_first_and_only_to_who_may(asked, cast):
    found = asked(cast.alice, "138 0000 1111")
    assert next(iter(found)) == "dial" and found["dial"][0]["number"] == "138 0000 1111"
    assert "dial" not in asked(cast.sofia, "13800001111")  # her role may, but she has no phone
    assert "dial" not in asked(cast.alice, "alice 12")
    cast.alice.roles.set(Role.objects.filter(code="quality_inspector"))
    assert "dial" not in asked(User.objects.get(pk=cast.alice.pk), "13800001111")


def test_pages_by_their_name_in_either_language_and_only_those_that_open(asked, cast):
    assert titles(asked(cast.ada, "aud")["pages"]) == ["Audit"]
    assert asked(cast.ada, "告警")["pages"][0]["url"] == reverse("alarms")
    assert asked(cast.ada, "aud", "zh-hans")["pages"][0]["url"] == reverse("audit")
    assert "pages" not in asked(cast.alice, "audit")


@pytest.mark.parametrize("login", ["alice", "sofia", "ada"])
def test_every_place_opens_for_whom_it_is_offered(client, cast, login):
    user = getattr(cast, login)
    client.force_login(user)
    for entry in places(user):
        assert client.get(reverse(entry.url), follow=True).status_code == 200, entry.url


def test_every_place_that_is_known_is_offered_to_somebody(cast):
    cast.ada.extension = "2009"
    assert set(places(cast.ada)) == {*ENTRIES, *FURTHER}


def test_customers_are_those_whose_page_is_open_to_her(asked, cast, called):
    found = asked(cast.alice, "mei")["customers"]
    assert titles(found) == ["Mei Zhang"] and found[0]["url"] == reverse("customer", args=[cast.caller.pk])
    assert "gold" in found[0]["note"] and found[0]["call_id"] == "call-mei"
    assert "call_id" not in asked(cast.ada, "mei")["customers"][0]  # she does not dial
    cast.caller.owner = cast.bob  # of another department than Carol's
    cast.caller.save()
    assert "customers" not in asked(cast.carol, "mei")


def test_calls_by_number_only_as_far_as_she_may_search_and_masked(asked, cast, called):
    assert titles(asked(cast.alice, "0001")["calls"]) == ["Mei Zhang · 154****0001"]
    assert "calls" not in asked(cast.alice, "00001")  # more than is shown would tell digit after digit
    assert [c["call_id"] for c in asked(cast.alice, "154 0140 0001")["calls"]] == ["call-mei"]
    assert titles(asked(cast.ada, "00001")["calls"]) == ["Mei Zhang · 154 0140 0001"]
    assert "calls" not in asked(cast.alice, "0777") and "calls" in asked(cast.carol, "0777")


def test_calls_by_their_id(asked, cast, called):
    assert [c["key"] for c in asked(cast.ada, "call-m")["calls"]] == ["call:call-mei"]
    assert "calls" not in asked(cast.carol, "call-mei")


def test_colleagues_are_dialled_and_whom_she_may_see_is_opened(asked, cast):
    found = asked(cast.alice, "car")["people"]
    assert (found[0]["title"], found[0]["number"]) == ("Carol", "2003") and "url" not in found[0]
    found = asked(cast.sofia, "bob")["people"]
    assert found[0]["url"] == reverse("staff_user", args=[cast.bob.pk]) and "number" not in found[0]
    assert "people" not in asked(cast.sofia, "carol")  # another department, and she cannot dial
    assert asked(cast.alice, "2002")["people"][0]["title"] == "Bob"
    cast.bob.is_active = False
    cast.bob.save()
    assert "people" not in asked(cast.alice, "2002")


def test_the_kind_with_the_best_choice_stands_first(asked, cast, called):
    user_create(username="meiling", password="correct-horse-battery", display_name="Li Mei", department=cast.support.pk
                and cast.alice.department, extension="2010")  # fmt: skip
    assert next(iter(asked(cast.alice, "mei zhang"))) == "customers"
    assert next(iter(asked(cast.alice, "li mei"))) == "people"


def test_nothing_is_asked_of_the_database_for_nothing_and_hostile_text_is_only_text(asked, cast, called):
    assert asked(cast.ada, "  ") == {}
    for text in ("%", "_", "\x00a", "'; drop table", "<script>", "+" * 300, "９９９９", "²²²²"):
        asked(cast.ada, text)


def test_few_queries(client, cast, called):
    client.force_login(cast.ada)
    client.get(reverse("palette"), {"q": "x"})
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("palette"), {"q": "0001"})
    assert len(queries) <= 16, "\n".join(query["sql"] for query in queries)
