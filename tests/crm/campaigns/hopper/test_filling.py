"""Hoppers get what agents may soon want, and nothing when nobody is there."""

from datetime import date, timedelta

import pytest
import redis
from django.db import transaction
from django.utils import timezone

from crm import bus as redis_bus
from crm.alone import alone
from crm.campaigns.attempts.digest import digest
from crm.campaigns.hopper import filling
from crm.campaigns.hopper.filling import fill_hoppers
from crm.campaigns.hopper.need import need
from crm.campaigns.models import Attempt, Holiday, Lead, Sound
from crm.campaigns.running.holidays import holiday_add
from crm.campaigns.running.services import campaign_change
from crm.live.state import Saved, encode
from switchctl.contract.hopper import decode_entry
from switchctl.contract.live import LiveAgent, LiveView
from switchctl.contract.names import MAIN
from tests.crm.campaigns.attempts.test_making import at_once
from tests.crm.campaigns.people import AT, campaign_of, daemon_leads, lead_of

SECOND = timedelta(seconds=1)


def floor(redis, **states: str) -> None:
    """Who is in which state."""
    agents = {login: LiveAgent(id=login, state=state) for login, state in states.items()}
    redis.set(MAIN.live, encode(Saved(view=LiveView(agents=agents))))


@pytest.fixture
def campaign(cast, settings):
    """Of Alice's and Bob's department."""
    settings.DIAL_SHOWS = ["02112345678"]
    Sound.objects.create(name="Own music", kind="music", file="local_stream://own")
    Sound.objects.create(name="Own prompt", kind="prompt", file="prompts/own.wav")
    made = campaign_of(caller_number="02112345678", ring_s=40, music="local_stream://own", prompt="prompts/own.wav")
    made.departments.add(cast.alice.department)
    return made


def entries(redis, campaign) -> list:
    return [decode_entry(raw) for raw in redis.lrange(MAIN.hopper(str(campaign.pk)), 0, -1)]


@pytest.mark.parametrize(
    ("states", "lines", "expected"),
    [
        ([], 0, 0), (["offline", "paused", "unreachable"], 0, 0), (["ready", "ready"], 0, 2), (["ready"] * 5, 3, 3),
        (["ready", "wrapup", "dialling", "offered"], 0, 4), (["talking"], 0, 1), (["talking"] * 5, 0, 2),
    ],
)  # fmt: skip
def test_how_many_they_may_want(states, lines, expected) -> None:
    agents = {str(place): LiveAgent(id=str(place), state=state) for place, state in enumerate(states)}
    assert need(agents, agents, lines) == expected
    assert need(agents, ["somebody else"], lines) == 0


def test_as_many_as_agents_and_each_entry_is_a_row(leads, campaign) -> None:
    floor(leads, alice="ready", bob="wrapup", carol="ready")
    wanted = [lead_of(campaign, at=AT - minute * SECOND) for minute in (3, 2, 1)]
    assert fill_hoppers(AT) == 2
    first, second = entries(leads, campaign)
    assert [first.number, second.number] == [lead.number for lead in wanted[:2]]
    attempt = Attempt.objects.get(pk=first.id)
    assert (attempt.state, attempt.lead_id, attempt.mode) == ("handed", wanted[0].pk, "progressive")
    assert first.expires == round((AT + 60 * SECOND).timestamp() * 1_000_000)
    assert first.until == round((AT + 7200 * SECOND).timestamp() * 1_000_000)
    assert (first.shows, first.ring_s, first.music, first.agent) == ("02112345678", 40, "local_stream://own", "")
    assert first.prompt == "prompts/own.wav"
    assert fill_hoppers(AT + SECOND) == 0


def test_what_was_taken_out_is_filled_up_and_what_expired_is_not_counted(leads, campaign) -> None:
    floor(leads, alice="ready", bob="ready")
    for _each in range(5):
        lead_of(campaign)
    assert fill_hoppers(AT) == 2
    leads.lpop(MAIN.hopper(str(campaign.pk)))
    assert fill_hoppers(AT + SECOND) == 1
    later = AT + 60 * SECOND
    daemon_leads(leads, later)
    assert fill_hoppers(later) == 1
    assert len(entries(leads, campaign)) == 2


def test_nothing_without_agents_daemon_or_redis(leads, campaign, monkeypatch) -> None:
    lead_of(campaign)
    assert fill_hoppers(AT) == 0
    floor(leads, alice="paused", carol="ready")
    assert fill_hoppers(AT) == 0
    floor(leads, alice="ready")
    assert fill_hoppers(AT + 5 * SECOND) == 0
    with monkeypatch.context() as away:
        away.setattr(redis_bus, "client", lambda: redis.Redis(port=1, socket_connect_timeout=1))
        assert fill_hoppers(AT) == 0
    assert not Attempt.objects.exists()
    assert fill_hoppers(AT) == 1


@pytest.mark.parametrize("rules", [{"state": "paused"}, {"mode": "preview"}, {"starts_at": AT + SECOND}])
def test_only_campaigns_that_dial_by_themselves_and_run(leads, campaign, rules) -> None:
    floor(leads, alice="ready")
    lead_of(campaign)
    type(campaign).objects.update(**rules)
    assert fill_hoppers(AT) == 0


def test_one_campaign_that_cannot_be_filled_does_not_keep_the_others_back(leads, cast, campaign, caplog) -> None:
    floor(leads, alice="ready")
    broken = campaign_of(hours=[[["nine", "ten"]]] * 7, priority=5)
    broken.departments.add(cast.alice.department)
    lead_of(broken)
    lead_of(campaign)
    assert fill_hoppers(AT) == 1
    assert f"campaign {broken.pk}" in caplog.text


def test_a_worker_that_died_before_it_pushed_loses_no_lead(leads, campaign, monkeypatch) -> None:
    floor(leads, alice="ready")
    lead = lead_of(campaign)

    def die(*_all) -> None:
        raise SystemExit

    monkeypatch.setattr(filling, "entry_of", die)
    with pytest.raises(SystemExit):
        fill_hoppers(AT)
    monkeypatch.undo()
    lead.refresh_from_db()
    assert (lead.state, entries(leads, campaign)) == ("claimed", [])
    later = AT + 62 * SECOND
    daemon_leads(leads, later, until=later)
    assert digest(later) == 1
    assert fill_hoppers(later) == 1
    assert [entry.number for entry in entries(leads, campaign)] == [lead.number]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_claim_each_lead_once(leads, cast) -> None:
    campaign = campaign_of()
    for _each in range(12):
        lead_of(campaign)
    made = at_once(*[lambda: filling.hopper_fill(campaign, 4, AT) for _each in range(4)])
    pushed = [entry.number for entry in entries(leads, campaign)]
    assert sum(made) == len(pushed) == len(set(pushed)) == Attempt.objects.count()
    assert Lead.objects.filter(state="claimed").count() == len(pushed)
    with transaction.atomic(), alone(filling.LOCK) as mine:
        assert mine
        assert at_once(lambda: fill_hoppers(AT)) == [0]


def test_what_lies_there_when_the_rules_change_is_not_dialled(
    leads, campaign, cast, django_capture_on_commit_callbacks
):
    """Whether it was handed over before the change, or by somebody who had read the campaign before it."""
    floor(leads, alice="ready")
    lead_of(campaign)
    assert fill_hoppers(AT) == 1

    def change(version: int, **fields: object) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            campaign_change(user=cast.ada, campaign_id=campaign.pk, version=version, fields=fields)

    change(1, name="June")
    assert len(entries(leads, campaign)) == 1
    change(2, ring_s=20)
    assert entries(leads, campaign) == []
    lead_of(campaign)
    assert filling.hopper_fill(campaign, 1, AT) == 1 and entries(leads, campaign) == []
    campaign.refresh_from_db()
    lead_of(campaign)
    assert filling.hopper_fill(campaign, 1, AT) == 1 and len(entries(leads, campaign)) == 1
    assert Attempt.objects.filter(state="handed").count() == 3


def test_what_lies_there_when_today_becomes_a_holiday_is_not_dialled(
    leads, campaign, cast, monkeypatch, django_capture_on_commit_callbacks
):
    """Whether it was handed over before, or by somebody who had not seen it."""
    floor(leads, alice="ready")
    lead_of(campaign)
    now = timezone.now()
    anyhow = campaign_of(name="All days", holidays=False)
    for one in (campaign, anyhow):
        leads.rpush(MAIN.hopper(str(one.pk)), b"entry")

    def add(day: date, country: str = "") -> None:
        with django_capture_on_commit_callbacks(execute=True):
            holiday_add(user=cast.ada, day=day, country=country, name="A day")

    add(now.date() + timedelta(days=9))
    assert leads.llen(MAIN.hopper(str(campaign.pk))) == 1
    add(now.date())
    assert [leads.llen(MAIN.hopper(str(one.pk))) for one in (campaign, anyhow)] == [0, 1]

    Holiday.objects.all().delete()
    entry = filling.entry_of
    monkeypatch.setattr(filling, "entry_of", lambda *of: [add(AT.date(), "86"), entry(*of)][1])
    assert filling.hopper_fill(campaign, 1, AT) == 1 and entries(leads, campaign) == []
    lead_of(campaign)
    assert filling.hopper_fill(campaign, 1, AT) == 0
