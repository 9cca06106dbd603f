"""The stories of the recordings, played by the outside world of the simulated switch with our daemon in control."""

from collections.abc import Callable

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.daemon.stage import Stage

CALLER = "13800001111"
Story = Callable[[Stage], str]
"""Plays to the end of the call; returns the caller's leg."""


def _arrive(stage: Stage, *ready: str, phone: str = "auto:0.3") -> str:
    stage.switch.sim(f"phone 1001 {phone}")
    stage.switch.sim("phone 1002 auto:0.3")
    stage.ready(*ready)
    return stage.switch.call(CALLER, "4001", "Zhang%20San")


def _leave(stage: Stage, leg: str) -> str:
    stage.switch.sim(f"hangup {leg}")
    return _over(stage, leg)


def _over(stage: Stage, leg: str) -> str:
    stage.fact(f.CallEnded, call_id=leg)
    stage.until(lambda: not stage.switch.channels())
    return leg


def _talk(stage: Stage, *ready: str, phone: str = "auto:0.3") -> tuple[str, str]:
    leg = _arrive(stage, *ready, phone=phone)
    return leg, stage.fact(f.TalkStarted, call_id=leg).offer


def caller_hangs_up(stage: Stage) -> str:
    leg, _ = _talk(stage, "alice")
    return _leave(stage, leg)


def agent_hangs_up(stage: Stage) -> str:
    leg, agent = _talk(stage, "alice")
    stage.switch.sim(f"hangup {agent}")
    return _over(stage, leg)


def leaves_in_the_greeting(stage: Stage) -> str:
    leg = _arrive(stage)
    stage.fact(f.CallAnswered, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    return _leave(stage, leg)


def leaves_while_the_agent_rings(stage: Stage) -> str:
    leg = _arrive(stage, "alice", phone="noanswer")
    offer = stage.fact(f.OfferMade, call_id=leg).offer
    stage.until(lambda: stage.switch.channels().get(offer, {}).get("callstate") == "RINGING")
    return _leave(stage, leg)


def first_agent_does_not_answer(stage: Stage) -> str:
    leg = _arrive(stage, "alice", phone="noanswer")
    stage.fact(f.OfferMade, call_id=leg, agent="alice")
    stage.ready("bob")
    stage.fact(f.TalkStarted, call_id=leg, agent="bob")
    return _leave(stage, leg)


def _missed(phone: str) -> Story:
    def story(stage: Stage) -> str:
        leg = _arrive(stage, "alice", phone=phone)
        stage.fact(f.OfferEnded, call_id=leg, agent="alice")
        stage.order(c.Pause, "alice", reason="lunch")

        return _leave(stage, leg)

    return story


def held_and_resumed(stage: Stage) -> str:
    leg, _ = _talk(stage, "alice")
    stage.order(c.Hold, "alice")
    stage.fact(f.HoldStarted, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    stage.order(c.Resume, "alice")
    stage.fact(f.HoldEnded, call_id=leg)
    return _leave(stage, leg)


def held_by_the_phone(stage: Stage) -> str:
    leg, agent = _talk(stage, "alice")
    stage.switch.sim(f"hold {agent}")
    stage.fact(f.HoldStarted, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    stage.switch.sim(f"unhold {agent}")
    stage.fact(f.HoldEnded, call_id=leg)
    return _leave(stage, leg)


STORIES: dict[str, Story] = {
    "01": caller_hangs_up,
    "02": agent_hangs_up,
    "03": leaves_in_the_greeting,
    "04": leaves_while_the_agent_rings,
    "05a": first_agent_does_not_answer,
    "05b": _missed("busy"),
    "05c": _missed("reject"),
    "05d": _missed("unregistered"),
    "05e": _missed("unknown"),
    "06a": held_and_resumed,
    "06b": held_by_the_phone,
}
"""Trace → its story."""
