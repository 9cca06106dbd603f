"""A campaign as it runs: its lines and agents, why it dials or does not, and when it will be through."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from crm.accounts.models import SkillGroup, SkillMember
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.models import Attempt, AttemptState, Callback, Campaign, CampaignState, Lead, LeadState, Mode
from crm.campaigns.models.campaigns import hours_default, retries_default
from crm.campaigns.running.finishing import finish, through
from crm.campaigns.templatetags.campaigns import hours_words
from crm.campaigns.words import step_words
from crm.live.state import Saved
from crm.live.state import encode as encode_state
from switchctl.contract.live import LiveAgent, LiveCall, LiveView
from switchctl.contract.names import MAIN

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 5, 4, tzinfo=SHANGHAI)
ALL_DAY = [[["00:00", "24:00"]]] * 7


@pytest.fixture
def campaign(cast, bus) -> Campaign:
    group = SkillGroup.objects.create(name="Renewals")
    for user in (cast.alice, cast.carol):
        SkillMember.objects.create(group=group, user=user)
    return Campaign.objects.create(
        name="Renewals", mode=Mode.PROGRESSIVE, state=CampaignState.RUNNING, skill_group=group, hours=ALL_DAY,
        run_since=timezone.now() - timedelta(hours=2),
    )  # fmt: skip


@pytest.fixture
def lead(cast, campaign) -> Lead:
    return lead_of(campaign, cast.caller)


def lead_of(campaign, customer, **fields) -> Lead:
    told = {"number": "+8615401400001", "zone": "Asia/Shanghai", "due_at": timezone.now()} | fields
    return Lead.objects.create(campaign=campaign, customer=customer, **told)


def up(bus, agents=(), calls=()) -> None:
    """What the live view says, of a daemon that lives."""
    view = LiveView(agents={one.id: one for one in agents}, calls={one.id: one for one in calls})
    bus.set(MAIN.live, encode_state(Saved(view=view)))
    bus.set(MAIN.daemon, msgspec.json.encode({"links": {}}))


def part(user, campaign) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.get(reverse("campaign_live_part", args=[campaign.pk])).content.decode()


def test_lines_and_agents_as_far_as_she_sees_them(cast, bus, campaign, lead):
    now = timezone.now()
    Attempt.objects.create(
        id="a-1", campaign=campaign, lead=lead, customer=lead.customer, number=lead.number, mode=campaign.mode,
        state=AttemptState.DIALLED, made_at=now, handed_at=now, dialled_at=now,
    )  # fmt: skip
    talks = LiveAgent(id="alice", state="talking", call_id="a-1", since=1)
    up(bus, [talks, LiveAgent(id="carol", state="ready")], [LiveCall(id="a-1", stage="talking", agent="alice")])
    told = part(cast.sofia, campaign)
    assert "154****0001" in told and "→ Alice" in told and "15401400001" not in told.replace(" ", "")
    assert "Mei Zhang" in told and "Carol" not in told and "1 more of another department" in told
    assert "Dialling for whoever is free" in told, "Carol is ready, whoever looks"
    assert "Carol" in part(cast.ada, campaign)


def test_the_first_thing_that_keeps_it_from_dialling_is_said(cast, bus, campaign):
    up(bus)
    assert "Nobody is left to be called" in part(cast.ada, campaign)
    lead = lead_of(campaign, cast.caller, due_at=timezone.now() + timedelta(days=2))
    assert "no lead is due" in part(cast.ada, campaign)
    Lead.objects.filter(pk=lead.pk).update(due_at=timezone.now())
    Campaign.objects.update(hours=[[] for _day in range(7)])
    assert "outside the hours of the next customer" in part(cast.ada, campaign)
    Campaign.objects.update(hours=ALL_DAY)
    assert "none of its agents is signed in" in part(cast.ada, campaign)
    up(bus, [LiveAgent(id="alice", state="wrapup")])
    assert "no agent is free" in part(cast.ada, campaign)
    Campaign.objects.update(starts_at=timezone.now() + timedelta(days=1))
    assert "Not dialling yet" in part(cast.ada, campaign)
    bus.delete(MAIN.daemon)
    Campaign.objects.update(starts_at=None, ends_at=timezone.now())
    assert "its time is over" in part(cast.ada, campaign)


def closed_one(campaign, lead, at) -> None:
    """One lead was finished with in an hour in which the campaign called."""
    told = {"campaign": campaign, "lead": lead, "mode": "progressive", "state": "ended"}
    Attempt.objects.create(id="a", **told, made_at=at - MINUTE, dialled_at=at - MINUTE)
    Lead.objects.update(state=LeadState.CLOSED)


def near(found, expected) -> bool:
    return found is not None and abs(found - expected) < timedelta(seconds=1)


def test_it_is_through_at_the_pace_of_the_last_hour_in_which_it_called(cast, campaign, lead):
    at = timezone.now()
    assert finish(campaign, [("Asia/Shanghai", 10, at)], at).why == "early", "it has not called yet"
    closed_one(campaign, lead, at)
    assert near(finish(campaign, [("Asia/Shanghai", 3, at)], at).at, at + timedelta(hours=3))
    later = at + timedelta(hours=12)  # nobody worked meanwhile, and its pace is still known
    assert near(finish(campaign, [("Asia/Shanghai", 3, at)], later).at, later + timedelta(hours=3))
    assert near(finish(campaign, [("Asia/Shanghai", 1, at + timedelta(days=3))], at).at, at + timedelta(days=3))
    assert finish(campaign, [], at).at == at
    Callback.objects.create(campaign=campaign, customer=cast.caller, number="+8615401400001", due_at=at + 9 * MINUTE)
    assert finish(campaign, [], at).at == at + 9 * MINUTE, "an agreed callback is waited for"
    campaign.ends_at = at + timedelta(hours=2)
    assert finish(campaign, [("Asia/Shanghai", 3, at)], at).why == "late"
    assert finish(campaign, [("Asia/Shanghai", 3_000, at)], at).why == "far"
    Lead.objects.update(state=LeadState.OPEN)
    assert finish(campaign, [("Asia/Shanghai", 3, at)], at).why == "slow"
    assert finish(campaign, [("", 1, at)], at).why == "closed", "nobody knows where she is"
    campaign.state = CampaignState.PAUSED
    assert finish(campaign, [("Asia/Shanghai", 3, at)], at).why == "still"


HOUR = 1 / 3600
"""One lead an hour."""
CN, UK, BOTH = "Asia/Shanghai", "Europe/London", "Asia/Shanghai,Europe/London"


@pytest.mark.parametrize(
    ("left", "at", "end"),
    [
        ({CN: 1}, MONDAY.replace(hour=9), MONDAY.replace(hour=10)),
        ({CN: 1}, MONDAY.replace(hour=3), MONDAY.replace(hour=10)),
        ({CN: 4}, MONDAY.replace(hour=10), MONDAY.replace(hour=16)),  # lunch
        ({CN: 7}, MONDAY.replace(hour=10), MONDAY.replace(day=6, hour=10)),  # Tuesday is a holiday
        ({CN: 10_000}, MONDAY, None),
        ({UK: 1}, MONDAY.replace(hour=9), MONDAY.replace(hour=17)),  # nine o'clock in London
        ({CN: 1, UK: 1}, MONDAY.replace(hour=9), MONDAY.replace(hour=17)),  # the centre's clock says ten
        ({CN: 2, UK: 2}, MONDAY.replace(hour=16), MONDAY.replace(day=6, hour=10)),  # both in hours share the pace
        ({BOTH: 2}, MONDAY.replace(hour=9), MONDAY.replace(hour=18)),  # where either is closed, nobody is called
        ({"": 1}, MONDAY, None),
    ],
)
def test_only_time_in_which_they_may_be_called_counts(left, at, end):
    rules = Campaign(hours=[*[[["09:00", "12:00"], ["14:00", "18:00"]]] * 5, [], []])
    found = through(rules, {zone: float(n) for zone, n in left.items()}, HOUR, at, Holidays(frozenset(REST)))
    assert near(found, end) if end else found is None


REST = {(date(2026, 5, 5), "86")}


def test_the_page_says_where_it_cannot_know(cast, bus, campaign, lead):
    assert "it has called for less than 5 minutes" in part(cast.ada, campaign)


def test_rules_in_words():
    with translation.override("en"):
        retries = retries_default()
        assert step_words(retries["busy"]) == "in 10 minutes, 3 times in a row; then the next day"
        assert step_words(retries["invalid"]) == "at once: her next number"
        assert step_words(retries["no_answer"]).startswith("in 2 hours at another time of day")
        assert hours_words(hours_default()) == ["Mon–Fri 09:00–12:00, 14:00–18:00"]
        assert hours_words([[["09:00", "12:00"]], *([] for _day in range(6))]) == ["Mon 09:00–12:00"]
