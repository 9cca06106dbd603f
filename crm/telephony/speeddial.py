"""Setting speed dials: an agent's own, and the centre's by who manages extensions.

A number is asked of the policy of dialling when it is set, in the name of whose code it is; the daemon asks again at
each call, in the name of who dials. The centre's are asked what nobody may dial.
"""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import User
from crm.numberlists.dialling import dial_refusal
from crm.numberlists.selectors import verdict
from crm.refusals import OF_HER
from crm.telephony.home import home
from crm.telephony.models import Extension, SpeedDial
from switchctl.contract import numberlists, refusals
from switchctl.contract.codes import SPEED
from switchctl.contract.dialling import EMERGENCY, INTERNATIONAL, Target, classify

MANAGE = "extensions.manage"
CODES = tuple(f"{code:02}" for code in range(100))


def may_set(actor: User, owner: User | None) -> bool:
    """Her own, if she works with a desk; all, with the right to manage extensions."""
    return may(actor, MANAGE) or (owner is not None and owner.pk == actor.pk and may(actor, "desk.use"))


def speed_dials_settable(actor: User) -> QuerySet[SpeedDial]:
    """Those that she may change on the page: hers, and with the right the centre's."""
    theirs = Q(owner=None) if may(actor, MANAGE) else Q(pk=None)
    return SpeedDial.objects.filter(Q(owner=actor) | theirs)


def free_code(taken: Collection[str]) -> str:
    """The lowest that is not taken; "" where all are."""
    return next((code for code in CODES if code not in taken), "")


@transaction.atomic
def speed_dial_set(
    *, actor: User, owner: User | None, code: str, name: str, number: str, row: SpeedDial | None = None
) -> SpeedDial:
    """Adds one, or changes ``row``. Raises PermissionDenied, ValidationError by field, and nothing is changed then."""
    if not may_set(actor, owner):
        raise PermissionDenied(_("You may only set your own speed dials."))
    wanted = SpeedDial.objects.select_for_update().get(pk=row.pk, owner=owner) if row else SpeedDial(owner=owner)
    before = (wanted.code, wanted.name, wanted.number)
    wanted.code, wanted.name = code.strip().removeprefix(SPEED), name.strip()
    target = _target(number)
    wanted.number = target.number if target else number.strip()
    if row and before == (wanted.code, wanted.name, wanted.number):
        return wanted
    wanted.full_clean(validate_constraints=False)
    taken = SpeedDial.objects.filter(owner=owner, code=wanted.code).exclude(pk=wanted.pk).first()
    if taken is not None:
        raise ValidationError({"code": _("%(code)s is taken: %(name)s.") % {"code": wanted.code, "name": taken.name}})
    sentence = _why_not(actor, owner, number, target) if wanted.number != before[2] else ""
    if sentence:
        raise ValidationError({"number": sentence})
    wanted.validate_constraints()
    wanted.save()
    return wanted


@transaction.atomic
def speed_dial_remove(*, actor: User, row: SpeedDial) -> None:
    """Who dials the code is told then that it is none. Raises PermissionDenied."""
    if not may_set(actor, row.owner):
        raise PermissionDenied(_("You may only set your own speed dials."))
    SpeedDial.objects.select_for_update().get(pk=row.pk).delete()


def speed_dials_erase(*, numbers: list[str]) -> None:
    """Nobody's code leads to these numbers (E.164) any more, nor tells whose they are."""
    for row in SpeedDial.objects.filter(number__in=numbers):
        row.delete()


def _target(number: str) -> Target | None:
    return classify(number, home(), frozenset(Extension.objects.values_list("number", flat=True)))


def _why_not(actor: User, owner: User | None, number: str, target: Target | None) -> str:
    """Why no code may lead there; "" if one may."""
    if target is None:
        return _("This is not a number that can be dialled.")
    if target.kind == EMERGENCY:
        return _("Emergency numbers are dialled as they are, without a code.")
    if owner is None:
        said = verdict(target.number, numberlists.OUT) if target.outside else None
        sentence = numberlists.dial_refusal(target, INTERNATIONAL, (), home(), said)
        return _(sentence) if sentence else ""
    others = {} if owner == actor else OF_HER
    if target.number == owner.extension:
        return _(others.get(refusals.OWN_NUMBER, refusals.OWN_NUMBER))
    return dial_refusal(owner, number, others)
