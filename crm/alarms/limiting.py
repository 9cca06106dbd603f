"""Setting the limits of the floor."""

import math

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.alarms.models import Limit
from crm.alarms.rules import MOST, QUEUE, RULES, Rule
from crm.telephony.models import PauseReason, Queue


@transaction.atomic
def limits_set(*, user: User, asked: dict[str, tuple[str, str, bool]]) -> None:
    """The centre's: code → warning and critical as typed ("" = none), and whether mail and webhooks hear of it.

    Raises PermissionDenied, and ValidationError with the code of each rule that is wrong; then nothing is set.
    """
    require(user, "alarms.set")
    wrong: dict[str, str] = {}
    for code, (warning, critical, told) in asked.items():
        try:
            pair = _pair(RULES[code], warning, critical)
        except ValidationError as error:
            wrong[code] = error.messages[0]
            continue
        _set(code, "", pair, told=told)
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def limit_add(*, user: User, code: str, of: str, warning: str, critical: str) -> Limit:
    """An exception for one queue or reason of a pause; a second one replaces the first. Raises as ``limits_set``."""
    require(user, "alarms.set")
    rule = RULES.get(code)
    if rule is None:
        raise ValidationError(_("This limit is not known."))
    known = Queue if rule.of == QUEUE else PauseReason
    if not known.objects.filter(code=of).exists():
        raise ValidationError(_("Choose for whom the limit is."))
    _set(code, of, _pair(rule, warning, critical), told=False)
    return Limit.objects.get(code=code, of=of)


def limit_remove(*, user: User, code: str, of: str) -> None:
    """The centre's limit is valid there again. Raises PermissionDenied."""
    require(user, "alarms.set")
    for limit in Limit.objects.filter(code=code, of=of).exclude(of=""):
        limit.delete()


def typed_of(number: float | None) -> str:
    """A limit as it stands in its field."""
    return "" if number is None else f"{number:g}"


def _set(code: str, of: str, pair: tuple[float | None, float | None], *, told: bool) -> None:
    """Leaves a row alone that says so already: the audit tells changes."""
    warning, critical = pair
    limit = Limit.objects.filter(code=code, of=of).first() or Limit(code=code, of=of)
    if limit.pk is None or (limit.warning, limit.critical, limit.told) != (warning, critical, told):
        limit.warning, limit.critical, limit.told = warning, critical, told
        limit.save()


def _pair(rule: Rule, *typed: str) -> tuple[float | None, float | None]:
    warning, critical = (_number(rule, one) for one in typed)
    if warning is not None and critical is not None and (critical > warning if rule.low else critical < warning):
        raise ValidationError(_("The critical limit must be the worse one."))
    return warning, critical


def _number(rule: Rule, typed: str) -> float | None:
    typed = typed.strip()
    if not typed:
        return None
    try:
        number = float(typed)
    except ValueError:
        number = math.nan
    if not 0 < number <= MOST[rule.unit]:
        raise ValidationError(_("A limit is a number from above 0 to %(most)s.") % {"most": f"{MOST[rule.unit]:g}"})
    return round(number, 1)
