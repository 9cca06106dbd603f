"""Speed dial: which number a code means to whom. Whether she may dial it is asked of that number, as of any other."""

from switchctl.contract import refusals
from switchctl.contract.codes import SPEED
from switchctl.contract.speeddial import code_of, number_of
from switchctl.model.machine import Refused
from switchctl.model.world import World


def meant(world: World, agent: str, typed: str) -> str:
    """The number as it was typed, or the one behind a code; ``agent``: who dials, "" for a phone of nobody. Raises
    Refused where nobody has set that code."""
    number = number_of(typed, agent, world.speed_dials)
    if number is None:
        raise Refused(refusals.NO_SPEED_DIAL, code=f"{SPEED}{code_of(typed)}")
    return number
