"""Forwarding of extensions: what is set, who may set it, and what the daemon is told of it.

A number outside is asked of the policy of dialling when it is set, in the name of whose extension it is; the daemon
asks again at each call.
"""

from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.access.numbers import sees_whole
from crm.accounts.models import User
from crm.numberlists.dialling import dial_refusal
from crm.refusals import OF_HER
from crm.telephony.forwardlist import number_shown
from crm.telephony.home import home
from crm.telephony.models import Extension, Forwarding
from switchctl.contract.dialling import EMERGENCY, classify

How = Forwarding.How
DAYS = tuple(range(1, 8))


class Rule(NamedTuple):
    """What is to hold. Without a number there is none of this kind. ``days``: 1 is Monday, none: every day."""

    how: str
    number: str = ""
    active: bool = True
    days: tuple[int, ...] = ()
    since: time | None = None
    until: time | None = None


def may_set(actor: User, extension: Extension) -> bool:
    """Her own, if she works with a desk; any, with the right to manage extensions."""
    return may(actor, "extensions.manage") or (extension.user_id == actor.pk and may(actor, "desk.use"))


def rules_of(extension: Extension) -> list[Rule]:
    """All three kinds, in their order; of one that is not set the number is empty."""
    have = {row.how: row for row in extension.forwardings.all()}
    return [_rule(have[how]) if how in have else Rule(how=str(how), active=False) for how in How.values]


def rules_shown(viewer: User, extension: Extension) -> list[Rule]:
    """The same for who looks: numbers outside as she may see them. Who may set them sees them whole."""
    whole = may_set(viewer, extension) or sees_whole(viewer)
    return [rule._replace(number=number_shown(rule.number, whole=whole)) for rule in rules_of(extension)]


def _rule(row: Forwarding) -> Rule:
    return Rule(row.how, row.number, row.active, tuple(row.days), row.since, row.until)


@transaction.atomic
def forwarding_set(*, actor: User, extension: Extension, rules: Iterable[Rule]) -> None:
    """Exactly these hold from now on. Raises PermissionDenied, ValidationError by kind."""
    row = Extension.objects.select_for_update(of=("self",)).select_related("user").get(pk=extension.pk)
    if not may_set(actor, row):
        raise PermissionDenied(_("You may only forward your own extension."))
    have = {one.how: one for one in row.forwardings.all()}
    for rule in rules:
        former = have.get(rule.how)
        if not rule.number.strip():
            if former is not None:
                former.delete()
            continue
        wanted = former or Forwarding(extension=row, how=rule.how)
        before = _rule(wanted) if former is not None else None
        wanted.number, wanted.active = rule.number.strip(), rule.active
        wanted.days, wanted.since, wanted.until = sorted(set(rule.days) & set(DAYS)), rule.since, rule.until
        if before == _rule(wanted):
            continue
        _check(actor, row, wanted)
        wanted.save()


def _check(actor: User, extension: Extension, row: Forwarding) -> None:
    kind = How(row.how).label
    try:
        row.full_clean()
    except ValidationError as error:
        raise ValidationError([f"{kind}: {sentence}" for sentence in error.messages]) from error
    sentence = _why_not(actor, extension, row.number)
    if sentence:
        raise ValidationError(f"{kind}: {sentence}")


def _why_not(actor: User, extension: Extension, number: str) -> str:
    """Why calls may not go on there; "" if they may."""
    known = frozenset(Extension.objects.values_list("number", flat=True))
    target = classify(number, home(), known)
    if target is None:
        return _("This is not a number that can be dialled.")
    if target.number == extension.number:
        return _("An extension cannot be forwarded to itself.")
    if target.kind == EMERGENCY:
        return _("Calls are not forwarded to emergency numbers.")
    if not target.outside:
        return ""
    if extension.user is None or not may(extension.user, "calls.dial"):
        return _("From this extension calls go on to other extensions only.")
    return dial_refusal(extension.user, number, {} if extension.user == actor else OF_HER)
