"""What several stories do: arrive, talk, leave."""

from collections.abc import Callable
from typing import Any

import msgspec

from switchctl.contract import facts as f
from tests.daemon.stage import Stage

CALLER = "13800001111"
Story = Callable[[Any], object]
"""Plays on the stage (`tests.closedloop.conftest.TappedStage`) until its calls are over."""


def arrive(stage: Stage, *ready: str, phone: str = "auto:0.3") -> str:
    """A caller dials; the agents named are ready. `phone` is how the first one's phone answers."""
    stage.switch.sim(f"phone 1001 {phone}")
    stage.switch.sim("phone 1002 auto:0.3")
    stage.fact(f.DeviceChanged, extension="1001", registered=phone not in ("unregistered", "unknown"))
    stage.ready(*ready)
    return stage.switch.call(CALLER, "4001", "Zhang%20San")


def ring_for_long(stage: Stage) -> None:
    """Whom nobody answers is rung until the story says otherwise."""
    agents = tuple(msgspec.structs.replace(agent, ring_s=120) for agent in stage.directory.agents)
    stage.publish_and_wait(msgspec.structs.replace(stage.directory, version=2, agents=agents))


def ready_phone(stage: Stage, agent: str, extension: str = "1001", phone: str = "auto:0.3") -> None:
    """This agent is ready, her phone as told."""
    stage.switch.sim(f"phone {extension} {phone}")
    stage.fact(f.DeviceChanged, extension=extension, registered=True)
    stage.ready(agent)


def call(stage: Stage, did: str, number: str = CALLER, name: str = "Zhang%20San") -> str:
    """A caller dials; the leg. Number and name may be url-encoded, an empty name is none."""
    return stage.switch.call(number or "-", did, name)


def in_queue(stage: Stage, leg: str) -> None:
    """The caller has heard what there is to hear, and hears the queue's music."""
    stage.fact(f.QueueEntered, call_id=leg)
    stage.until(lambda: "local_stream" in stage.switch.channels()[leg]["application_data"])


def leave(stage: Stage, leg: str) -> str:
    """The caller hangs up, and the call is over."""
    stage.switch.sim(f"hangup {leg}")
    return over(stage, leg)


def over(stage: Stage, leg: str) -> str:
    """The call is ended and no channel is up any more."""
    stage.fact(f.CallEnded, call_id=leg)
    stage.until(lambda: not stage.switch.channels())
    return leg


def talk(stage: Stage, *ready: str, phone: str = "auto:0.3") -> tuple[str, str]:
    """The caller's leg and the agent's, joined."""
    leg = arrive(stage, *ready, phone=phone)
    return leg, stage.fact(f.TalkStarted, call_id=leg).offer


def settle(stage: Stage, leg: str) -> None:
    """The switch has run what it runs a moment after each bridge; from now on the leg's app is what we order."""
    stage.until(lambda: stage.switch.channels()[leg]["application"] == "set")
