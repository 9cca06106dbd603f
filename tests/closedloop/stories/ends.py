"""How a call that reaches the queue comes to its end."""

from switchctl.contract import commands as c
from switchctl.contract import facts as f
from tests.closedloop.stories.common import Story, arrive, call, leave, over, ring_for_long, settle, talk
from tests.daemon.stage import Stage


def caller_hangs_up(stage: Stage) -> str:
    leg, _ = talk(stage, "alice")
    return leave(stage, leg)


def agent_hangs_up(stage: Stage) -> str:
    leg, agent = talk(stage, "alice")
    stage.switch.sim(f"hangup {agent}")
    return over(stage, leg)


def leaves_in_the_greeting(stage: Stage) -> str:
    leg = call(stage, "4003")  # greets for so long that he is still in it
    stage.fact(f.CallAnswered, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    return leave(stage, leg)


def leaves_while_the_agent_rings(stage: Stage) -> str:
    ring_for_long(stage)
    leg = arrive(stage, "alice", phone="noanswer")
    offer = stage.fact(f.OfferMade, call_id=leg).offer
    stage.until(lambda: stage.switch.channels().get(offer, {}).get("callstate") == "RINGING")
    return leave(stage, leg)


def first_agent_does_not_answer(stage: Stage) -> str:
    leg = arrive(stage, "alice", phone="noanswer")
    stage.fact(f.OfferMade, call_id=leg, agent="alice")
    stage.ready("bob")
    stage.fact(f.TalkStarted, call_id=leg, agent="bob")
    return leave(stage, leg)


def _missed(phone: str) -> Story:
    def story(stage: Stage) -> str:
        leg = arrive(stage, "alice", phone=phone)
        stage.fact(f.OfferEnded, call_id=leg, agent="alice")
        stage.order(c.Pause, "alice", reason="lunch")
        return leave(stage, leg)

    return story


def held_and_resumed(stage: Stage) -> str:
    leg, _ = talk(stage, "alice")
    settle(stage, leg)
    stage.order(c.Hold, "alice")
    stage.fact(f.HoldStarted, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    stage.order(c.Resume, "alice")
    stage.fact(f.HoldEnded, call_id=leg)
    return leave(stage, leg)


def held_by_the_phone(stage: Stage) -> str:
    leg, agent = talk(stage, "alice")
    settle(stage, leg)
    stage.switch.sim(f"hold {agent}")
    stage.fact(f.HoldStarted, call_id=leg)
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "playback")
    stage.switch.sim(f"unhold {agent}")
    stage.fact(f.HoldEnded, call_id=leg)
    return leave(stage, leg)


ENDS: dict[str, Story] = {
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
