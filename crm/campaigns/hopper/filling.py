"""Filling the hoppers of campaigns that dial by themselves.

The attempts are committed before they are pushed. What a worker that died did not push, or the daemon did not dial,
expires, and ``attempts.digest`` gives its lead free again as soon as it is sure that it was not dialled.
"""

import logging
from datetime import datetime

import msgspec
import redis
from django.db import transaction

from crm import bus
from crm.alone import alone
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.attempts.terms import micros, term_now
from crm.campaigns.hopper.choosing import leads_next
from crm.campaigns.hopper.clearing import hopper_clear
from crm.campaigns.hopper.need import need
from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.models import Attempt, AttemptState, Campaign, Mode
from crm.campaigns.running.members import members
from crm.campaigns.running.publish import campaigns_working
from crm.live.state import live_state
from crm.switch import SwitchAway
from switchctl.contract.hopper import Entry, decode_entry, encode
from switchctl.contract.live import LiveAgent
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)
LOCK = 0x686F7070


def fill_hoppers(at: datetime, *, names: Names = MAIN) -> int:
    """How many were handed over. Nothing when another process is at it, or when Redis, the daemon or all agents are
    away."""
    with alone(LOCK) as mine:
        if not mine:
            return 0
        try:
            term_now(at)
            agents = live_state(names=names).view.agents
            working = campaigns_working(at).filter(mode=Mode.PROGRESSIVE).prefetch_related("departments")
            return sum(_fill(campaign, agents, at, names) for campaign in working.order_by("-priority", "pk"))
        except (redis.RedisError, SwitchAway):
            return 0


def hopper_fill(campaign: Campaign, count: int, at: datetime, *, names: Names = MAIN) -> int:
    """Hands over up to ``count`` of its next leads. Raises SwitchAway and redis.RedisError: what could not be pushed
    expires. If its rules or the holidays were changed meanwhile it is taken back: whoever changes them clears hoppers
    after the commit, so one of the two comes last."""
    holidays = Holidays.read(at)
    with transaction.atomic():
        allowed = leads_next(campaign, at, count)
        made = attempts_make(allowed, mode=campaign.mode, state=AttemptState.HANDED, at=at)
    if made:
        bus.client().rpush(names.hopper(str(campaign.pk)), *(encode(entry_of(one, campaign)) for one in made))
        same = Campaign.objects.filter(pk=campaign.pk, rules=campaign.rules).exists()
        if not same or Holidays.read(at) != holidays:
            hopper_clear(campaign.pk, names=names)
    return len(made)


def entry_of(attempt: Attempt, campaign: Campaign) -> Entry:
    assert attempt.expires_at is not None
    return Entry(
        id=attempt.pk, campaign=str(campaign.pk), number=attempt.number, expires=micros(attempt.expires_at),
        until=micros(attempt.until) if attempt.until else 0, shows=campaign.caller_number, ring_s=campaign.ring_s,
        auto_answer=campaign.auto_answer, music=campaign.music, prompt=campaign.prompt,
        agent=attempt.agent.username if attempt.agent is not None else "",
    )  # fmt: skip


def _fill(campaign: Campaign, agents: dict[str, LiveAgent], at: datetime, names: Names) -> int:
    try:
        logins = members(campaign).values_list("username", flat=True)
        missing = need(agents, logins, campaign.lines) - _lying(campaign, at, names)
        return hopper_fill(campaign, missing, at, names=names) if missing > 0 else 0
    except (redis.RedisError, SwitchAway):
        raise
    except Exception:  # the others go on
        log.exception("the hopper of campaign %d could not be filled", campaign.pk)
        return 0


def _lying(campaign: Campaign, at: datetime, names: Names) -> int:
    """How many may still be dialled that lie there for anybody; those that have expired are taken out."""
    key, lying = names.hopper(str(campaign.pk)), 0
    for raw in bus.client().lrange(key, 0, -1):
        try:
            entry = decode_entry(raw)
        except msgspec.DecodeError:
            bus.client().lrem(key, 0, raw)
            continue
        if entry.expires <= micros(at):
            bus.client().lrem(key, 0, raw)
        elif not entry.agent:
            lying += 1
    return lying
