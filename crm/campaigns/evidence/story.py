"""Why a call was allowed: the evidence of one attempt, in plain words and in its order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.access.numbers import shown_number
from crm.accounts.models import User
from crm.campaigns.attempts.declined import declined_words
from crm.campaigns.evidence import words
from crm.campaigns.evidence.anchors import anchors
from crm.campaigns.evidence.check import Verdict, check_part
from crm.campaigns.evidence.keeping import cuts
from crm.campaigns.guard.words import WHY
from crm.campaigns.hours.zones import names
from crm.campaigns.models import Attempt, Campaign, Evidence, LeadState
from crm.campaigns.preview.words import SKIPS
from crm.campaigns.sounds.selectors import sound_shown
from crm.telephony.models import Disposition

CHECKED_AT_MOST = 20_000
"""So many rows before the attempt's last one are computed anew for the page."""


@dataclass(frozen=True)
class Line:
    """A question and its answer. ``more``: further answers, each (what, text)."""

    what: str
    text: str
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Step:
    """A row of the evidence."""

    seq: int
    kind: str
    title: str
    at: datetime
    lines: list[Line]
    kept: str
    """The row as it is kept, for who computes it anew."""
    digest: str


@dataclass(frozen=True)
class Story:
    """``holds``: what the check of the chain says, from ``since`` (a row; 0 = its beginning) up to the last step."""

    attempt: Attempt | None
    number: str
    steps: list[Step]
    holds: Verdict
    since: int
    erased: bool = field(default=False)


def story(attempt_id: str, *, whole: bool) -> Story | None:
    """None when there is no evidence of such an attempt. ``whole``: numbers are not masked."""
    rows = list(Evidence.objects.filter(attempt=attempt_id).order_by("seq"))
    if not rows:
        return None
    attempt = Attempt.objects.select_related("campaign", "agent", "customer").filter(pk=attempt_id).first()
    named = {row.facts.get(name) for row in rows for name in ("agent", "by")}
    people = User.objects.in_bulk({one for one in named if isinstance(one, int)})
    since, holds = _checked(rows[0].seq, rows[-1].seq)
    told = {row.personal["number"] for row in rows if row.personal and row.personal.get("number")}
    number = next(iter(sorted(told)), "")
    return Story(
        attempt,
        shown_number(number, whole=whole) if number else "",
        [_step(row, people, whole) for row in rows],
        holds,
        since,
        erased=any(row.personal is None and "personal" in row.facts for row in rows),
    )


def _checked(first: int, last: int) -> tuple[int, Verdict]:
    """From the end that the audit trail noted before the attempt, if that is not too far back."""
    since = max((anchor.seq for anchor in anchors() if anchor.seq < first), default=0)
    near = Evidence.objects.filter(seq__lt=first).order_by("-seq").values_list("seq", flat=True)
    if far := near[CHECKED_AT_MOST : CHECKED_AT_MOST + 1]:
        since = max(since, far[0])
    removed = next((cut.upto for cut in cuts()), 0)
    if since <= removed or not Evidence.objects.filter(seq=since).exists():
        since = removed
    return since, check_part(since, last)


def _step(row: Evidence, people: Mapping[int, User], whole: bool) -> Step:
    facts = row.facts
    lines = [line for make in _LINES if (line := make(facts, row, people, whole)) is not None]
    kept = {"attempt": row.attempt, "kind": row.kind, "at": row.at.isoformat(), "facts": facts}
    return Step(
        row.seq, row.kind, words.kind(row.kind), row.at, lines,
        json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True), bytes(row.digest).hex(),
    )  # fmt: skip


def _campaign(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if "rules" not in facts:
        return None
    if facts.get("campaign") is None:
        return Line(_("Campaign"), _("none: the rules that a new campaign has"))
    found = Campaign.objects.filter(pk=facts["campaign"]).values_list("name", flat=True).first()
    named = found or _("campaign %(id)s, which is gone") % {"id": facts["campaign"]}
    return Line(_("Campaign"), _("%(campaign)s, version %(n)s of its rules") % {"campaign": named, "n": facts["rules"]})


def _zones(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if "zone" not in facts:
        return None
    there = list(zip(names(str(facts["zone"])), _moments(facts), strict=False))
    shown = sorted({f"{moment:%H:%M}" for _zone, moment in there})
    count = ngettext("%(n)d time zone", "%(n)d time zones", len(there)) % {"n": len(there)}
    more = tuple((zone, f"{moment:%Y-%m-%d %H:%M}") for zone, moment in there)
    return Line(_("Time at the number's place"), f"{', '.join(shown)} ({count})" if shown else _("not known"), more)


def _hours(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if "hours_until" not in facts:
        return None
    until = _moment(facts["hours_until"])
    windows = zip(names(str(facts["zone"])), facts.get("windows", []), strict=False)
    more = tuple((zone, "–".join(window) if window else _("closed")) for zone, window in windows)
    if until is None:
        return Line(_("Hours"), _("Nobody was called at this hour there."), more)
    local = f"{timezone.localtime(until):%Y-%m-%d %H:%M}"
    return Line(_("Hours"), _("open, until %(time)s by the centre's clock") % {"time": local}, more)


def _holidays(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if "holidays" not in facts:
        return None
    if not facts["holidays"]:
        return Line(_("Holidays"), _("The rules call on holidays, too."))
    if _moment(facts.get("hours_until")) is None:
        return Line(_("Holidays"), _("Nobody is called on holidays."))
    return Line(_("Holidays"), _("It was no holiday there."))


def _lists(facts: dict[str, Any], *_rest: Any) -> Line | None:
    said = facts.get("list")
    if not isinstance(said, dict):
        return None
    sentence = str(words.LISTED.get(said.get("by", ""), said.get("by", "")))
    return Line(_("Number lists"), f"{sentence} " + _("Version %(n)s of the lists.") % {"n": said.get("version", 0)})


def _consent(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if "consent" not in facts:
        return None
    return Line(_("Consent"), _("Line %(n)s of the white list.") % {"n": facts["consent"]})


def _caps(facts: dict[str, Any], *_rest: Any) -> Line | None:
    calls = facts.get("calls")
    if not isinstance(calls, dict):
        return None
    counted = [(str(words.CAPS.get(code, code)), pair) for code, pair in calls.items() if pair[1]]
    more = tuple((what, _("%(n)s of %(most)s") % {"n": n, "most": most}) for what, (n, most) in counted)
    over = any(n >= most for _what, (n, most) in counted)
    return Line(_("Calls before"), _("One of the limits was reached.") if over else _("fewer than each limit"), more)


def _shows(facts: dict[str, Any], row: Evidence, *_rest: Any) -> Line | None:
    if "shows" not in facts:
        return None
    number = shown_number(str(facts["shows"]), whole=True)
    return Line(_("Number that was shown"), number or _("left to the trunk"))


def _prompt(facts: dict[str, Any], *_rest: Any) -> Line | None:
    played = facts.get("played")
    if isinstance(played, dict):
        since, until = _moment(played.get("since")), _moment(played.get("until"))
        more = ((pgettext("of a time", "from"), clock(since)),) if since else ()
        more += ((pgettext("of a time", "until"), clock(until)),) if until else ()
        return Line(_("Prompt that was played"), sound_shown(str(played.get("prompt", ""))), more)
    if "prompt" not in facts:
        return None
    return Line(_("Prompt before the talk"), sound_shown(str(facts["prompt"])) or _("none"))


def _why(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if not facts.get("why"):
        return None
    if facts["why"] == "refused":
        said = str(WHY.get(facts["cause"]) or declined_words(facts["cause"]))
        return Line(_("Why not"), " ".join(filter(None, [_("Refused at the moment of dialling."), said])))
    return Line(_("Why not"), str(WHY[facts["why"]]) if facts["why"] in WHY else words.outcome(facts["why"]))


def _who(facts: dict[str, Any], _row: Evidence, people: Mapping[int, User], _whole: bool) -> Line | None:
    if "agent" not in facts:
        return None
    agent = facts["agent"]
    if agent is None:
        return Line(_("Ordered by"), _("the campaign by itself, for whoever of its agents is free"))
    return Line(_("Agent"), str(people.get(agent, agent)))


def _times(facts: dict[str, Any], *_rest: Any) -> Line | None:
    known = {
        "handed_at": _("handed over"), "dialled_at": _("dialled"), "rang_at": _("began to ring"),
        "announced_at": _("sound before the answer"), "answered_at": _("answered"),
        "joined_at": _("joined with the agent"), "ended_at": pgettext("of a call", "ended"),
    }  # fmt: skip
    found = [(label, moment) for code, label in known.items() if (moment := _moment(facts.get(code)))]
    if not found:
        return None
    shown = tuple((label, clock(at)) for label, at in found)
    return Line(_("Times"), "", shown)


def clock(at: datetime) -> str:
    """By the centre's clock, to the millisecond."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}"


def _outcome(facts: dict[str, Any], *_rest: Any) -> Line | None:
    raw = [str(facts[name]) for name in ("cause", "q850", "sip_status") if facts.get(name)]
    if not facts.get("outcome"):
        return Line(_("Cause"), " · ".join(raw)) if facts.get("node") else None
    if facts.get("cause") in SKIPS:
        raw = [str(SKIPS[facts["cause"]])]
    elif facts.get("cause") in WHY:
        raw = [str(WHY[facts["cause"]])]
    elif facts.get("cause") == "time_out":
        raw = []
    return Line(pgettext("of an attempt", "Outcome"), " · ".join([words.outcome(facts["outcome"]), *raw]))


def _disposition(facts: dict[str, Any], *_rest: Any) -> Line | None:
    said, verdict, was = facts.get("disposition"), facts.get("verdict"), facts.get("disposition_was")
    if not said and not verdict:
        return None
    shown = " · ".join(filter(None, [_named(said), words.meaning(str(verdict or ""))]))
    if "was" not in facts:
        return Line(_("Disposition"), shown)
    before = " · ".join(filter(None, [str(was or ""), words.meaning(str(facts["was"]))]))
    return Line(_("Disposition"), shown, ((pgettext("disposition", "before"), before),))


def _named(said: Any) -> str:
    """Its name in the reader's language as it was then, and its code."""
    if not isinstance(said, dict):
        return str(said or "")
    return f"{Disposition(**said).label} ({said['code']})" if said.get("code") else ""


def _by(facts: dict[str, Any], _row: Evidence, people: Mapping[int, User], _whole: bool) -> Line | None:
    by = facts.get("by")
    return Line(_("Chosen by"), str(people.get(by, by))) if by and by != facts.get("agent") else None


def _lead(facts: dict[str, Any], *_rest: Any) -> Line | None:
    if facts.get("lead") not in LeadState.values:
        return None
    due = _moment(facts.get("due_at"))
    more = ((_("due"), f"{timezone.localtime(due):%Y-%m-%d %H:%M}"),) if due else ()
    return Line(_("The lead since then"), str(LeadState(facts["lead"]).label), more)


def _machine(facts: dict[str, Any], *_rest: Any) -> Line | None:
    return Line(_("Told by"), _("the switch %(node)s") % {"node": facts["node"]}) if facts.get("node") else None


def _moments(facts: dict[str, Any]) -> list[datetime]:
    return [moment for text in facts.get("there", []) if (moment := _moment(text))]


def _moment(said: Any) -> datetime | None:
    try:
        return parse_datetime(said) if isinstance(said, str) else None
    except ValueError:
        return None


_LINES = (_why, _campaign, _who, _zones, _hours, _holidays, _lists, _consent, _caps, _shows, _prompt, _machine, _times,
          _outcome, _disposition, _by, _lead)  # fmt: skip
