"""All that the live page of a campaign shows, anew each time it asks."""

from datetime import datetime
from typing import Any

from crm.accounts.models import User
from crm.calls.figures import day_begin
from crm.campaigns.models import Campaign, CampaignState
from crm.campaigns.running.figures import dialled, reached
from crm.campaigns.running.finishing import finish
from crm.campaigns.running.keeping import kept
from crm.campaigns.running.members import members
from crm.campaigns.running.watching.course import course
from crm.campaigns.running.watching.floor import LINES, floor
from crm.campaigns.running.watching.why import decisions, pulse
from crm.campaigns.words import finish_words, outcome_words, step_words
from crm.live.state import live_state
from crm.switch import daemon_status


def watched(user: User, campaign: Campaign, at: datetime) -> dict[str, Any]:
    """For the template."""
    view = live_state().view
    up = floor(user, campaign, view, day_begin(at))
    leads, calls = reached([campaign.pk])[campaign.pk], dialled([campaign.pk])[campaign.pk]
    left = leads.total - leads.closed
    ends = kept(f"finish:{campaign.pk}:{campaign.version}", lambda: finish(campaign, leads.ahead, at))
    logins = [worker.username for worker in members(campaign)]
    lines = campaign.lines or len(logins)
    return {
        "leads": leads,
        "calls": calls,
        "left": left,
        "finishes": ends.at,
        "finish_words": "" if campaign.state == CampaignState.ENDED else finish_words(ends.why),
        "over": campaign.state == CampaignState.ENDED,
        "floor": up,
        "lines": up.lines[:LINES],
        "free": max(0, min(lines, LINES) - len(up.lines)),
        "more_lines": max(0, lines - LINES),
        "lines_most": lines,
        "outcomes": _outcomes(campaign, calls.outcomes),
        "over_sum": sum(calls.outcomes.values()),
        "pulse": pulse(campaign, up, at, daemon=daemon_status() is not None),
        "decisions": decisions(campaign, at),
        "course": kept(f"course:{campaign.pk}", lambda: course(campaign, logins, at)),
    }


def _outcomes(campaign: Campaign, counts: dict[str, int]) -> list[tuple[str, str, str, int, float]]:
    """Code, words, the next step by the retry rules, how many, and their share in percent."""
    whole = sum(counts.values()) or 1
    return [
        (code, outcome_words(code), step_words(campaign.retries[code]) if code in campaign.retries else "",
         number, 100 * number / whole)
        for code, number in sorted(counts.items(), key=lambda one: -one[1])
    ]  # fmt: skip
