"""What becomes of each row, as the lists and the customers are now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from crm import among  # noqa: F401  the lookup
from crm.accounts.models import User
from crm.customers.imports.lines import ADDED, BLACK, NO_CALL, SAME, TWICE, UPDATED, WRONG, Line, Said, worded
from crm.customers.imports.seen import Seen
from crm.customers.models import CustomerNumber
from crm.customers.sight import customers_visible
from crm.numberlists.selectors import verdicts
from switchctl.contract import numberlists

Owners = dict[str, list[tuple[int, str]]]
"""Number → ids and names of those who have it, the oldest first."""


@dataclass
class Decider:
    """``update``: those who are there already are changed. ``user``: whose import it is: she changes no one whom she
    may not."""

    user: User
    update: bool
    seen: Seen

    def claim(self, lines: list[Line], at: datetime) -> None:
        """Tells rows of listed numbers, and those of which an earlier row has a number; the others have theirs now."""
        good = [line for line in lines if not line.faults]
        numbers = {number for line in good for number in line.numbers}
        said = verdicts(numbers, numberlists.OUT, at, kept=True)
        taken = self.seen.lines(numbers)
        new: dict[str, int] = {}
        for line in good:
            by = {said[number].by for number in line.numbers if not said[number].allowed}
            earlier = next((taken[number] for number in line.numbers if number in taken), 0)
            if numberlists.BLACK in by:
                line.refuse(BLACK, _black())
            elif numberlists.NO_CALL in by:
                line.refuse(NO_CALL, _no_call())
            elif earlier:
                line.refuse(TWICE, worded(_twice(earlier)))
            else:
                own = dict.fromkeys(line.numbers, line.row)
                taken |= own
                new |= own
        self.seen.add(new.items())

    def match(self, lines: Sequence[Line]) -> None:
        """Tells rows of somebody who is there already, and who it is."""
        good = [line for line in lines if not line.faults and line.numbers]
        owners = _owners({number for line in good for number in line.numbers})
        for line in good:
            hers = next((owners[number] for number in line.numbers if number in owners), [])
            if not hers:
                continue
            line.found, line.customer = SAME, hers[0][0]
            if self.update and len(hers) > 1:
                named = [id_ for id_, name in hers if name == line.name]
                if len(named) == 1:
                    line.customer = named[0]
                else:
                    line.refuse(WRONG, _several())
        if self.update:
            self._allow([line for line in good if line.found == SAME])
        for line in lines:
            if line.found == ADDED:
                for place in line.lacks:
                    line.refuse(WRONG, worded(lambda: _("Fill in this field.")), place)

    def _allow(self, there: list[Line]) -> None:
        """Whom she may change is changed, once by each file."""
        if not there:
            return
        ids = {line.customer for line in there}
        visible = customers_visible(self.user, "customers.edit").filter(pk__in=ids)
        hers = set(visible.order_by().values_list("pk", flat=True))
        taken = self.seen.lines(map(customer_key, ids))
        new: dict[str, int] = {}
        for line in there:
            key = customer_key(line.customer)
            if line.customer not in hers:
                line.refuse(WRONG, _not_hers())
            elif key in taken:
                line.refuse(TWICE, worded(_twice_her(taken[key])))
            else:
                line.found = UPDATED
                taken[key] = new[key] = line.row
        self.seen.add(new.items())


def customer_key(id_: int) -> str:
    """As ``Seen`` keeps whom a row changes: no number is negative."""
    return f"-{id_}"


def _owners(numbers: set[str]) -> Owners:
    found: Owners = {}
    rows = CustomerNumber.objects.filter(number__among=numbers).order_by("customer_id")
    for number, id_, name in rows.values_list("number", "customer_id", "customer__name"):
        found.setdefault(number, []).append((id_, name))
    return found


def _black() -> Said:
    return worded(lambda: _("This number is on the black list."))


def _no_call() -> Said:
    return worded(lambda: _("This number is on the do-not-call list."))


def _twice(line: int) -> Callable[[], str]:
    return lambda: _("Twice in the file: row %(n)d has this number.") % {"n": line}


def _twice_her(line: int) -> Callable[[], str]:
    return lambda: _("Twice in the file: row %(n)d is the same customer.") % {"n": line}


def _several() -> Said:
    return worded(lambda: _("Several customers have this number, and not one of them this name."))


def _not_hers() -> Said:
    return worded(lambda: _("The customer of this number is not yours to change."))
