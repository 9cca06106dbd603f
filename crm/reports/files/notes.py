"""What is printed under a list of rows: the same for all of them."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _


def notes_of(first: date | None, last: date | None) -> list[str]:
    """Period and zone; the period stands under the title, too."""
    days = {"first": first or "…", "last": last or "…", "zone": timezone.get_current_timezone_name()}
    return [
        _("Period: %(first)s to %(last)s (%(zone)s)") % days,
        _("As of %(at)s") % {"at": timezone.localtime().strftime("%Y-%m-%d %H:%M")},
    ]
