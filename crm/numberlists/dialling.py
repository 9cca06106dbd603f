"""Whether somebody may dial a number: her class, and the lists."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from crm.access.holding import may
from crm.accounts.models import Dialling, User
from crm.numberlists.selectors import verdict
from crm.rooms.selectors import room_numbers
from crm.telephony.home import home
from crm.telephony.selectors import extensions_like
from crm.telephony.speedlist import number_meant
from crm.telephony.trunks import trunk_exists
from switchctl.contract import numberlists, refusals
from switchctl.contract.dialling import classify

NO_WORDS: Mapping[str, str] = MappingProxyType({})


def dial_refusal(user: User, number: str, others: Mapping[str, str] = NO_WORDS) -> str:
    """Why the user may not dial this; "" if she may. ``others``: sentence → msgid that says it to somebody else. The
    daemon decides by the same rules again."""
    number, none = number_meant(user, number)
    if none:
        return none
    target = classify(number, home(), {*extensions_like(number), *room_numbers()})
    permission = user.dialling if may(user, "calls.dial") else Dialling.NONE.value
    said = verdict(target.number, numberlists.OUT) if target is not None and target.outside else None
    sentence = numberlists.dial_refusal(target, permission, user.allowed_numbers, home(), said)
    if not sentence and target and target.outside and not trunk_exists():
        sentence = refusals.NO_TRUNK
    return _(others.get(sentence, sentence)) if sentence else ""
