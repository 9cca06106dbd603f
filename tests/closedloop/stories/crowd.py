"""Many callers at once."""

import msgspec

from switchctl.contract import facts as f
from switchctl.contract.directory import Agent, Directory, Membership, Queue, Route
from tests.closedloop.stories.common import Story

AGENTS = tuple(str(extension) for extension in range(1021, 1031))
CALLERS, LEAVE = 50, 5


def ten_agents(plain: Directory) -> Directory:
    """They have no after-call work."""
    agents = tuple(Agent(id=ext, name=ext, extension=ext, wrap_up_s=0, ring_s=20) for ext in AGENTS)
    queue = Queue(id="support", name="Support", members=tuple(Membership(agent=ext, tier=1) for ext in AGENTS))
    route = Route(number="4004", queue="support", greeting="")
    return msgspec.structs.replace(
        plain, version=plain.version + 1, agents=agents, queues=(queue,), routes=(route,)
    )  # fmt: skip


def fifty_calls(stage) -> None:
    """All wait; some lose their patience; then the agents come, and hang up first."""
    stage.publish_and_wait(ten_agents(stage.directory))
    for extension in AGENTS:
        stage.switch.sim(f"phone {extension} auto:0.2")
    legs = [
        stage.switch.sim(f"call 138000000{number:02d} 4004 talk=0.3 agent_first Caller")
        for number in range(1, CALLERS + 1)
    ]
    stage.until(lambda: all("local_stream" in row["application_data"] for row in stage.switch.channels().values()))
    for leg in legs[-LEAVE:]:
        stage.switch.sim(f"hangup {leg}")
    stage.ready(*AGENTS)
    stage.until(lambda: len(stage.facts(f.CallEnded)) == CALLERS)
    stage.until(lambda: not stage.switch.channels())


CROWDS: dict[str, Story] = {"27": fifty_calls}
"""Trace → its story."""
