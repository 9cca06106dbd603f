"""Which agents work for campaigns now, and which campaign is asked for a lead.

Theory of operation. A lead is taken out of a hopper for one agent who is free, and dialled only if she still is when it
comes: nobody is rung for whom no agent is there. Calls of queues come first: an agent is left to the campaigns only
when her queues have nothing for her, and is a queue's again at any moment until the dialling has begun. Each campaign
is asked one question at a time, and its answer leads to the next: so an empty hopper is asked once a second, however
many agents are idle, and a full one as fast as it answers.
"""

from collections.abc import Iterable

from switchctl.contract.directory import Campaign
from switchctl.model import effects as do
from switchctl.model.agent import Agent
from switchctl.model.call import WAITING
from switchctl.model.world import Question, World
from switchctl.policy.turn import SECOND, Turn

EVERY_S = 1.0
PATIENCE_US = 10 * SECOND
"""A question that is as old as this was lost; its answer would be put back."""


def begin(turn: Turn) -> None:
    """There may be campaigns now that were none before."""
    if turn.world.campaigns:
        turn.wake("dialler|", EVERY_S)


def each_second(turn: Turn, _: str) -> None:
    """Ask those again who had nothing."""
    world = turn.world
    world.dry.clear()
    world.passed_over.clear()
    for campaign, question in list(world.asking.items()):
        if abs(turn.now - question.at) > PATIENCE_US:
            del world.asking[campaign]
    ask_all(turn, world.works_for)
    begin(turn)


def ask_all(turn: Turn, members: Iterable[str]) -> None:
    """For all of them who are free, those first who are idle the longest."""
    agents = [agent for agent in map(turn.world.agents.get, members) if agent is not None and agent.free]
    for agent in sorted(agents, key=lambda agent: (agent.idle_since, agent.id)):
        ask(turn, agent)


def ask(turn: Turn, agent: Agent) -> None:
    """Ask for a lead for her, if a campaign may have her now and is not being asked for another."""
    world = turn.world
    if not world.campaigns or not agent.free or world.stopping or not lines_out(world) or _asked_for(world, agent):
        return
    for campaign in [world.campaigns[name] for name in world.works_for.get(agent.id, ())]:
        if campaign.id in world.dry or not may_have(turn, campaign, agent):
            continue
        if campaign.id not in world.asking:  # else she is next when that is answered
            world.questions += 1
            world.asking[campaign.id] = Question(world.questions, agent.id, turn.now)
            turn.do(do.TakeLead(campaign.id, agent.id, world.questions))
        return


def may_have(turn: Turn, campaign: Campaign, agent: Agent) -> bool:
    """Whether the campaign may take her now: a free member of it, while it has a line left and no queue of hers needs
    her."""
    world = turn.world
    if not agent.free or agent.id in world.passed_over or campaign.id not in world.works_for.get(agent.id, ()):
        return False
    if world.devices.get(agent.profile.extension) == "":
        return False
    if campaign.lines and sum(call.campaign == campaign.id for call in world.calls.values()) >= campaign.lines:
        return False
    spared = campaign.blending and all(_spares(world, name, campaign, agent) for name in agent.queues)
    return spared or not agent.queues


def _spares(world: World, name: str, campaign: Campaign, agent: Agent) -> bool:
    """Whether nobody waits in the queue, and enough others stay ready for it. A caller who is out of its line until a
    listing shows her (a bridge was refused) waits, too."""
    queue = world.queues[name]
    others = [world.agents[other] for other in queue.tiers if other in world.agents and other != agent.id]
    ready = sum(other.free and not _asked_for(world, other) for other in others)
    if queue.waiting or ready < campaign.keep_ready:
        return False
    return not any(call.stage == WAITING and call.queue == name for call in world.calls.values())


def _asked_for(world: World, agent: Agent) -> bool:
    return any(question.agent == agent.id for question in world.asking.values())


def lines_out(world: World) -> bool:
    """Whether anything could be dialled now at all."""
    known = bool(world.directory.trunks) and world.lists is not None and world.in_step
    return known and any(node.open for node in world.nodes.values())
