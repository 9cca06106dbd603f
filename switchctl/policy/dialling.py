"""Whether an agent may dial a number, and what it means here: the one policy for all numbers that are dialled. Asked at
the moment of dialling, of the lists as they are then."""

from switchctl.contract import refusals
from switchctl.contract.dialling import EMERGENCY, INTERNAL, Target, classify
from switchctl.contract.numberlists import OUT, dial_refusal
from switchctl.model.agent import Agent
from switchctl.model.machine import Refused
from switchctl.model.world import World
from switchctl.policy import speeddial, trunks


def target(world: World, agent: Agent, typed: str, now: int, *, disturbs: bool = True) -> Target:
    """What she means; raises Refused where she or nobody may dial it, or where it is nothing that can be dialled.
    ``disturbs``: it is called at once, and so nobody who does not want that."""
    home = world.directory.home
    found = classify(speeddial.meant(world, agent.id, typed), home, world.rows)
    said = world.verdict(found.number, OUT, now) if found is not None else None
    sentence = dial_refusal(found, agent.profile.dialling, agent.profile.allowed, home, said)
    if found is None or sentence:
        raise Refused(sentence)
    if found.kind == INTERNAL and found.number == agent.profile.extension:
        raise Refused(refusals.OWN_NUMBER)
    if disturbs:
        undisturbed(world, found)
    if found.outside:
        trunks.serving(world, found)
    return found


def undisturbed(world: World, found: Target) -> None:
    """Raises Refused where it would ring at somebody who does not want that."""
    if not found.outside and (other := disturbed(world, found.number)) is not None:
        raise Refused(refusals.NOT_DISTURBED, name=other.profile.name or other.id)


def disturbed(world: World, extension: str) -> Agent | None:
    """Whose extension it is, if she does not want to be disturbed."""
    agent = world.agents.get(world.extensions.get(extension, ""))
    return agent if agent is not None and agent.dnd else None


def shown_number(world: World, agent: Agent, dialled: Target) -> str:
    """What the dialled party sees of her: her own number, else the centre's; a colleague sees her extension."""
    profile = agent.profile
    if dialled.kind == INTERNAL:
        return profile.extension
    if dialled.kind == EMERGENCY:
        return world.directory.caller_number or profile.caller_number or profile.extension
    return profile.caller_number or world.directory.caller_number or profile.extension
