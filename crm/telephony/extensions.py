"""Extensions: made, kept beside the users whose seats they are, given secrets.

A secret is made here, shown once and never kept: the row has its a1-hash, sealed with the site's key. Whoever leaves an
extension takes no phone with her: its secret ends.
"""

import hashlib
import re
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.outward.seals import Lost, opened, sealed
from crm.telephony.models import Extension
from crm.telephony.numberspace import EXTENSION, conflict

PURPOSE = "phone"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for another, and that a handset can type."""


def number_check(number: str) -> None:
    """Whether a new extension may have this number. Raises ValidationError with a sentence."""
    if not re.fullmatch("[0-9]{3,6}", number):
        raise ValidationError(_("An extension is 3 to 6 digits."))
    prefix = settings.DIAL_TRUNK_PREFIX
    if prefix and number.startswith(prefix):
        raise ValidationError(_("Numbers outside begin with %(prefix)s, so no extension does.") % {"prefix": prefix})
    sentence = conflict(number, EXTENSION)
    if sentence:
        raise ValidationError(sentence)


def extension_check(number: str) -> None:
    """The same, named as the field of a user."""
    try:
        number_check(number)
    except ValidationError as error:
        raise ValidationError({"extension": error.messages}) from error


@transaction.atomic
def extension_follow(user: User) -> None:
    """The rows after a change of the user, in its transaction."""
    if user.extension and Extension.objects.filter(user=user, number=user.extension).exists():
        return
    for left in Extension.objects.select_for_update().filter(user=user).exclude(number=user.extension or ""):
        left.user = None
        _forget(left)
        left.save()
    if user.extension:
        row = Extension.objects.select_for_update().filter(number=user.extension).first()
        row = row or Extension(number=user.extension)
        row.user = user
        row.save()


@transaction.atomic
def extension_add(
    *, number: str, name: str = "", kind: str = Extension.Kind.PHONE, private: bool = False
) -> Extension:
    """One of nobody's seat, without a secret. Raises ValidationError."""
    number_check(number)
    row = Extension(number=number, name=name, kind=kind, private=private)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def extension_change(*, extension: Extension, name: str, kind: str, private: bool) -> Extension:
    """Its number stays. Raises ValidationError."""
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    row.name, row.kind, row.private = name, kind, private
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def extension_remove(*, extension: Extension) -> None:
    """Raises ValidationError for a user's: hers goes when she gets another."""
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    if row.user_id:
        raise ValidationError(_("It belongs to %(name)s: give her another one first.") % {"name": row.user})
    dialled = row.routes.first()
    if dialled is not None:
        raise ValidationError(_("The number %(number)s leads to it: change that first.") % {"number": dialled.number})
    row.delete()


@transaction.atomic
def secret_renew(*, extension: Extension) -> str:
    """A new secret, returned this once. The old one ends, with the phone that registered by it."""
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    secret = "-".join("".join(secrets.choice(LETTERS) for _n in range(6)) for _n in range(4))
    row.sealed = sealed(a1(row.number, settings.SIP_DOMAIN, secret), PURPOSE)
    row.realm, row.secret_at = settings.SIP_DOMAIN, timezone.now()
    row.save(update_fields=["sealed", "realm", "secret_at"])
    return secret


@transaction.atomic
def secret_end(*, extension: Extension) -> None:
    """No phone may register any more."""
    row = Extension.objects.select_for_update().get(pk=extension.pk)
    _forget(row)
    row.save(update_fields=["sealed", "realm", "secret_at"])


def a1(number: str, domain: str, secret: str) -> str:
    """What digest authentication checks by (RFC 2617): SIP knows no better one."""
    return hashlib.md5(f"{number}:{domain}:{secret}".encode(), usedforsecurity=False).hexdigest()


def phones_secrets() -> dict[str, str]:
    """Extension → hash, of all extensions that have one which holds for the domain of today."""
    found = {}
    rows = Extension.objects.exclude(sealed="").filter(realm=settings.SIP_DOMAIN)
    for number, kept in rows.values_list("number", "sealed"):
        try:
            found[number] = opened(kept, PURPOSE)
        except Lost:
            continue  # its page says that it needs a new one
    return found


def has_secret(extension: Extension) -> bool:
    """Whether a phone can register by it today."""
    if not extension.sealed or extension.realm != settings.SIP_DOMAIN:
        return False
    try:
        opened(extension.sealed, PURPOSE)
    except Lost:
        return False
    return True


def _forget(extension: Extension) -> None:
    extension.sealed, extension.realm, extension.secret_at = "", "", None
