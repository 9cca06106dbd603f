"""Who may follow the events, from where on. Both doors of the stream ask here, and ask again while it is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import may, refusal
from crm.accounts.models import User
from crm.events.kinds import KINDS
from crm.events.selectors import newest, oldest
from crm.events.sight import Sight, sight_of
from crm.integrations.selectors import NotLetIn, let_in
from crm.rest.problems import Problem

FOLLOW = "events.follow"
BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Granted:
    """``text`` of the token, ``address`` that it came from; ``after``: the number behind which it begins."""

    text: str
    address: str
    token: int
    kinds: tuple[str, ...]
    after: int
    sight: Sight

    def again(self, now: datetime | None = None) -> Sight:
        """What it sees now. Raises Problem when it may not any more. Reads the database."""
        user, _token = admitted(self.text, self.address, now or timezone.now())
        return sight_of(user, self.kinds)


def granted(text: str, address: str, *, kinds: str | Sequence[str], after: str | int | None) -> Granted:
    """``kinds``: with commas, or a list; none = all. ``after``: None = from the newest on. Raises Problem. Reads the
    database."""
    user, token = admitted(text, address, timezone.now())
    wanted = kinds_of(kinds)
    number = begin(after)
    return Granted(text, address, token, wanted, number, sight_of(user, wanted))


def admitted(text: str, address: str, now: datetime) -> tuple[User, int]:
    """The user, and the id of the token. Raises Problem."""
    try:
        user, token = let_in(text, address=address, now=now)
    except NotLetIn as error:
        raise Problem("no-token", str(error)) from error
    except PermissionDenied as error:
        raise Problem("not-allowed", str(error)) from error
    if not may(user, FOLLOW):
        raise Problem("not-allowed", refusal(FOLLOW))
    return user, token.pk


def kinds_of(said: str | Sequence[str]) -> tuple[str, ...]:
    """Raises Problem for a kind that there is not."""
    names = [one.strip() for one in said.split(",")] if isinstance(said, str) else list(said)
    names = [one for one in names if one]
    wrong = [one for one in names if one not in KINDS]
    if wrong:
        sentence = _("There is no kind %(name)s. There are: %(all)s.")
        raise Problem("invalid", errors={"kinds": [sentence % {"name": wrong[0][:40], "all": ", ".join(KINDS)}]})
    return tuple(dict.fromkeys(names))


def begin(after: str | int | None) -> int:
    """The number behind which somebody goes on. Raises Problem when what follows is not kept any more."""
    end = newest()
    if after is None or after == "":
        return end
    text = str(after)
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= BIGGEST):
        raise Problem("invalid", errors={"after": [_("Send the number of an event.")]})
    number = int(text)
    if number > end:
        raise Problem("gone", _("The newest event is %(n)d; there is none of this number.") % {"n": end})
    first = oldest()
    if number + 1 < first:
        raise gone(first)
    return number


def gone(first: int) -> Problem:
    return Problem("gone", _("Events before %(n)d are no longer kept.") % {"n": first})
