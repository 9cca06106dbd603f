"""What a report is, and what it is given to answer with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from crm.accounts.models import User
from crm.reports.asking import Question
from crm.reports.periods import Span, Step
from crm.reports.scope import Seen
from crm.reports.tables import Table
from crm.reports.targets import Targets


@dataclass(frozen=True)
class Asked:
    """A question with all that was looked up for it. ``queues`` and ``agents``: code or login → name of the chosen
    ones, as far as the user may see them. ``lists``: whether she may open the list of calls."""

    user: User
    question: Question
    seen: Seen
    queues: Mapping[str, str]
    agents: Mapping[str, str]
    targets: Targets
    span: Span
    zone: tzinfo
    now: datetime
    lists: bool = True


@dataclass(frozen=True)
class Answer:
    """``total``: the sums of all that the table shows; the page tells from them how a figure comes about."""

    table: Table
    total: Any = None


@dataclass(frozen=True)
class Report:
    """``about``: queues, agents, trunks or calls; who sees only her own work has those about agents that say so
    (``own``), and trunks are for who sees all. ``steps``: the steps it has, () for none; ``rows``: the rows that can
    be chosen. ``step``, ``span`` and ``first`` (of the rows) are what is shown unless something is asked for."""

    code: str
    title: Any
    sentence: Any
    about: str
    answer: Callable[[Asked], Answer]
    own: bool = False
    steps: tuple[Step, ...] = tuple(Step)
    rows: tuple[str, ...] = ("time", "each", "both")
    first: str = "time"
    step: str = ""
    span: str = "today"
    facts: tuple[str, ...] = ()
    """Columns whose total stands on top of the page."""
    choices: frozenset[str] = field(default=frozenset({"compare"}))
    """What else its form asks: compare, attribution, variant, kind."""

    @property
    def usual(self) -> dict[str, str]:
        """What ``question`` takes for unsaid."""
        step = self.step if self.steps else Step.DAY.value
        return {"span": self.span, "step": step, "rows": self.first}

    def open_to(self, seen: Seen) -> bool:
        if seen.own:
            return self.own
        return bool(seen.reach) and (self.about != "trunks" or seen.everything)
