"""Asking for an erasure: who may, for whom, and why."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.calls.erased.scrub import names_worth
from crm.customers.erased import companies_alone
from crm.privacy.models import Erasure
from crm.privacy.selectors import Person, is_calling, words_of

REASON = 4


def confirms(person: Person, typed: str, *, whole: bool) -> bool:
    """Whether this is her name, or her number as it is shown to who sees numbers ``whole`` or not; spaces apart."""
    return "".join(typed.split()) in {"".join(word.split()) for word in words_of(person, whole=whole)}


@transaction.atomic
def erasure_ask(*, user: User, person: Person, reason: str) -> Erasure:
    """Notes it; the worker begins within seconds. Raises PermissionDenied, and ValidationError with a sentence."""
    require(user, "privacy.erase")
    reason = reason.strip()[:400]
    if len(reason) < REASON:
        raise ValidationError({"reason": _("Say why: the request that you answer, and when it came.")})
    if is_calling(person):
        raise ValidationError(_("She is on the line now. Erase her data when the call is over."))
    names = {person.customer.name, person.customer.company} if person.customer else set()
    names |= set(person.calls().exclude(caller_name="").values_list("caller_name", flat=True).distinct()[:200])
    made = Erasure.objects.create(
        asked_by=user,
        reason=reason,
        customers=[person.customer.pk, *companies_alone(person.customer)] if person.customer else [],
        pending={"numbers": person.numbers, "names": sorted(names_worth(names))},
    )
    audit.event("privacy.erase", user=user, about=made, details={"reason": reason, "calls": person.calls().count()})
    return made
