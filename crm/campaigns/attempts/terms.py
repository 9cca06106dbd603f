"""Which daemon leads, in which term, and what it can no longer begin (``switchctl.contract.hopper``)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from crm import switch
from crm.switch import SwitchAway

FRESH_S = 5
"""A daemon that has said nothing for longer is not there."""


@dataclass(frozen=True)
class Term:
    journal: str
    epoch: int

    def __str__(self) -> str:
        return f"{self.journal}:{self.epoch}"

    @classmethod
    def read(cls, said: str) -> "Term":
        """From ``Attempt.term``; one of nobody if there is none."""
        journal, _colon, epoch = said.rpartition(":")
        return cls(journal, int(epoch)) if epoch.isdigit() else cls("", 0)


def moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def term_now(at: datetime) -> str:
    """The term to which something is handed over. Raises SwitchAway if nobody leads."""
    settled, _committed = switch.settled()
    if settled is None or at - moment(settled.until) > timedelta(seconds=FRESH_S):
        raise SwitchAway(_("The call centre service cannot be reached. Try again in a moment."))
    return str(Term(settled.journal, settled.epoch))
