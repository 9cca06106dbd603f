"""The one time axis of a call: where ticks and stretches lie on it, in hundredths of its length."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from crm.calls.selectors import CallStory
from crm.calls.stretches import Stretch, parties
from crm.calls.words import Names
from crm.live.words import duration, stages, states

STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
MOST_TICKS = 11
HEAD_PX, ROW_PX = 26, 30
"""Height of the scale, and of each party's row."""
LEAST_WIDTH = 0.35
"""A ringing of a second in a call of an hour is still seen."""
ROOM = 1.1
"""The axis of a call that is up is longer than the call by so much, so that there is room to grow."""


@dataclass(frozen=True)
class Bar:
    """A stretch as it is drawn. ``label`` is what is written into it where there is room, else ``short``; ``spoken`` is
    all that it says."""

    left: float
    width: float
    stage: str
    label: str
    short: str
    spoken: str
    stretch: Stretch


@dataclass(frozen=True)
class AxisRow:
    """``agent`` is a login, "" the caller; ``top`` in pixels."""

    agent: str
    bars: list[Bar]
    top: int


@dataclass(frozen=True)
class Axis:
    """``length`` in seconds; ``ticks`` are (place, label). ``open``: something on it lasts."""

    length: float = 0
    zero: int = 0
    """Microseconds since the epoch."""
    ticks: list[tuple[float, str]] = field(default_factory=list)
    rows: list[AxisRow] = field(default_factory=list)
    open: bool = False

    @property
    def height(self) -> int:
        """In pixels."""
        return HEAD_PX + ROW_PX * len(self.rows)

    def seconds(self, *stage: str, caller: bool = True) -> float | None:
        """How long the caller (or the agents) were in these stages; None when never."""
        bars = [bar for row in self.rows if (row.agent == "") is caller for bar in row.bars if bar.stage in stage]
        return sum(bar.stretch.seconds for bar in bars) if bars else None

    def lasts(self, *stage: str, caller: bool = True) -> bool:
        """Whether the caller (or an agent) is in one of these stages now."""
        bars = [bar for row in self.rows if (row.agent == "") is caller for bar in row.bars if bar.stage in stage]
        return any(bar.stretch.open for bar in bars)


def axis(story: CallStory, names: Names, now: datetime) -> Axis:
    """Empty for a call of no length."""
    told = parties(story, now)
    parts = [part for party in told for part in party.parts]
    end = max((part.end for part in parts), default=0.0)
    begin = story.begin
    if begin is None or not parts:
        return Axis()
    lasts = any(part.open for part in parts)
    length = _rounded(max(end, 5) * ROOM) if lasts else max(end, 0.001)
    step = _step(length)
    ticks = [(at / length * 100, duration(at)) for at in range(0, int(length) + 1, step)]
    rows = [
        AxisRow(party.agent, [_bar(part, length, names) for part in party.parts], HEAD_PX + ROW_PX * n)
        for n, party in enumerate(told)
    ]
    return Axis(length, round(begin.timestamp() * 1e6), ticks, rows, lasts)


def _step(length: float) -> int:
    return next((step for step in STEPS_S if length / step < MOST_TICKS), int(length // 10) + 1)


def _rounded(length: float) -> float:
    step = _step(length)
    return float(-(-length // step) * step)


def _bar(part: Stretch, length: float, names: Names) -> Bar:
    stage = _word(part)
    label = stage
    if part.other:
        label = _("Talks with %(agent)s") % {"agent": names.person(part.other)}
    told = {"stage": label, "time": duration(part.seconds), "from": _at(part.begin), "to": _at(part.end)}
    spoken = _("%(stage)s, %(time)s, %(from)s to %(to)s") % told
    if part.open:
        spoken = _("%(stage)s since %(from)s") % told
    long = label if part.open else f"{label} {told['time']}"
    width = max(part.seconds / length * 100, LEAST_WIDTH)
    return Bar(part.begin / length * 100, width, part.stage, long, stage, spoken, part)


def _at(seconds: float) -> str:
    return duration(round(seconds, 3))


def _word(part: Stretch) -> str:
    if part.stage == "leaving":
        return _("Afterwards")
    return states()["wrapup"] if part.stage == "wrapup" else stages()[part.stage]
