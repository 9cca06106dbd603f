"""Setting up pages of other systems, lookups, and the hosts that they may name."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import may, require
from crm.accounts.models import User
from crm.numbers import e164
from crm.outward import seals
from crm.outward.targets import WrongAddress, target_of
from crm.popups import asking
from crm.popups.addresses import NUMBERS, checked, examples, used
from crm.popups.answers import WrongFields, fields_of
from crm.popups.asking import Told, ask
from crm.popups.models import Host, Lookup, Moment, Opens, Outside, Popup
from crm.popups.selectors import PURPOSE, hosts_allowed
from crm.telephony.selectors import queue_names

MANAGE, SET_UP, ALLOW = "integrations.manage", "integrations.popups", "integrations.hosts"
COMMON = ("name", "url", "direction", "queues", "active")
POPUP = (*COMMON, "moment", "opens", "whole")
LOOKUP = (*COMMON, "header", "limit_ms", "kept_s")
OVERLAP = timedelta(hours=24)
"""So long addresses are signed with the secret before, too."""
MOST = 20
"""Pages, and lookups: each desk shows those of its call."""
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_OWN_HEADERS = frozenset(
    {"host", "accept", "user-agent", "content-length", "transfer-encoding", "connection", "cookie"}
)
_VALUE = re.compile(r"[ -~]{1,2000}\Z")


@transaction.atomic
def host_add(*, actor: User, name: str, plain: bool = False) -> Host:
    """Raises ValidationError by field, and PermissionDenied."""
    _allows(actor)
    name = name.strip().lower()
    try:
        target = target_of(f"https://{name}/")
    except WrongAddress as error:
        raise ValidationError({"name": str(error)}) from error
    if target.path != "/" or not name or name not in (target.authority, f"{target.authority}:443"):
        raise ValidationError({"name": _("A host is a name, or a name and a port, such as billing.example.com:8443.")})
    host = Host(name=target.authority, plain=plain)
    host.full_clean()
    host.save()
    return host


@transaction.atomic
def host_remove(*, actor: User, host: Host) -> None:
    """Raises ValidationError as long as an address names it."""
    _allows(actor)
    rest = hosts_allowed()
    rest.pop(host.name, None)
    for one in (*Popup.objects.all(), *Lookup.objects.all()):
        try:
            checked(one.url, rest)
        except WrongAddress as error:
            sentence = _("%(host)s is used by %(name)s.") % {"host": host, "name": one}
            raise ValidationError(sentence) from error
    host.delete()


@transaction.atomic
def popup_make(*, actor: User, fields: Mapping[str, Any]) -> Popup:
    """``fields``: some of POPUP. Raises ValidationError by field, and PermissionDenied."""
    _manages(actor)
    _room(Popup.objects.count())
    return popup_change(actor=actor, popup=Popup(made_by=actor), fields=fields)


@transaction.atomic
def popup_change(*, actor: User, popup: Popup, fields: Mapping[str, Any]) -> Popup:
    """Raises ValidationError by field, and PermissionDenied."""
    _manages(actor)
    _write(popup, fields, POPUP)
    if popup.moment == Moment.DONE and popup.opens == Opens.CLICK:
        sentence = _("After the wrap-up there is no card to click on: let it open by itself, or when the talk is over.")
        raise ValidationError({"opens": sentence})
    if popup.whole and not may(actor, "numbers.whole"):
        raise PermissionDenied(_("You see numbers masked yourself."))
    popup.full_clean(exclude=["made_by"])
    popup.save()
    return popup


@transaction.atomic
def popup_secret(*, actor: User, popup: Popup, now: datetime) -> str:
    """A new secret, which is never to be had again. For a day addresses are signed with the one before, too, so that
    the other system can change over."""
    _manages(actor)
    secret = f"sdpop_{secrets.token_urlsafe(32)}"
    popup.sealed_before, popup.before_until = popup.sealed, now + OVERLAP if popup.sealed else None
    popup.sealed = seals.sealed(secret, PURPOSE)
    popup.save(update_fields=["sealed", "sealed_before", "before_until"])
    return secret


@transaction.atomic
def popup_unsign(*, actor: User, popup: Popup) -> None:
    """Addresses are no longer signed."""
    _manages(actor)
    popup.sealed, popup.sealed_before, popup.before_until = "", "", None
    popup.save(update_fields=["sealed", "sealed_before", "before_until"])


@transaction.atomic
def popup_remove(*, actor: User, popup: Popup) -> None:
    _manages(actor)
    popup.delete()


@transaction.atomic
def lookup_make(*, actor: User, fields: Mapping[str, Any]) -> Lookup:
    """``fields``: some of LOOKUP, ``answer`` (lines Label = path) and ``value`` of the header. Raises ValidationError
    by field, and PermissionDenied."""
    _manages(actor)
    _room(Lookup.objects.count())
    return lookup_change(actor=actor, lookup=Lookup(made_by=actor), fields=fields)


@transaction.atomic
def lookup_change(*, actor: User, lookup: Lookup, fields: Mapping[str, Any]) -> Lookup:
    """Without a ``value`` the header keeps the one it has. Raises ValidationError by field, and PermissionDenied."""
    _manages(actor)
    before = lookup.header
    _write(lookup, fields, LOOKUP)
    if used(lookup.url) & NUMBERS and not may(actor, "numbers.whole"):
        raise PermissionDenied(_("You see numbers masked yourself."))
    if "answer" in fields:
        try:
            lookup.fields = fields_of(fields["answer"])
        except WrongFields as error:
            raise ValidationError({"answer": str(error)}) from error
    _head(lookup, fields.get("value", ""), before)
    lookup.full_clean(exclude=["made_by", "fields"])
    lookup.save()
    return lookup


@transaction.atomic
def lookup_remove(*, actor: User, lookup: Lookup) -> None:
    _manages(actor)
    lookup.delete()


def lookup_try(*, actor: User, lookup: Lookup, number: str) -> Told:
    """Asks now about a number, whatever is kept."""
    _manages(actor)
    values = {**examples(), "number": number, "e164": e164(number) or number}
    return ask(lookup, values, fresh=True)


def _manages(actor: User) -> None:
    """What stands at hosts that are allowed may be left to a program."""
    if not may(actor, MANAGE):
        require(actor, SET_UP)


def _allows(actor: User) -> None:
    """Apart from pop-ups: a program that sets them up reaches no other system than those that somebody allowed."""
    if not may(actor, MANAGE):
        require(actor, ALLOW)


def _room(number: int) -> None:
    if number >= MOST:
        raise ValidationError(_("There are at most %(n)d.") % {"n": MOST})


def _write(row: Outside, fields: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in fields:
            setattr(row, name, fields[name])
    row.name, row.url = row.name.strip(), row.url.strip()
    try:
        checked(row.url, hosts_allowed())
    except WrongAddress as error:
        raise ValidationError({"url": str(error)}) from error
    unknown = sorted(set(row.queues) - queue_names().keys())
    if unknown:
        raise ValidationError({"queues": _("There is no queue %(code)s.") % {"code": unknown[0]}})


def _head(lookup: Lookup, value: str, before: str) -> None:
    """Another header never gets the value that was typed for one before."""
    if not lookup.header:
        if value:
            raise ValidationError({"header": _("Which header has this value?")})
        lookup.sealed = ""
        return
    if not _HEADER.match(lookup.header) or lookup.header.lower() in _OWN_HEADERS:
        raise ValidationError({"header": _("This is no header that a lookup can send.")})
    if value:
        if not _VALUE.match(value):
            raise ValidationError({"value": _("A value has at most 2000 visible characters.")})
        lookup.sealed = seals.sealed(value, asking.PURPOSE)
    elif not lookup.sealed or lookup.header != before:
        raise ValidationError({"value": _("Type the value of this header.")})
