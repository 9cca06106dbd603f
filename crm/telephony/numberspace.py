"""The one space of numbers: dialled from outside, extensions, emergency and service numbers, rooms. What a number is
already is said here, and nowhere else."""

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _

from crm.rooms.selectors import room_of
from crm.telephony.home import home
from crm.telephony.models import Extension, Route
from switchctl.contract.dialling import classify

EMERGENCY, SERVICE, EXTENSION, ROUTE, ROOM = "emergency", "service", "extension", "route", "room"


def uses(number: str) -> dict[str, str]:
    """What the number is already: kind → a sentence that says it."""
    found = {}
    said = {"number": number}
    if number in settings.DIAL_EMERGENCY:
        found[EMERGENCY] = _("%(number)s is an emergency number.") % said
    elif not number.startswith("+") and classify(number, msgspec.structs.replace(home(), area=""), ()):
        found[SERVICE] = _("%(number)s is a number outside: nobody would reach it there any more.") % said
    if Extension.objects.filter(number=number).exists():
        found[EXTENSION] = _("%(number)s is an extension.") % said
    if Route.objects.filter(number=number).exists():
        found[ROUTE] = _("%(number)s is a number that callers dial.") % said
    if room := room_of(number):
        found[ROOM] = _("%(number)s leads to the room %(name)s.") % {**said, "name": room}
    return found


def conflict(number: str, *but: str) -> str:
    """The sentence why it cannot become something else too; "" if it can. ``but``: kinds that are no matter here."""
    return next((sentence for kind, sentence in uses(number).items() if kind not in but), "")
