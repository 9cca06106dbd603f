"""Reading what is set up, and the address of a page for a call."""

import logging
from collections.abc import Mapping
from datetime import datetime

from crm.access.numbers import shown_number
from crm.outward import seals
from crm.popups.addresses import NUMBERS, filled, signed
from crm.popups.models import Host, Lookup, Opens, Popup

log = logging.getLogger(__name__)
PURPOSE = "popups"


def hosts_allowed() -> dict[str, bool]:
    """Host → whether also by http."""
    return dict(Host.objects.values_list("name", "plain"))


def popups_for(direction: str, queue: str) -> list[Popup]:
    """Those in use for such a call."""
    return [popup for popup in Popup.objects.filter(active=True) if popup.fits(direction, queue)]


def lookups_for(direction: str, queue: str) -> list[Lookup]:
    """Those in use for such a call."""
    return [lookup for lookup in Lookup.objects.filter(active=True) if lookup.fits(direction, queue)]


def windows() -> list[Popup]:
    """Pages in use that open by themselves."""
    return list(Popup.objects.filter(active=True, opens=Opens.WINDOW))


def any_in_use() -> bool:
    """Whether a desk has anything to ask for with a call."""
    return Popup.objects.filter(active=True).exists() or Lookup.objects.filter(active=True).exists()


def address_of(popup: Popup, values: Mapping[str, str], *, whole: bool, now: datetime) -> str:
    """The page's address for a call, signed if it has secrets. ``whole``: whether who opens it sees numbers whole.

    Without a secret that can be read (SECRET_KEY is another now) it is not signed, and the other system refuses it.
    """
    if not (whole or popup.whole):
        values = {**values, **{name: shown_number(values.get(name, ""), whole=False) for name in NUMBERS}}
    url = filled(popup.url, values)
    return signed(url, _secrets(popup, now), now)


def _secrets(popup: Popup, now: datetime) -> list[str]:
    """The newest first; the one before while the other system may still know only that."""
    kept = [popup.sealed] if popup.sealed else []
    if popup.sealed_before and popup.before_until and now < popup.before_until:
        kept.append(popup.sealed_before)
    found = []
    for one in kept:
        try:
            found.append(seals.opened(one, PURPOSE))
        except seals.Lost:
            log.warning("a secret of the pop-up %d was sealed with another SECRET_KEY: make a new one", popup.pk)
    return found
