"""Where the calls of all extensions go on to: for the daemon, and for lists of seats."""

from collections.abc import Collection
from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.access.numbers import shown_number
from crm.telephony.models import Forwarding
from switchctl.contract import directory

How = Forwarding.How
DAY_NAMES = (
    gettext_noop("Mon"), gettext_noop("Tue"), gettext_noop("Wed"), gettext_noop("Thu"), gettext_noop("Fri"),
    gettext_noop("Sat"), gettext_noop("Sun"),
)  # fmt: skip


def directory_forwards() -> dict[str, tuple[directory.Forward, ...]]:
    """Extension → what is in force, for the daemon."""
    found: dict[str, tuple[directory.Forward, ...]] = {}
    for row in Forwarding.objects.filter(active=True).select_related("extension"):
        told = directory.Forward(
            how=row.how, to=row.number, days=tuple(row.days), since=_minute(row.since), until=_minute(row.until)
        )
        found[row.extension.number] = (*found.get(row.extension.number, ()), told)
    return found


def _minute(at: time | None) -> int:
    return at.hour * 60 + at.minute if at else 0


def forwardings_shown(extensions: Collection[str], *, whole: bool) -> dict[str, str]:
    """Extension → in one line where its calls go on to, as far as that is in force; numbers outside are masked unless
    ``whole``. For lists of seats."""
    found: dict[str, list[str]] = {}
    rows = Forwarding.objects.filter(active=True, extension__number__in=extensions).select_related("extension")
    for row in sorted(rows, key=lambda row: How.values.index(row.how)):
        number = number_shown(row.number, whole=whole)
        found.setdefault(row.extension.number, []).append(f"{How(row.how).label} → {number}{hours_shown(row)}")
    return {number: "; ".join(lines) for number, lines in found.items()}


def number_shown(number: str, *, whole: bool) -> str:
    """Extensions are no secret; numbers outside may be."""
    return number if whole or len(number) <= 6 else shown_number(number, whole=False)


def hours_shown(row: Forwarding) -> str:
    """" (Mon, Tue 09:00–18:00)"; empty: at all times."""
    days = ", ".join(_(DAY_NAMES[day - 1]) for day in row.days)
    hours = f"{row.since:%H:%M}–{row.until:%H:%M}" if row.since and row.until else ""
    said = " ".join(part for part in (days, hours) if part)
    return f" ({said})" if said else ""
