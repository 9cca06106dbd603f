"""Trunks: added, changed and removed; their passwords are sealed at once, and told to the daemon alone."""

import ipaddress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.outward.seals import Lost, opened, sealed
from crm.telephony.home import home
from crm.telephony.models import Trunk
from switchctl.contract import directory
from switchctl.contract.dialling import beginning

PURPOSE = "trunk"
FIELDS = (
    "proxy", "transport", "user", "realm", "register", "pings", "prefixes", "channels", "networks", "priority"
)  # fmt: skip
MOST = 100
"""Beginnings, and networks, of one trunk."""


@transaction.atomic
def trunk_add(*, name: str, secret: str = "", **fields: Any) -> Trunk:
    """``fields``: of FIELDS. Raises ValidationError."""
    return _saved(Trunk(name=name), secret, fields)


@transaction.atomic
def trunk_change(*, trunk: Trunk, secret: str | None = None, **fields: Any) -> Trunk:
    """Its name stays; ``secret``: None keeps the one of now, "" takes it away. Raises ValidationError."""
    return _saved(Trunk.objects.select_for_update().get(pk=trunk.pk), secret, fields)


@transaction.atomic
def trunk_remove(*, trunk: Trunk) -> None:
    """Calls over it go on; the next ones take another."""
    Trunk.objects.select_for_update().get(pk=trunk.pk).delete()


def _saved(row: Trunk, secret: str | None, fields: dict[str, Any]) -> Trunk:
    for name, value in fields.items():
        setattr(row, name, value)
    if secret is not None:
        _check_secret(secret)
        row.sealed = sealed(secret, PURPOSE) if secret else ""
    row.full_clean()
    _check(row)
    row.save()
    return row


def _check_secret(secret: str) -> None:
    if len(secret) > 200 or not secret.isprintable():
        raise ValidationError({"secret": _("A password is at most 200 visible signs.")})


def _check(row: Trunk) -> None:
    if len(row.prefixes) > MOST or len(row.networks) > MOST:
        raise ValidationError(_("At most %(n)d of them.") % {"n": MOST})
    for prefix in row.prefixes:
        if not beginning(prefix, home()):
            raise ValidationError({"prefixes": _("%(what)s is no beginning of a number.") % {"what": prefix}})
    for network in row.networks:
        try:
            wide = ipaddress.ip_network(network).prefixlen < 8
        except ValueError as error:
            sentence = _("%(what)s is no network such as 198.51.100.0/28.") % {"what": network}
            raise ValidationError({"networks": sentence}) from error
        if wide:  # from there calls need no password
            raise ValidationError({"networks": _("%(what)s would let everybody in.") % {"what": network}})
    if row.register and not (row.user and row.sealed):
        raise ValidationError({"register": _("To register there it needs an account and a password.")})


def directory_trunks() -> tuple[directory.Trunk, ...]:
    """As the daemon is told of them, without passwords."""
    return tuple(
        directory.Trunk(
            gateway=row.name, proxy=row.proxy, transport=row.transport, user=row.user, realm=row.realm,
            register=row.register, pings=row.pings, prefixes=tuple(row.prefixes), channels=row.channels,
            networks=tuple(row.networks),
        )
        for row in Trunk.objects.all()
    )  # fmt: skip


def trunks_secrets() -> dict[str, str]:
    """Name → password, of those that can be read with today's key."""
    found = {}
    for name, kept in Trunk.objects.exclude(sealed="").values_list("name", "sealed"):
        try:
            found[name] = opened(kept, PURPOSE)
        except Lost:
            continue  # its page says that it must be typed again
    return found


def trunk_exists() -> bool:
    """Whether anybody outside can be dialled at all."""
    return Trunk.objects.exists()
