"""Which calls are allowed, and why the others are not."""

from datetime import date, datetime, timedelta

import pytest

from crm.calls.models import CallRecord
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.guard.words import WHY
from crm.campaigns.models import Attempt, ClosedNumber, Holiday
from crm.numberlists.models import ListedNumber
from crm.numberlists.services import entries_add
from crm.numberlists.typed import typed_number
from tests.crm.campaigns.people import AT, campaign_of, customer_of

NUMBER, OTHER = "+8613800000001", "+8613800000002"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def customer(db):
    return customer_of(NUMBER, OTHER)


def ruling(campaign, customer, number: str = NUMBER, at: datetime = AT):
    (found,) = rulings([Wanted(campaign, customer.pk, number)], at)
    assert not found.why or found.why in WHY
    return found


def called(customer, *ago: timedelta, campaign=None, number: str = NUMBER, state: str = "ended") -> None:
    Attempt.objects.bulk_create(
        Attempt(
            id=f"{number}-{Attempt.objects.count() + place}",
            campaign=campaign,
            customer=customer,
            number=number,
            state=state,
            made_at=AT - before,
            mode="preview",
        )  # fmt: skip
        for place, before in enumerate(ago)
    )


def test_an_allowed_call_says_by_what(customer) -> None:
    campaign = campaign_of(rules=4)
    said = ruling(campaign, customer)
    assert (said.why, said.until) == ("", AT + 2 * HOUR)
    assert said.facts["zone"] == "Asia/Shanghai"
    assert said.facts["there"] == ["2026-11-23T10:00+0800"]
    assert said.facts["rules"] == 4
    assert said.facts["calls"]["number_day"] == [0, 3]
    assert NUMBER not in str(said.facts)


@pytest.mark.parametrize(
    "rules",
    [
        {"state": "draft"}, {"state": "paused"}, {"state": "ended"}, {"starts_at": AT + HOUR},
        {"ends_at": AT}, {"ends_at": AT - HOUR},
    ],
)  # fmt: skip
def test_a_campaign_that_does_not_run(customer, rules) -> None:
    assert ruling(campaign_of(**rules), customer).why == "not_running"


def test_the_end_of_a_campaign_is_the_end_of_its_hours(customer) -> None:
    assert ruling(campaign_of(ends_at=AT + HOUR), customer).until == AT + HOUR


def test_outside_hours_it_says_when_they_begin(customer) -> None:
    said = ruling(campaign_of(), customer, at=AT + 3 * HOUR)
    assert (said.why, said.later) == ("hours", AT + 4 * HOUR)
    Holiday.objects.create(day=date(2026, 11, 23), country="86", name="day off")
    said = ruling(campaign_of(), customer)
    assert (said.why, said.later) == ("hours", AT + 23 * HOUR)
    assert ruling(campaign_of(holidays=False), customer).allowed


def test_without_a_number_or_a_place_nobody_is_called(customer) -> None:
    assert ruling(campaign_of(), customer, "").why == "no_number"
    always = campaign_of(hours=[[["00:00", "24:00"]]] * 7)
    assert ruling(always, customer, "+80012345678").why == "hours"
    assert ruling(always, customer, "+870123456789").why == "not_opened"  # a ship: nobody dials it from here


@pytest.mark.parametrize(("which", "way", "why"), [("no_call", "out", "do_not_call"), ("black", "both", "black"),
                                                   ("black", "out", "black"), ("black", "in", "")])  # fmt: skip
def test_lists(cast, customer, which, way, why) -> None:
    line = typed_number(NUMBER), {"list": which, "way": way, "reason": "said so"}
    entries_add(user=cast.ada, lines=[line])
    said = ruling(campaign_of(), customer)
    assert said.why == why
    entry = ListedNumber.objects.get()
    assert said.facts["list"] == {"by": which if why else "", "entry": entry.pk if why else 0, "version": 1}
    assert ruling(None, customer).why == why


def test_a_segment_counts_too(cast, customer) -> None:
    entries_add(user=cast.ada, lines=[(typed_number("1380000*"), {"list": "no_call", "way": "out", "reason": "law"})])
    assert ruling(campaign_of(), customer).why == "do_not_call"


def test_a_number_that_is_no_use_is_none_of_hers_only(customer) -> None:
    ClosedNumber.objects.create(number=NUMBER, customer=customer, why="wrong_party")
    assert ruling(campaign_of(), customer).why == "closed"
    assert ruling(campaign_of(), customer, OTHER).allowed
    assert ruling(campaign_of(), customer_of(NUMBER)).allowed


def test_calls_to_a_number_in_a_day(customer) -> None:
    """The day is hers: it began ten hours ago."""
    campaign = campaign_of()
    called(customer_of(), HOUR, 2 * HOUR, 11 * HOUR)
    assert ruling(campaign, customer).allowed
    called(customer_of(), 9 * HOUR)
    said = ruling(campaign, customer)
    assert (said.why, said.later) == ("number_day", AT + 23 * HOUR)
    assert said.facts["calls"]["number_day"] == [3, 3]


def test_calls_to_a_number_in_a_week(customer) -> None:
    campaign = campaign_of(number_per_week=2, hours=[[["00:00", "24:00"]]] * 7)
    called(customer_of(), 7 * DAY, 6 * DAY)
    assert ruling(campaign, customer).allowed
    called(customer_of(), 5 * DAY)
    said = ruling(campaign, customer)
    assert (said.why, said.later) == ("number_week", AT + DAY)


def test_calls_to_a_number_in_the_campaign(customer) -> None:
    campaign = campaign_of(number_in_all=2)
    called(customer, 30 * DAY, campaign=campaign)
    called(customer, 20 * DAY, campaign=campaign_of())
    assert ruling(campaign, customer).allowed
    called(customer, 10 * DAY, campaign=campaign)
    assert (ruling(campaign, customer).why, ruling(campaign, customer).later) == ("number_all", None)
    assert ruling(campaign, customer, OTHER).allowed


def test_calls_to_a_person_count_whatever_the_number_and_the_campaign(customer) -> None:
    called(customer, HOUR, 2 * HOUR, campaign=campaign_of(), number="+8613800000003")
    called(customer, 3 * HOUR)
    for number in (NUMBER, OTHER):
        assert ruling(campaign_of(), customer, number).why == "person_day"
    assert ruling(campaign_of(person_per_day=4, number_per_day=4), customer).allowed
    assert ruling(campaign_of(person_per_day=4, person_per_week=3), customer).why == "person_week"


@pytest.mark.parametrize(
    ("state", "counts"), [("shown", False), ("returned", False), ("handed", True), ("dialled", True), ("ended", True)]
)
def test_what_may_have_been_dialled_counts(customer, state, counts) -> None:
    called(customer, HOUR, state=state)
    assert ruling(campaign_of(number_per_day=1), customer).allowed is not counts


def keyed(number: str, ago: timedelta, **fields) -> None:
    """An agent dialled it herself."""
    at = AT - ago
    known = {"direction": "outbound", "number": number, "number_e164": number, "arrived_at": at, "ended_at": at}
    known |= {"call_id": f"keyed-{CallRecord.objects.count()}"}
    CallRecord.objects.create(**known | fields)


def test_what_an_agent_keyed_counts_for_the_number_and_the_person(customer) -> None:
    keyed(NUMBER, HOUR, dial_result="no_answer", customer=customer)
    keyed(NUMBER, 2 * HOUR, dial_result="own_phone", customer=customer)  # hers was not picked up
    keyed(NUMBER, 3 * HOUR, direction="inbound", customer=customer)
    keyed(NUMBER, 8 * DAY, dial_result="busy", customer=customer)
    once = campaign_of(number_per_day=1, person_per_day=9)
    assert ruling(once, customer).facts["calls"]["number_day"] == [1, 1]
    assert ruling(once, customer).why == "number_day"
    assert ruling(once, customer, OTHER).allowed
    assert ruling(campaign_of(person_per_day=1), customer, OTHER).why == "person_day"
    assert ruling(campaign_of(number_in_all=1), customer).allowed, "it was no call of this campaign"


def test_a_keyed_call_of_a_number_that_several_have_is_the_numbers_alone(customer) -> None:
    keyed(NUMBER, HOUR, dial_result="busy")
    assert ruling(campaign_of(number_per_day=1), customer).why == "number_day"
    assert ruling(campaign_of(person_per_day=1), customer, OTHER).allowed


def test_a_call_of_a_campaign_counts_once(customer) -> None:
    called(customer, HOUR)
    keyed(NUMBER, HOUR, call_id=Attempt.objects.get().pk, customer=customer)
    assert ruling(campaign_of(), customer).facts["calls"]["number_day"][0] == 1


@pytest.mark.parametrize(("ago", "why"), [(timedelta(minutes=5), "calling"), (2 * DAY, "")])
def test_whom_an_agent_is_calling_now_is_not_called(customer, ago, why) -> None:
    """A record that has been open for longer than any call lacks its end."""
    keyed("+8613800000009", ago, ended_at=None, customer=customer)
    assert ruling(campaign_of(), customer).why == why


def test_only_who_agreed_is_called_where_the_rules_say_so(customer, cast) -> None:
    """A segment of the white list is nobody's consent."""
    user = cast.ada
    strict, usual = campaign_of(consent=True), campaign_of()
    entries_add(user=user, lines=[(typed_number("+8613800*"), {"list": "white", "way": "out"})])
    assert (ruling(strict, customer).why, ruling(usual, customer).why) == ("no_consent", "")
    fields = {"list": "white", "way": "out", "reason": "offers of May", "evidence": "form 4711, 3 May"}
    entries_add(user=user, lines=[(typed_number(NUMBER), fields)])
    agreed = ListedNumber.objects.get(first=NUMBER)
    said = ruling(strict, customer)
    assert (said.why, said.facts["consent"]) == ("", agreed.pk)
    assert ruling(strict, customer, OTHER).why == "no_consent"
    entries_add(user=user, lines=[(typed_number(NUMBER), {"list": "no_call", "way": "out", "evidence": "by phone"})])
    assert ruling(strict, customer).why == "do_not_call", "what was taken back is no consent"


def test_those_that_are_wanted_together_count_against_each_other(customer) -> None:
    one, two = campaign_of(), campaign_of(number_per_day=1)
    said = rulings(
        [Wanted(one, customer.pk, NUMBER), Wanted(two, customer.pk, NUMBER), Wanted(two, customer.pk, OTHER)], AT
    )
    assert [ruling.why for ruling in said] == ["", "number_day", "calling"]


def test_five_hundred_take_as_few_questions_as_one(customer, django_assert_max_num_queries) -> None:
    campaign = campaign_of()
    wanted = [Wanted(campaign, customer.pk + n, f"+8613800{n:06}") for n in range(500)]
    with django_assert_max_num_queries(8):
        assert all(said.allowed for said in rulings(wanted, AT))


@pytest.mark.parametrize("state, why", [("shown", ""), ("handed", "calling"), ("dialled", "calling"), ("ended", "")])
def test_nobody_is_called_by_two_at_once(customer, state, why) -> None:
    called(customer, timedelta(minutes=2), campaign=campaign_of(name="Another"), state=state)
    said = ruling(campaign_of(), customer, OTHER)  # her other number is hers, too
    assert said.why == why
    assert said.later is None or AT < said.later <= AT + timedelta(minutes=1)


@pytest.mark.parametrize(
    "prefixes, why", [((), "not_opened"), (("139",), "not_opened"), (("+86138",), ""), (("+",), "")]
)
def test_only_numbers_that_are_opened_are_called(customer, settings, prefixes, why) -> None:
    settings.DIAL_PREFIXES = prefixes
    said = ruling(campaign_of(), customer)
    assert said.why == why and (said.later is None) is (why == "")
