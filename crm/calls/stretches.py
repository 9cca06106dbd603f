"""The stretches of a call on one time axis: greeting, waiting, talking, hold."""

from dataclasses import dataclass

from crm.calls.selectors import CallStory, TimelineEntry

_ENTERS = {
    "CallArrived": "flow",
    "FlowEntered": "flow",
    "QueueEntered": "waiting",
    "DialStarted": "dialling",
    "TalkStarted": "talking",
    "HoldStarted": "held",
    "HoldEnded": "talking",
    "TalkEnded": "leaving",
}
"""Facts that begin a stretch, and its name (a stage of the live view)."""


@dataclass(frozen=True)
class Stretch:
    """``left`` and ``width`` are shares of the axis in thousandths; ``seconds`` its length."""

    stage: str
    left: float
    width: float
    seconds: float


def stretches(story: CallStory) -> list[Stretch]:
    """In order, without gaps, from arrival to the end (or the newest fact). Empty for a call of no length."""
    marks = [(e.seconds, _ENTERS[e.kind]) for e in story.timeline if e.kind in _ENTERS]
    end = _end(story.timeline)
    if not marks or end <= marks[0][0]:
        return []
    begin = marks[0][0]
    parts: list[tuple[float, float, str]] = []
    for (at, stage), (until, _next) in zip(marks, [*marks[1:], (end, "")], strict=True):
        if parts and parts[-1][2] == stage:
            parts[-1] = (parts[-1][0], until, stage)
        elif until > at:
            parts.append((at, until, stage))
    scale = 1000 / (end - begin)
    return [Stretch(s, (a - begin) * scale, (b - a) * scale, b - a) for a, b, s in parts]


def _end(timeline: list[TimelineEntry]) -> float:
    """Wrap-up goes on after the caller is gone; the axis is the caller's."""
    ended = [entry.seconds for entry in timeline if entry.kind == "CallEnded"]
    return ended[-1] if ended else max((entry.seconds for entry in timeline), default=0)
