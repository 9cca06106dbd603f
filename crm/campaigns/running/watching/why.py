"""Why a campaign dials, or does not; and what it decided last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.campaigns.hours.holidays import Holidays
from crm.campaigns.hours.windows import next_open, open_until
from crm.campaigns.models import Attempt, AttemptState, Callback, CallbackState, Campaign, CampaignState, Mode
from crm.campaigns.running.ending import ends_itself
from crm.campaigns.running.watching.due import first_due
from crm.campaigns.running.watching.floor import Floor
from crm.campaigns.words import attempt_words

LAST = 8


@dataclass(frozen=True)
class Pulse:
    """``good``: it goes on as it should. ``text`` says what happens, ``more`` why or until when."""

    good: bool
    icon: str
    text: str
    more: str = ""


@dataclass(frozen=True)
class Decision:
    at: datetime
    icon: str
    text: str
    more: str
    attempt: str


def pulse(campaign: Campaign, floor: Floor, at: datetime, *, daemon: bool) -> Pulse:
    """The first thing that keeps it from dialling; if there is none, that it dials."""
    if campaign.state == CampaignState.DRAFT:
        return Pulse(False, "clock", _("Not dialling: it was not started yet"))
    if campaign.state == CampaignState.PAUSED:
        return Pulse(False, "player-pause", _("Not dialling: paused"), _("Calls that are up go on."))
    if campaign.state == CampaignState.ENDED:
        return Pulse(False, "power", _("Not dialling: it has ended"), ended_words(campaign))
    if campaign.starts_at is not None and campaign.starts_at > at:
        return Pulse(
            False, "clock", _("Not dialling yet"), _("It begins %(at)s.") % {"at": _moment(campaign.starts_at)}
        )
    if campaign.ends_at is not None and campaign.ends_at <= at:
        return Pulse(
            False,
            "clock",
            _("Not dialling: its time is over"),
            _("It ended %(at)s.") % {"at": _moment(campaign.ends_at)},
        )
    if not daemon:
        return Pulse(False, "plug-connected-x", _("Not dialling: the call centre service is away"))
    return _leads(campaign, at) or _agents(campaign, floor)


def _leads(campaign: Campaign, at: datetime) -> Pulse | None:
    """Whether somebody may be called now, at her place and by the rules of her last outcome; else when."""
    firsts = first_due(campaign.pk)
    if not firsts:
        return Pulse(False, "list-details", _("Nobody is left to be called"), _left_words(campaign))
    holidays = Holidays.read(at)
    due = {zone: moment for zone, moment in firsts.items() if moment <= at}
    if any(open_until(campaign, zone, at, holidays) is not None for zone in due):
        return None
    opens = [next_open(campaign, zone, max(at, moment), holidays) for zone, moment in firsts.items()]
    first = min((moment for moment in opens if moment is not None), default=None)
    if due:
        more = _("The next customer may be called from %(at)s.") % {"at": _moment(first)} if first else ""
        return Pulse(False, "clock", _("Not dialling: outside the hours of the next customer"), more)
    more = _("The next one is due %(at)s.") % {"at": _moment(first)} if first else ""
    return Pulse(False, "clock", _("Not dialling: no lead is due"), more)


def _agents(campaign: Campaign, floor: Floor) -> Pulse:
    busy, ready = floor.signed_in - floor.ready, floor.ready
    if not floor.signed_in:
        return Pulse(False, "user-off", _("Not dialling: none of its agents is signed in"))
    if campaign.mode != Mode.PROGRESSIVE:
        said = _("%(ready)s ready, %(busy)s busy") % {"ready": ready, "busy": busy}
        return Pulse(True, "phone", _("Agents begin the calls"), said)
    if not ready:
        said = ngettext("%(n)s is busy.", "%(n)s are busy.", busy) % {"n": busy}
        return Pulse(True, "player-pause", _("Not dialling: no agent is free"), said)
    if campaign.lines and len(floor.lines) >= campaign.lines:
        return Pulse(True, "player-pause", _("Not dialling: all its lines are in use"))
    said = ngettext("%(n)s agent is ready.", "%(n)s agents are ready.", ready) % {"n": ready}
    return Pulse(True, "phone-outgoing", _("Dialling for whoever is free"), said)


def ended_words(campaign: Campaign) -> str:
    """Why it ended, and what that did to agreed callbacks; "" for one that ended before this was kept."""
    if not campaign.over:
        return ""
    cancelled = Callback.objects.filter(campaign=campaign, state=CallbackState.CANCELLED, why="over").count()
    why = campaign.get_over_display()
    said = _("%(why)s.") % {"why": why[:1].upper() + why[1:]}
    if not cancelled:
        return said
    lost = ngettext(
        "%(n)s agreed callback was cancelled with it.", "%(n)s agreed callbacks were cancelled with it.", cancelled
    )
    return f"{said} {lost % {'n': cancelled}}"


def _left_words(campaign: Campaign) -> str:
    ends = ends_itself(campaign)
    if ends is None:
        return _("Take customers in, or end it.")
    return _("Take customers in, or it ends by itself %(at)s.") % {"at": _moment(ends)}


def decisions(campaign: Campaign, at: datetime) -> list[Decision]:
    """The newest first: what was dialled, what came of it, what was not dialled and why."""
    found: list[Decision] = []
    newest = Attempt.objects.filter(campaign=campaign).select_related("agent").order_by("-made_at")
    for attempt in newest[: LAST * 2]:
        found += _told(attempt)
    return sorted(found, key=lambda one: one.at, reverse=True)[:LAST]


def _told(attempt: Attempt) -> list[Decision]:
    agent = str(attempt.agent) if attempt.agent is not None else ""
    told: list[tuple[Any, str, str, str]] = []
    if attempt.state == AttemptState.RETURNED:
        told.append((attempt.ended_at or attempt.made_at, "phone-x", _("Not dialled"), attempt_words(attempt)))
    elif attempt.state == AttemptState.SHOWN:
        told.append((attempt.made_at, "eye", _("Shown → %(agent)s") % {"agent": agent}, ""))
    elif attempt.dialled_at is not None:
        told.append((attempt.dialled_at, "phone-outgoing", _("Dialled"), agent))
        if attempt.joined_at is not None:
            waited = _("The customer waited %(s)s s") % {"s": _seconds(attempt)}
            told.append((attempt.joined_at, "phone", _("Answered → %(agent)s") % {"agent": agent or "—"}, waited))
        elif attempt.ended_at is not None:
            told.append((attempt.ended_at, "phone-off", _("Not reached"), attempt_words(attempt)))
    return [Decision(when, icon, text, more, attempt.pk) for when, icon, text, more in told]


def _seconds(attempt: Attempt) -> str:
    if attempt.answered_at is None or attempt.joined_at is None:
        return "—"
    return f"{max(0.0, (attempt.joined_at - attempt.answered_at).total_seconds()):.1f}"


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%Y-%m-%d %H:%M}"
