"""The page that says why a call was allowed, the list, and the file."""

import csv
import io
from datetime import timedelta

import pytest

from crm.calls.models import CallRecord
from crm.campaigns.attempts.digest import digest
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.evidence.exports.asking import export_ask
from crm.campaigns.evidence.exports.files import SHELF, exports_erase
from crm.campaigns.evidence.exports.writing import WRITER
from crm.campaigns.evidence.filters import attempts_asked, filters
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.evidence.story import story
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.models import Attempt, AttemptState, Campaign, Evidence
from tests.crm.campaigns.attempts.test_making import make
from tests.crm.campaigns.calls import call_told
from tests.crm.campaigns.evidence.test_check import by_force
from tests.crm.campaigns.people import AT, campaign_of, lead_of

NUMBER = "+8613800001234"


@pytest.fixture
def attempt(cast, english) -> Attempt:
    """A call that was allowed, dialled for Alice, busy."""
    campaign = campaign_of(name="Spring", rules=4, caller_number="01066668888")
    lead = lead_of(campaign, NUMBER)
    said = rulings([Wanted(campaign, lead.customer_id, NUMBER, lead.pk)], AT)
    (made,) = attempts_make(said, mode="preview", state=AttemptState.SHOWN, at=AT, agent=cast.alice)
    later = AT + timedelta(seconds=20)
    facts = {"outcome": "busy", "cause": "USER_BUSY", "q850": "17", "dialled_at": AT, "ended_at": later}
    evidence_add([Row(made.pk, "dialled", later, {"dialled_at": AT}), Row(made.pk, "ended", later, facts)])
    Attempt.objects.filter(pk=made.pk).update(state="ended", outcome="busy", cause="USER_BUSY", ended_at=later)
    return made


def answers(attempt_id: str) -> dict[str, str]:
    found = story(attempt_id, whole=True)
    return {line.what: line.text for step in found.steps for line in step.lines}


def test_it_says_in_words_what_allowed_the_call(attempt) -> None:
    told = answers(attempt.pk)
    assert told["Campaign"] == "Spring, version 4 of its rules"
    assert told["Time at the number's place"] == "10:00 (1 time zone)"
    assert told["Number lists"].startswith("The number was on no list. Version")
    assert told["Calls before"] == "fewer than each limit"
    assert told["Number that was shown"] == "010 6666 8888"
    assert told["Agent"] == "Alice"
    assert told["Outcome"] == "busy · USER_BUSY · 17"
    (hours,) = [line for line in story(attempt.pk, whole=True).steps[0].lines if line.what == "Hours"]
    assert hours.more == (("Asia/Shanghai", "09:00–12:00"),)


def test_it_names_the_prompt_that_was_played(leads, cast, english) -> None:
    campaign = campaign_of(prompt="notices/recorded.wav")
    (attempt,) = make(lead_of(campaign, NUMBER))
    Campaign.objects.update(prompt="other.wav", rules=2)  # too late for this call
    call_told(attempt, AT, talk_s=20, result="answered", answered=True)
    CallRecord.objects.update(answered_at=AT + timedelta(seconds=4))
    digest(AT + timedelta(minutes=1))
    assert answers(attempt.pk)["Prompt before the talk"] == "notices/recorded.wav"
    (line,) = [line for step in story(attempt.pk, whole=True).steps for line in step.lines if "played" in line.what]
    assert line.text == "notices/recorded.wav"
    assert line.more == (("from", "2026-11-23 10:00:04.000"), ("until", "2026-11-23 10:00:10.000"))


@pytest.mark.parametrize(("prompt", "result"), [("", "answered"), ("a.wav", "no_answer")])
def test_nothing_was_played_without_a_prompt_or_an_answer(leads, cast, prompt, result) -> None:
    (attempt,) = make(lead_of(campaign_of(prompt=prompt), NUMBER))
    call_told(attempt, AT, result=result, talk_s=20 * (result == "answered"))
    digest(AT + timedelta(minutes=1))
    assert [row.facts.get("played") for row in Evidence.objects.filter(kind="ended")] == [None]


def test_what_the_switch_had_no_time_to_play_was_not_played(leads, cast, english) -> None:
    """It lacks the file: it joins the two at once. That a prompt was ordered the row before says."""
    (attempt,) = make(lead_of(campaign_of(prompt="a.wav"), NUMBER))
    call_told(attempt, AT, talk_s=20, result="answered", answered=True)
    CallRecord.objects.update(answered_at=AT + timedelta(seconds=9.7))
    digest(AT + timedelta(minutes=1))
    assert answers(attempt.pk)["Prompt before the talk"] == "a.wav"
    assert [row.facts.get("played") for row in Evidence.objects.filter(kind="ended")] == [None]


def test_the_chain_holds_up_to_here(attempt) -> None:
    found = story(attempt.pk, whole=True)
    assert (found.holds.first, found.holds.last) == (None, found.steps[-1].seq)
    by_force('UPDATE campaigns_evidence SET facts = facts || \'{"q850": "18"}\' WHERE seq = %s', found.steps[1].seq)
    assert story(attempt.pk, whole=True).holds.first[1]["row"] == found.steps[1].seq


def test_numbers_are_masked_by_role(attempt) -> None:
    assert "1234" in story(attempt.pk, whole=True).number
    assert "00001234" not in story(attempt.pk, whole=False).number


def test_of_an_erased_person_the_rest_stays(attempt) -> None:
    Evidence.objects.filter(attempt=attempt.pk).exclude(personal=None).update(personal=None)
    found = story(attempt.pk, whole=True)
    assert (found.number, found.erased, found.holds.first) == ("", True, None)


def test_there_is_none_of_other_calls(db) -> None:
    assert story("nothing", whole=True) is None


def test_the_pages_are_for_who_may(cast, attempt, client) -> None:
    for user, status in ((cast.ada, 200), (cast.sofia, 403), (cast.alice, 403)):
        client.force_login(user)
        assert client.get(f"/campaigns/evidence/{attempt.pk}/").status_code == status
        assert client.get("/campaigns/evidence/?outcome=busy").status_code == status
    client.force_login(cast.ada)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(f"/campaigns/evidence/{attempt.pk}/").content.decode()
    assert "Spring, version 4 of its rules" in page
    assert "The evidence is as it was written." in page
    assert client.get("/campaigns/evidence/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"number": NUMBER}, True),
        ({"number": "138 0000 1234"}, True),
        ({"number": "1234"}, True),
        ({"number": "0000"}, True),
        ({"number": "9999"}, False),
        ({"outcome": "busy"}, True),
        ({"outcome": "no_answer"}, False),
        ({"since": "2026-11-23", "until": "2026-11-23"}, True),
        ({"since": "2026-11-24"}, False),
        ({"until": "2026-11-22"}, False),
        ({"campaign": "999999"}, False),
        ({"since": "2026-13-77", "campaign": "x", "outcome": "x"}, True),
        ({"since": "0001-01-01", "until": "9999-12-31"}, True),
    ],
)
def test_the_list_asks_for_what_the_filters_say(cast, attempt, client, query, found) -> None:
    client.force_login(cast.ada)
    assert (attempt.pk in client.get("/campaigns/evidence/", query).content.decode()) == found


def test_who_sees_no_whole_numbers_finds_by_whole_ones_and_ends(cast, attempt) -> None:
    for text, found in ((NUMBER, True), ("1234", True), ("0000", False), ("13800", False)):
        assert attempts_asked(cast.ada, filters({"number": text}), whole=False).exists() == found


def test_a_file_is_written_with_what_the_page_says(cast, attempt, tmp_path, settings, client) -> None:
    settings.EXPORTS_DIR = tmp_path
    order = export_ask(user=cast.ada, form="csv", asked=filters({"number": NUMBER}))
    WRITER.write_all()
    order.refresh_from_db()
    assert (order.state, order.written, order.filters) == ("ready", 1, {})
    (line,) = csv.DictReader(io.StringIO(SHELF.file(order).read_text("utf-8-sig")))
    assert line["Campaign"] == "Spring"
    assert (line["Version of the rules"], line["To this number within the day (limit)"]) == ("4", "3")
    assert line["Digest of the last row"] == bytes(Evidence.objects.order_by("-seq").first().digest).hex()
    client.force_login(cast.ada)
    assert client.get(f"/campaigns/evidence/exports/{order.pk}/file/").status_code == 200
    exports_erase()
    assert client.get(f"/campaigns/evidence/exports/{order.pk}/file/").status_code == 404


def test_the_call_leads_to_its_evidence(cast, attempt, client) -> None:
    CallRecord.objects.create(call_id=attempt.pk, arrived_at=AT, direction="outbound", agent="alice", number=NUMBER)
    there = f"/campaigns/evidence/{attempt.pk}/"
    for user, shown in ((cast.ada, True), (cast.alice, False)):
        client.force_login(user)
        assert (there in client.get(f"/calls/{attempt.pk}/").content.decode()) == shown
