"""From facts to the texts that are copied into the database. Pure, so that it runs beside the batch before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from crm.calls.months import around
from crm.calls.recording import copying
from crm.calls.recording.fold import Fold
from switchctl.contract import facts as f


class Told(NamedTuple):
    """A fact as it was told: decoded, its bytes, and the journal that numbered it."""

    fact: f.AnyFact
    raw: bytes
    journal: str


@dataclass(frozen=True)
class Proposed:
    """A fold as COPY texts, "" where it proposes nothing; and what it says about worlds."""

    records: str
    visits: str
    offers: str
    states: str
    arrived: list[str]
    worlds: list[str]
    months: list[date]
    """In which rows of these calls can lie."""


@dataclass(frozen=True)
class Prepared:
    """A batch ready to be written. ``numbers`` are its (journal, sequence) pairs."""

    facts: str
    proposed: Proposed
    numbers: list[tuple[str, int]] = field(default_factory=list)


def prepared(batch: Sequence[Told]) -> Prepared:
    """Raises ValueError and its like for values that PostgreSQL would not take either."""
    return Prepared(
        facts=_fact_lines(batch),
        proposed=proposed(Fold(fact for fact, _raw, _journal in batch)),
        numbers=[(journal, fact.seq) for fact, _raw, journal in batch],
    )


def proposed(fold: Fold) -> Proposed:
    records = ([*row, _array(fold.told_by.get(row[0], ()))] for row in fold.records.staged())
    told = (one.told.values() for one in (fold.records, fold.visits, fold.offers))
    return Proposed(
        records=copying.lines(records),
        visits=copying.lines(fold.visits.staged()),
        offers=copying.lines(fold.offers.staged()),
        states=copying.lines(fold.states.values()),
        arrived=sorted(fold.arrived),
        worlds=sorted(fold.worlds),
        months=around(chain.from_iterable(told)),
    )


def _fact_lines(batch: Iterable[Told]) -> str:
    return "".join(
        [f"{copying.line(_head(fact, journal))}\t{copying.json_field(raw)}\n" for fact, raw, journal in batch]
    )


def _head(fact: f.AnyFact, journal: str) -> tuple[Any, ...]:
    return (
        fact.id, str(fact.seq), journal, copying.instant(fact.at), fact.__class__.__name__, fact.call_id,
        getattr(fact, "agent", ""), fact.node, fact.tenant, fact.site, fact.application, fact.contact_kind,
    )  # fmt: skip


def _array(words: Iterable[str]) -> str:
    return "{" + ",".join(sorted(words)) + "}"
