"""How long evidence is kept, and how it goes afterwards.

Theory of operation. What goes are whole months from the chain's beginning. First the chain is told: a row of the kind
``cut`` names the last row that goes, its digest and how many there are, and the audit trail is told the same, in one
transaction. Only then the rows are deleted, in small steps, so whoever is killed is followed by one who goes on. From
then on the chain begins behind that row: its first row follows from the digest that the cut holds, and the cut is a row
like others, which cannot be changed without breaking what follows. The database lets nothing go that no cut names, and
takes no cut that names a row of the last year or another digest than that row has.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from crm.access.holding import require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.campaigns.evidence.rows import Row
from crm.campaigns.evidence.services import evidence_add
from crm.campaigns.models import Evidence, EvidenceKeeping

CUT, CHAIN, ACTION = "cut", "chain", "evidence.cut"
"""Kind and ``attempt`` of such a row, and the event of the audit trail."""
BATCH = 5000
_DELETE = """
DELETE FROM campaigns_evidence WHERE seq IN (SELECT seq FROM campaigns_evidence WHERE seq <= %s ORDER BY seq LIMIT %s)
"""


@dataclass(frozen=True)
class Cut:
    """``upto``: the last row that went; ``rows``: how many did; ``before``: what was noted before that moment went;
    ``at``: when."""

    seq: int
    at: datetime
    upto: int
    rows: int
    years: int
    before: datetime


def cuts() -> list[Cut]:
    """The newest first."""
    rows = Evidence.objects.filter(kind=CUT).order_by("-seq")
    return [
        Cut(
            row.seq, row.at, row.facts["upto"], row.facts["rows"], row.facts["years"],
            datetime.fromisoformat(row.facts["before"]),
        )
        for row in rows
    ]  # fmt: skip


def years() -> int:
    kept = EvidenceKeeping.objects.first()
    return kept.years if kept is not None else EvidenceKeeping.YEARS


@transaction.atomic
def years_set(*, user: User, years: int) -> None:
    """From the next night on. Raises PermissionDenied, and ValidationError for what is no such time."""
    require(user, "campaigns.evidence")
    require(user, "campaigns.manage")
    keeping = EvidenceKeeping.objects.select_for_update().first() or EvidenceKeeping(pk=1)
    keeping.years = years
    keeping.full_clean(validate_unique=False, validate_constraints=False)
    keeping.save()


def kept_since(at: datetime, years: int) -> datetime:
    """What was noted before goes: the beginning of a month."""
    return datetime(at.year - years, at.month, 1, tzinfo=UTC)


def old_cut(at: datetime) -> int:
    """Takes away what is older than it is to be, and what an earlier run left; how many rows. One process at a time."""
    _name(at)
    newest = next(iter(cuts()), None)
    return _delete(newest.upto) if newest is not None else 0


@transaction.atomic
def _name(at: datetime) -> None:
    """A row of the chain says what goes, if anything does."""
    kept = years()
    before = kept_since(at, kept)
    gone = Evidence.objects.order_by("seq")
    stays = gone.filter(at__gte=before).values_list("seq", flat=True).first()
    if stays is not None:
        gone = gone.filter(seq__lt=stays)
    last = gone.order_by("-seq").values_list("seq", "digest").first()
    newest = next(iter(cuts()), None)
    if last is None or (newest is not None and last[0] <= newest.upto):
        return
    since = newest.upto if newest is not None else 0
    facts = {
        "upto": last[0], "digest": bytes(last[1]).hex(), "rows": gone.filter(seq__gt=since).count(), "years": kept,
        "before": before,
    }  # fmt: skip
    audit.event(
        ACTION, about_key=("campaigns_evidence", str(last[0])),
        details={"row": last[0], "digest": facts["digest"], "rows": facts["rows"], "years": kept},
    )  # fmt: skip
    evidence_add([Row(CHAIN, CUT, at, facts)])


def _delete(upto: int) -> int:
    gone = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_DELETE, [upto, BATCH])
            gone += cursor.rowcount
            if cursor.rowcount < BATCH:
                return gone
