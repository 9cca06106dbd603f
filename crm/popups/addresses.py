"""Addresses with placeholders. Pure.

Values come from outside (a caller chooses her number): they are percent-encoded, and stand only behind the host, so
that no value changes where an address leads.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.outward.targets import WrongAddress, target_of

PLACES: dict[str, tuple[Any, str]] = {
    "number": (gettext_lazy("the other party's number as the line sent it"), "15401400001"),
    "e164": (gettext_lazy("the number with + and country code"), "+8615401400001"),
    "direction": (gettext_lazy("inbound or outbound"), "inbound"),
    "call": (gettext_lazy("the call's id"), "2026-11-23-000001"),
    "record": (gettext_lazy("the id of the call's record, by which the API gives it"), "2026-11-23-000001"),
    "agent": (gettext_lazy("the agent's login"), "alice"),
    "work_number": (gettext_lazy("the agent's work number"), "8001"),
    "extension": (gettext_lazy("the agent's extension"), "2001"),
    "customer": (gettext_lazy("the customer's id here, if she is known"), "1024"),
    "queue": (gettext_lazy("the queue's code"), "support"),
}
"""What may stand in braces: what it is, and an example."""
NUMBERS = frozenset({"number", "e164"})
_PLACE = re.compile(r"\{([^{}]*)\}")


def examples() -> dict[str, str]:
    return {name: example for name, (_what, example) in PLACES.items()}


def used(url: str) -> set[str]:
    """The placeholders in it."""
    return set(_PLACE.findall(url))


def checked(url: str, hosts: Mapping[str, bool]) -> None:
    """Raises WrongAddress. ``hosts``: those allowed → whether also by http."""
    plain = _PLACE.sub("x", url)
    if "{" in plain or "}" in plain:
        raise WrongAddress(_("A brace is open or closed alone. A placeholder is one word in braces, such as {number}."))
    unknown = sorted(used(url) - PLACES.keys())
    if unknown:
        raise WrongAddress(_("There is no placeholder {%(name)s}.") % {"name": unknown[0]})
    target = target_of(plain)
    head = re.match(r"[^/]*//[^/?#]*", url)
    if head is None or "{" in head[0]:
        raise WrongAddress(_("Placeholders stand only behind the host: a caller must not choose where it leads."))
    if target.authority.lower() not in hosts:
        sentence = _("%(host)s is not among the hosts that are allowed. Add it to them first.")
        raise WrongAddress(sentence % {"host": target.authority})
    if target.scheme == "http" and not hosts[target.authority.lower()]:
        raise WrongAddress(_("%(host)s is allowed by https only.") % {"host": target.authority})


def filled(url: str, values: Mapping[str, str]) -> str:
    """The address with its values; one that is missing is empty."""
    return _PLACE.sub(lambda place: _encoded(values.get(place[1], "")), url)


def signed(url: str, secrets: Sequence[str], at: datetime) -> str:
    """With ``t`` (unix seconds) and ``sig``: HMAC-SHA256 by the secret over all that stands before ``&sig=``, in hex;
    of several secrets one after the other with dots between. Without any the address as it is. A fragment is not
    signed: browsers do not send it."""
    if not secrets:
        return url
    before, mark, fragment = url.partition("#")
    before += f"{'&' if urlsplit(before).query else '?' if '?' not in before else ''}t={int(at.timestamp())}"
    sig = ".".join(hmac.new(one.encode(), before.encode(), hashlib.sha256).hexdigest() for one in secrets)
    return f"{before}&sig={sig}{mark}{fragment}"


def _encoded(value: str) -> str:
    """Dots alone would mean another folder, however they are encoded."""
    return "" if value in (".", "..") else quote(value, safe="", errors="replace")
