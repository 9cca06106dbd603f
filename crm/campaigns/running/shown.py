"""Which numbers a campaign may show to those whom it calls: the centre's own. Others would be somebody else's."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.telephony.home import home
from crm.telephony.models import Route
from switchctl.contract.numberlists import canonical

NAMED = 8
"""So many are named in a refusal."""


def numbers_shown() -> list[str]:
    """The centre's number, those that it may show besides (DIAL_SHOWS), those that callers dial, and those that users
    show; each once, however it is written."""
    every = [settings.DIAL_CALLER_NUMBER, *settings.DIAL_SHOWS, *Route.objects.values_list("number", flat=True)]
    every += User.objects.exclude(caller_number="").order_by("caller_number").values_list("caller_number", flat=True)
    place = home()
    return list({canonical(number, place): number for number in reversed(every) if number}.values())[::-1]


def shown_check(number: str) -> None:
    """Raises ValidationError for one that is not the centre's to show; "" is none of its own."""
    if not number:
        return
    place, known = home(), numbers_shown()
    if canonical(number, place) in {canonical(one, place) for one in known}:
        return
    if not known:
        raise ValidationError(
            _("The centre has no number to show: leave it empty, or name the number in DIAL_SHOWS first."), code="shown"
        )
    more = " …" if len(known) > NAMED else ""
    raise ValidationError(
        _("%(number)s is not one of the centre's numbers. It may show: %(known)s."),
        params={"number": number, "known": ", ".join(known[:NAMED]) + more}, code="shown",
    )  # fmt: skip
