"""Writing ordered evidence: a line for each attempt, in chunks, the newest first."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.access.numbers import sees_whole, shown_number
from crm.accounts.models import User
from crm.campaigns.evidence import words
from crm.campaigns.evidence.exports.files import SHELF
from crm.campaigns.evidence.filters import attempts_asked, filters
from crm.campaigns.evidence.story import clock
from crm.campaigns.models import Attempt, Evidence, EvidenceExport, Mode
from crm.sheets.orders.writing import Note, Writer
from crm.sheets.writing import CSV, csv_pieces, xlsx_pieces

LOCK = 0x65766578
CHUNK = 500


def _pieces(export: EvidenceExport, user: User, folder: Path, note: Note) -> Iterator[bytes]:
    header = [
        _("Attempt"), _("Campaign"), _("Version of the rules"), _("Mode"), _("Number"), _("Time zones"),
        _("Time at the number's place"), _("Hours"), _("Number lists"), _("Version of the lists"),
        _("Consent"),
        *(f"{label} ({part})" for label in words.CAPS.values() for part in (_("calls"), _("limit"))),
        _("Number that was shown"), _("Prompt that was played"), _("Agent"), _("allowed"), _("handed over"),
        _("dialled"), _("began to ring"), _("answered"), _("joined with the agent"), pgettext("of a call", "ended"),
        pgettext("of an attempt", "Outcome"), _("Cause"), "Q.850", "SIP", _("Disposition"),
        _("Code of the disposition"), _("Rows of the evidence"), _("Digest of the last row"),
    ]  # fmt: skip
    rows = _rows(export, user, note)
    return csv_pieces(header, rows) if export.form == CSV else xlsx_pieces(header, rows, folder)


def _rows(export: EvidenceExport, user: User, note: Note) -> Iterator[list[Any]]:
    whole = sees_whole(user)
    found = attempts_asked(user, filters(export.filters), whole=whole)
    note(expected=found.order_by().count())
    found = found.select_related("campaign", "agent")
    modes, place, written = dict(Mode.choices), None, 0
    while chunk := list((found if place is None else found.filter(place))[:CHUNK]):
        kept: dict[str, list[Evidence]] = {}
        for row in Evidence.objects.filter(attempt__in=[one.pk for one in chunk]).order_by("seq"):
            kept.setdefault(row.attempt, []).append(row)
        for attempt in chunk:
            yield _line(attempt, kept.get(attempt.pk, []), modes, whole)
        last = chunk[-1]
        place = Q(made_at__lt=last.made_at) | Q(made_at=last.made_at, id__lt=last.pk)
        written += len(chunk)
        note(written=written)
    note(expected=written)


def _line(attempt: Attempt, rows: list[Evidence], modes: Mapping[str, Any], whole: bool) -> list[Any]:
    facts = next((row.facts for row in reversed(rows) if row.kind == "allowed"), {})
    listed, calls = facts.get("list", {}), facts.get("calls", {})
    counted = [calls.get(code, ["", ""])[part] for code in words.CAPS for part in (0, 1)]
    return [
        attempt.pk, attempt.campaign or "", facts.get("rules", ""), str(modes.get(attempt.mode, attempt.mode)),
        shown_number(attempt.number, whole=whole), facts.get("zone", ""), " ".join(facts.get("there", [])),
        " ".join("–".join(window) for window in facts.get("windows", []) if window),
        str(words.LISTED.get(listed.get("by", ""), listed.get("by", ""))) if listed else "",
        listed.get("version", ""), facts.get("consent", ""), *counted, facts.get("shows", ""), _played(rows),
        attempt.agent or "",
        _moment(attempt.made_at), _moment(attempt.handed_at), _moment(attempt.dialled_at), _moment(attempt.rang_at),
        _moment(attempt.answered_at), _moment(attempt.joined_at), _moment(attempt.ended_at),
        words.outcome(attempt.outcome), attempt.cause, attempt.q850, attempt.sip_status, words.meaning(attempt.verdict),
        attempt.disposition, " ".join(str(row.seq) for row in rows),
        bytes(rows[-1].digest).hex() if rows else "",
    ]  # fmt: skip


def _played(rows: list[Evidence]) -> str:
    said = (row.facts.get("played") for row in reversed(rows) if row.kind == "ended")
    return str((next(said, None) or {}).get("prompt", ""))


def _moment(at: datetime | None) -> str:
    return clock(timezone.localtime(at)) if at else ""


WRITER = Writer(SHELF, LOCK, lambda export: "campaigns.evidence", _pieces)
