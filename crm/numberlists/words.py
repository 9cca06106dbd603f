"""What the lists say, in sentences."""

from typing import Any

from django.utils.translation import gettext as _

from crm.numberlists.models import ListedNumber
from switchctl.contract.dialling import EMERGENCY
from switchctl.contract.numberlists import BLACK, IN, NO_CALL, WHITE, Verdict


def said(verdict: Verdict, way: str) -> str:
    """What happens to a call of this way."""
    if way == IN:
        return {
            BLACK: _("She is refused before the answer: the black list names her number."),
            WHITE: _("She is let in: the white list names her number."),
        }.get(verdict.by, _("She is let in: no list says anything about her number."))
    return {
        EMERGENCY: _("It is dialled: it is an emergency number, and no list stands before it."),
        NO_CALL: _("It is not dialled: the do-not-call list names it."),
        BLACK: _("It is not dialled: the black list names it."),
        WHITE: _("Everybody may dial it: the white list names it."),
    }.get(verdict.by, _("It is dialled by whoever may: no list says anything about it."))


def line_of(verdict: Verdict) -> ListedNumber | None:
    """The line that decided, if it is still there."""
    return ListedNumber.objects.filter(pk=verdict.entry).first() if verdict.entry else None


def answer(verdicts: dict[str, Verdict]) -> list[dict[str, Any]]:
    """For the page: way → sentence, whether it is allowed, and the line."""
    return [
        {"way": way, "said": said(one, way), "allowed": one.allowed, "line": line_of(one)}
        for way, one in verdicts.items()
    ]
