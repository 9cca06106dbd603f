"""Which columns of records and parts belong together, and the statement that merges proposals into rows. Pure."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Group:
    """Columns proposed together. Of two proposals the smaller (rank, time, columns) wins, whichever came first."""

    time: str
    columns: tuple[str, ...] = ()
    rank: str = ""

    @cached_property
    def key(self) -> tuple[str, ...]:
        return (*((self.rank,) if self.rank else ()), self.time, *self.columns)


@dataclass(frozen=True)
class Table:
    """``fixed`` columns never change once they are known: the first value that is not empty stays."""

    name: str
    key: str
    groups: tuple[Group, ...]
    fixed: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    """Columns of whole numbers that are null until proposed."""
    defaults: tuple[tuple[str, int], ...] = ()
    """Columns of whole numbers that are never null."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return (self.key, *self.fixed, *(column for group in self.groups for column in group.key))

    @cached_property
    def times(self) -> frozenset[str]:
        return frozenset(group.time for group in self.groups)

    @cached_property
    def blank(self) -> tuple[str | int | None, ...]:
        """A row that proposes nothing."""
        known: dict[str, str | int | None] = {**_TEXTS, **dict(self.defaults)}
        known |= dict.fromkeys(self.times | self.numbers)
        known |= {group.rank: 0 for group in self.groups if group.rank}
        return tuple(known.get(column, "") for column in self.columns)

    @cached_property
    def places(self) -> dict[str, tuple[int, int, int]]:
        """Name of a group's time → where the group begins and ends in a row, and where its time stands."""
        found = {}
        for group in self.groups:
            begin = self.columns.index(group.key[0])
            found[group.time] = (begin, begin + len(group.key), self.columns.index(group.time))
        return found


SCOPE_VALUES = ("main", "main", "callcentre", "call")
SCOPE = ("tenant", "site", "application", "contact_kind")
_TEXTS = {"tenant": "main", "site": "main", "application": "callcentre", "contact_kind": "call", "direction": "inbound"}
"""Texts of a row whose group was not proposed yet; all others are empty."""

RECORD = Table(
    name="calls_callrecord",
    key="call_id",
    groups=(
        Group(
            rank="arrival_rank",
            time="arrived_at",
            columns=(
                "number", "number_e164", "caller_name", "dialled", "direction", "trunk", "node", "entry_stage", *SCOPE,
            ),
        ),
        Group(rank="answer_rank", time="answered_at"),
        Group(
            rank="end_rank",
            time="ended_at",
            columns=("hangup_cause", "ended_by", "sip_status", "q850", "end_reason"),
        ),
        Group(time="marked_at", columns=("marked_by",)),
    ),
)  # fmt: skip

FLOW = Table(
    name="calls_ivrvisit",
    key="visit",
    fixed=("call_id", "flow"),
    groups=(
        Group(time="entered_at", columns=SCOPE),
        Group(rank="left_rank", time="left_at", columns=("told",)),
    ),
)

VISIT = Table(
    name="calls_queuevisit",
    key="visit",
    fixed=("call_id", "queue"),
    groups=(
        Group(
            time="entered_at",
            columns=("head_start_s", "service_level_s", "short_abandon_s", "reason", *SCOPE),
        ),
        Group(rank="left_rank", time="left_at", columns=("exit", "wait_ms")),
    ),
    numbers=frozenset({"wait_ms"}),
    defaults=(("head_start_s", 0), ("service_level_s", 15), ("short_abandon_s", 5)),
)

OFFER = Table(
    name="calls_offer",
    key="offer",
    fixed=("call_id", "agent", "visit", "queue"),
    groups=(
        Group(time="offered_at", columns=("ring_s", "waited_ms", "reason", *SCOPE)),
        Group(rank="end_rank", time="ended_at", columns=("result", "cause", "ring_ms", "misses")),
        Group(time="dialled_at", columns=("dials", "shows")),
        Group(rank="dial_end_rank", time="dial_ended_at", columns=("dial_result", "dial_cause", "dial_ms")),
        Group(time="talk_started_at"),
        Group(rank="talk_end_rank", time="talk_ended_at", columns=("talk_ms", "hold_ms", "talk_ended_by")),
        Group(time="wrap_ended_at", columns=("wrap_ms", "wrap_by")),
    ),
    numbers=frozenset({"waited_ms", "ring_ms", "dial_ms", "talk_ms", "hold_ms", "wrap_ms"}),
    defaults=(("ring_s", 0), ("misses", 0)),
)
