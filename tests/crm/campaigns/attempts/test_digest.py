"""What became of attempts, and of their leads."""

from datetime import timedelta

import pytest

from crm.alarms.looks import attempts
from crm.calls.models import Fact
from crm.campaigns.attempts.digest import digest, late_verdicts
from crm.campaigns.attempts.lag import digest_lag
from crm.campaigns.attempts.laws import callbacks_reopen, laws_check
from crm.campaigns.evidence.story import story
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.models import (
    Attempt,
    CampaignDisposition,
    ClosedNumber,
    Evidence,
    Lead,
    LeadState,
)
from crm.campaigns.words import attempt_words
from crm.numberlists.selectors import verdict
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from crm.telephony.models import Disposition
from switchctl.contract import refusals
from tests.crm.campaigns.attempts.test_making import make
from tests.crm.campaigns.calls import call_told
from tests.crm.campaigns.people import AT, campaign_of, customer_of, daemon_leads, lead_of

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
LATER = AT + 61 * SECOND


@pytest.fixture
def told(leads, cast):
    """Dispositions and what they mean to a campaign."""
    campaign = campaign_of()
    for meant in ("success", "again", "callback", "refused", "wrong_party"):
        disposition = Disposition.objects.create(code=meant, name=meant)
        CampaignDisposition.objects.create(campaign=campaign, disposition=disposition, verdict=meant)
    return campaign


def handed(campaign, *numbers) -> Attempt:
    (attempt,) = make(lead_of(campaign, *numbers))
    return attempt


def kinds(attempt) -> list[str]:
    return list(Evidence.objects.filter(attempt=attempt.pk).order_by("seq").values_list("kind", flat=True))


def after(attempt) -> tuple[Attempt, Lead]:
    return Attempt.objects.get(pk=attempt.pk), Lead.objects.get(pk=attempt.lead_id)


def test_the_call_begins_and_ends(told) -> None:
    attempt = handed(told)
    call_told(attempt, AT + SECOND)
    assert digest(AT + 2 * SECOND) == 1
    now, lead = after(attempt)
    assert (now.state, now.dialled_at, now.agent.username, lead.state) == ("dialled", AT + SECOND, "alice", "claimed")
    assert digest(AT + 3 * SECOND) == 0
    call_told(attempt, AT + SECOND, result="busy", cause="USER_BUSY")
    assert digest(AT + 22 * SECOND) == 1
    now, lead = after(attempt)
    assert (now.state, now.outcome, now.cause) == ("ended", "busy", "USER_BUSY")
    assert (lead.state, lead.outcome, lead.row, lead.attempts) == ("open", "busy", 1, 1)
    assert lead.due_at == AT + 21 * SECOND + 10 * MINUTE
    assert kinds(attempt) == ["allowed", "dialled", "ended"]
    assert digest(AT + 23 * SECOND) == 0


@pytest.mark.parametrize(
    ("result", "outcome", "attempts", "state"),
    [
        ("no_answer", "no_answer", 1, "open"), ("refused", "refused", 1, "open"), ("absent", "absent", 1, "open"),
        ("failed", "failed", 0, "open"), ("cancelled", "cancelled", 1, "open"), ("answered", "abandoned", 1, "open"),
        ("invalid", "invalid", 1, "closed"),
    ],
)  # fmt: skip
def test_outcomes_of_diallings(told, result, outcome, attempts, state) -> None:
    attempt = handed(told)
    call_told(attempt, AT + SECOND, result=result, answered=result == "answered")
    digest(AT + 30 * SECOND)
    now, lead = after(attempt)
    assert (now.state, now.outcome) == ("ended", outcome)
    assert (lead.state, lead.outcome, lead.attempts) == (state, outcome, attempts)


def test_an_invalid_number_is_closed_and_the_next_is_called(told) -> None:
    attempt = handed(told, "+8613800000001", "+8613800000002")
    call_told(attempt, AT, result="invalid")
    digest(AT + 30 * SECOND)
    _now, lead = after(attempt)
    assert (lead.state, lead.number, lead.row) == ("open", "+8613800000002", 0)
    assert ClosedNumber.objects.get().number == "+8613800000001"


def test_the_agent_did_not_pick_up_her_own_phone(told) -> None:
    """So the customer's never rang: it is as if it had not been."""
    attempt = handed(told)
    call_told(attempt, AT, result="own_phone")
    digest(AT + 30 * SECOND)
    now, lead = after(attempt)
    assert (now.state, now.outcome, now.dialled_at) == ("returned", "own_phone", None)
    assert (lead.state, lead.attempts, lead.due_at) == ("open", 0, AT + 90 * SECOND)


def test_expired_and_settled_it_is_free_again_at_once(told, leads) -> None:
    attempt = handed(told)
    assert digest(LATER) == 0
    daemon_leads(leads, LATER, seq=7, committed=6, until=LATER)
    assert digest(LATER) == 0
    daemon_leads(leads, LATER, seq=7, committed=7, until=LATER)
    assert digest(LATER) == 1
    now, lead = after(attempt)
    assert (now.state, now.outcome) == ("returned", "expired")
    assert (lead.state, lead.due_at, lead.attempts) == ("open", LATER, 0)
    assert make(lead, at=LATER)


def refused_by_daemon(attempt, reason) -> None:
    fact = {"kind": "CommandRefused", "command": "DialLead", "command_id": attempt.pk, "reason": reason, "params": {}}
    Fact.objects.create(
        id=f"d1:{attempt.pk}", seq=1, journal="d1", at=AT + SECOND, kind="CommandRefused", payload=fact
    )  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "on_list", "reason", "cause", "state", "outcome", "later"),
    [
        (1, True, refusals.ON_NO_CALL_LIST, "do_not_call", "closed", "do_not_call", MINUTE),
        (2, True, refusals.ON_NO_CALL_LIST, "do_not_call", "open", "", timedelta()),
        (1, False, refusals.ON_NO_CALL_LIST, "do_not_call", "open", "", MINUTE),  # off the list again meanwhile
        (1, False, refusals.NO_TRUNK, "no_trunk", "open", "", MINUTE),
        (1, False, refusals.PHONE_REFUSED, "", "open", "", MINUTE),
    ],
)
def test_what_the_daemon_would_not_dial_comes_back_at_once(
    told, cast, numbers, on_list, reason, cause, state, outcome, later
) -> None:
    """With the reason in its evidence; the lead is closed where it holds for good, and she has no other number."""
    attempt = handed(told, *("+8613800000001", "+8613800000002")[:numbers])
    if on_list:
        no_call = {"list": "no_call", "way": "out", "reason": "asked"}
        entries_add(user=cast.ada, lines=[(typed_number(attempt.number), no_call)])
    refused_by_daemon(attempt, reason)
    at = AT + 2 * SECOND
    assert digest(at) == 1
    now, lead = after(attempt)
    assert (now.state, now.outcome, now.cause, now.dialled_at) == ("returned", "refused", cause, None)
    assert (lead.state, lead.outcome, lead.attempts, lead.due_at) == (state, outcome, 0, at + later)
    assert lead.number == f"+861380000000{numbers}"
    assert kinds(attempt) == ["allowed", "returned"]
    said = [line.text for line in story(attempt.pk, whole=True).steps[1].lines]
    assert any(attempt_words(now) in text for text in said) or not cause
    assert digest(at + SECOND) == 0


@pytest.mark.parametrize(
    ("said", "rule", "expected"),
    [
        (["again"], {"times": 3, "then": "close"}, ("open", 1)),
        (["again", "again", "again"], {"times": 3, "then": "close"}, ("open", 3)),
        (["again"] * 4, {"times": 3, "then": "close"}, ("closed", 4)),
        (["again"], {"times": 0, "then": "close"}, ("closed", 1)),
        (["again"] * 3, {"times": 2, "then": "day"}, ("open", 0)),
        (["again", "busy", "again"], {"times": 1, "then": "close"}, ("open", 1)),  # not in a row
        (["busy", "busy", "again"], {"times": 1, "then": "close"}, ("open", 1)),
    ],
)
def test_again_comes_as_often_in_a_row_as_the_rule_says(told, leads, said, rule, expected) -> None:
    told.retries = told.retries | {"again": {"after": 0} | rule}
    told.number_per_day = told.person_per_day = 20
    told.save()
    lead, at = lead_of(told), AT
    for word in said:
        lead.refresh_from_db()
        at = max(at, lead.due_at)
        daemon_leads(leads, at)
        (attempt,) = make(lead, at=at)
        call_told(attempt, at, **({"result": "busy"} if word == "busy" else {"talk_s": 60, "disposition": word}))
        at += 2 * MINUTE
        digest(at)
        digest(at)
    lead.refresh_from_db()
    assert (lead.state, lead.row) == expected
    assert (lead.outcome == "given_up") is (lead.state == "closed")


def test_where_another_daemon_leads_it_counts_as_dialled(told, leads) -> None:
    attempt = handed(told)
    then = LATER + 5 * MINUTE
    daemon_leads(leads, then, journal="d2", epoch=2, until=then)
    assert digest(LATER) == 0
    assert digest(then) == 1
    now, lead = after(attempt)
    assert (now.state, now.outcome, now.ended_at) == ("ended", "unknown", then)
    assert (lead.state, lead.outcome, lead.attempts, lead.due_at) == ("open", "unknown", 1, then + 5 * MINUTE)


def test_what_is_told_late_corrects_it(told, leads) -> None:
    attempt = handed(told)
    then = LATER + 5 * MINUTE
    daemon_leads(leads, then, journal="d2", epoch=2, until=then)
    digest(then)
    call_told(attempt, AT + 5 * SECOND, result="busy")
    assert digest(then + HOUR) == 1
    now, lead = after(attempt)
    assert (now.state, now.outcome, now.dialled_at) == ("ended", "busy", AT + 5 * SECOND)
    assert (lead.state, lead.outcome, lead.attempts) == ("open", "busy", 1)
    assert kinds(attempt) == ["allowed", "ended", "dialled", "ended"]


def test_a_talk_that_is_told_late_claims_its_lead_again(told, leads) -> None:
    attempt = handed(told)
    then = LATER + 5 * MINUTE
    daemon_leads(leads, then, journal="d2", epoch=2, until=then)
    digest(then)
    call_told(attempt, AT + 5 * SECOND, talk_s=30, disposition="success")
    digest(then + HOUR)
    now, lead = after(attempt)
    assert (now.outcome, now.verdict) == ("answered", "success")
    assert (lead.state, lead.outcome, lead.attempts) == ("closed", "success", 1)


def test_what_is_told_late_leaves_a_lead_alone_that_went_on(told, leads) -> None:
    attempt = handed(told)
    then = LATER + 5 * MINUTE
    daemon_leads(leads, then, journal="d2", epoch=2, until=then)
    digest(then)
    Lead.objects.update(due_at=then)
    assert make(Lead.objects.get(pk=attempt.lead_id), at=then)
    call_told(attempt, AT + 5 * SECOND, talk_s=30, disposition="success")
    digest(then + HOUR)
    now, lead = after(attempt)
    assert (now.outcome, now.verdict) == ("answered", "success")
    assert lead.state == "claimed"


@pytest.mark.parametrize(
    ("disposition", "state", "outcome"),
    [
        ("success", "closed", "success"), ("resolved", "closed", "done"), ("again", "open", "again"),
        ("callback", "callback", "callback"), ("refused", "closed", "do_not_call"),
        ("wrong_party", "closed", "wrong_party"),
    ],
)  # fmt: skip
def test_what_the_agent_said(told, disposition, state, outcome) -> None:
    attempt = handed(told)
    call_told(attempt, AT, talk_s=60, disposition=disposition)
    digest(AT + 80 * SECOND)
    now, lead = after(attempt)
    assert (now.outcome, now.verdict) == ("answered", "done" if disposition == "resolved" else disposition)
    assert (lead.state, lead.outcome, lead.attempts, lead.agent.username) == (state, outcome, 1, "alice")
    assert verdict(attempt.number, "out").allowed is (disposition != "refused")
    assert ClosedNumber.objects.exists() is (disposition == "wrong_party")
    assert kinds(attempt) == ["allowed", "dialled", "ended", "verdict"]
    kept = Evidence.objects.filter(attempt=attempt.pk, kind="verdict").get().facts["disposition"]
    assert (kept["code"], bool(kept["name"]), now.disposition) == (disposition, True, disposition)
    assert digest(AT + 90 * SECOND) == 0


def test_a_wrong_party_leads_to_the_next_number(told) -> None:
    attempt = handed(told, "+8613800000001", "+8613800000002")
    call_told(attempt, AT, talk_s=60, disposition="wrong_party")
    digest(AT + 80 * SECOND)
    assert after(attempt)[1].number == "+8613800000002"


def test_a_lead_stays_hers_until_she_has_said_what_came_of_it(told) -> None:
    attempt = handed(told)
    call_told(attempt, AT, talk_s=60, wrapped=False)
    digest(AT + 11 * MINUTE)
    assert after(attempt)[1].state == LeadState.CLAIMED
    call_told(attempt, AT, talk_s=60, wrapped=False, disposition="success")
    assert digest(AT + 12 * MINUTE) == 0  # she may still change it
    call_told(attempt, AT, talk_s=60, disposition="success")
    digest(AT + 13 * MINUTE)
    assert after(attempt)[1].outcome == "success"


def test_who_wants_no_more_calls_is_believed_at_once(told) -> None:
    attempt = handed(told)
    call_told(attempt, AT, talk_s=60, wrapped=False, disposition="refused")
    digest(AT + 71 * SECOND)
    assert not verdict(attempt.number, "out").allowed


def test_who_wants_no_more_calls_is_called_at_none_of_her_numbers(told) -> None:
    mobile, home, shared = "+8613800000001", "+8613800000002", "+8613800000003"
    attempt = handed(told, mobile, home, shared)
    colleague = customer_of(shared)
    other = lead_of(campaign_of(), mobile, customer=attempt.customer)
    call_told(attempt, AT, talk_s=60, disposition="refused")
    digest(AT + 80 * SECOND)
    assert [verdict(number, "out").allowed for number in (mobile, home, shared)] == [False, False, True]
    hers = [Wanted(other.campaign, other.customer_id, number, other.pk) for number in (mobile, home, shared)]
    assert [said.why for said in rulings(hers, AT)] == ["do_not_call", "do_not_call", "closed"]
    assert rulings([Wanted(other.campaign, colleague.pk, shared)], AT)[0].allowed


def test_nothing_said_closes_it_and_what_is_said_later_counts_all_the_same(told) -> None:
    attempt = handed(told)
    call_told(attempt, AT, talk_s=60)
    digest(AT + 5 * MINUTE)
    assert after(attempt)[1].state == "claimed"
    digest(AT + 12 * MINUTE)
    now, lead = after(attempt)
    assert (now.verdict, lead.state, lead.outcome) == ("answered", "closed", "answered")
    call_told(attempt, AT, talk_s=60, disposition="again")
    assert late_verdicts(AT + HOUR) == 1
    now, lead = after(attempt)
    assert (now.verdict, lead.state, lead.outcome) == ("again", "open", "again")


def test_a_callback_that_nobody_made_is_over_after_a_day(told) -> None:
    attempt = handed(told)
    call_told(attempt, AT, talk_s=60, disposition="callback")
    digest(AT + 80 * SECOND)
    assert callbacks_reopen(AT + 23 * HOUR) == 0
    assert callbacks_reopen(AT + 25 * HOUR) == 1
    assert after(attempt)[1].state == "open"


def test_as_often_as_may_be_in_a_campaign_then_the_next_number_then_the_end(told, leads) -> None:
    campaign = campaign_of(number_in_all=1)
    attempt = handed(campaign, "+8613800000001", "+8613800000002")
    call_told(attempt, AT, result="busy")
    digest(AT + 30 * SECOND)
    _now, lead = after(attempt)
    assert (lead.state, lead.number) == ("open", "+8613800000002")
    assert lead.due_at < AT + 30 * MINUTE
    daemon_leads(leads, AT + 30 * MINUTE)
    (second,) = make(lead, at=AT + 30 * MINUTE)
    call_told(second, AT + 30 * MINUTE, result="busy")
    digest(AT + 31 * MINUTE)
    _now, lead = after(second)
    assert (lead.state, lead.outcome) == ("closed", "used_up")


def test_one_that_cannot_be_digested_does_not_keep_the_others_back(told, caplog) -> None:
    bad, good = handed(campaign_of(retries={"busy": {"after": "soon"}})), handed(told)
    for attempt in (bad, good):
        call_told(attempt, AT, result="busy")
    assert digest(AT + 30 * SECOND) == 1
    assert after(bad)[0].state == "handed"
    assert after(good)[0].state == "ended"
    assert bad.pk in caplog.text


def test_broken_laws_are_mended_and_said(told, caplog) -> None:
    lost = lead_of(told, state="claimed")
    attempt, fine = handed(told), handed(told)
    call_told(attempt, AT)
    digest(AT + SECOND)
    later = AT + 2 * DAY
    assert laws_check(AT + 5 * SECOND) == {"claimed": 1, "endless": 0, "given_back": 0}
    lost.refresh_from_db()
    assert lost.state == "open"
    assert laws_check(later)["endless"] == 2
    assert {after(one)[0].outcome for one in (attempt, fine)} == {"unknown"}
    assert laws_check(later) == {"claimed": 0, "endless": 0, "given_back": 0}
    assert "claimed" in caplog.text


def test_what_was_given_back_and_has_a_call_counts_and_is_said(told, leads, caplog) -> None:
    attempt = handed(told)
    daemon_leads(leads, LATER, until=LATER)
    digest(LATER)
    call_told(attempt, AT, result="busy")
    assert laws_check(LATER + MINUTE)["given_back"] == 1
    assert after(attempt)[0].outcome == "busy"
    assert attempt.pk in caplog.text


def test_what_is_known_and_not_digested_yet_is_behind(told, leads, settings) -> None:
    """And an alarm says so from a minute on; what nobody knows yet is not behind."""
    over, rings, expired, _young = (handed(told) for _n in range(4))
    call_told(over, AT, result="busy")  # ended 20 s later
    call_told(rings, AT)
    assert digest_lag(AT + 80 * SECOND) == (MINUTE, 1)
    Attempt.objects.filter(pk=expired.pk).update(expires_at=AT + 10 * SECOND)
    daemon_leads(leads, AT + 20 * SECOND, seq=1, committed=1, until=AT + 15 * SECOND)
    assert digest_lag(AT + 80 * SECOND) == (70 * SECOND, 2)
    (finding,) = attempts.digest({}, AT + 80 * SECOND)["attempts_lag"]
    assert (finding.severity, finding.params) == ("warning", {"n": 2, "seconds": 70})
    assert attempts.digest({}, AT + 400 * SECOND)["attempts_lag"][0].severity == "critical"
    digest(AT + 80 * SECOND)
    assert digest_lag(AT + 90 * SECOND) == (timedelta(), 0)
    assert attempts.digest({}, AT + 90 * SECOND) == {"attempts_lag": []}
