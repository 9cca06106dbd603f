"""What an answer of the switch means: one table from the first part of an effect's ``ref`` to what follows."""

from collections.abc import Callable

from switchctl.contract import refusals
from switchctl.policy import nodes, offers, orders, outbound, roomlife, sound, watching
from switchctl.policy.turn import Turn


def refused(turn: Turn, ref: str, text: str) -> None:
    """The switch said no to the effect with this ``ref``, in these words; words of ours stand for a broken link."""
    kind, *parts = ref.split("|")
    if kind in REFUSED:
        REFUSED[kind](turn, text, *parts)
    elif kind in turn.world.offers:  # an originate that was not even taken
        leg = turn.world.offers[kind]
        (outbound if leg.dials else offers).not_sent(turn, leg, text.strip())
    elif kind in turn.world.watches:
        watching.not_sent(turn, turn.world.watches[kind], text.strip())
    elif kind in turn.world.members:
        roomlife.not_sent(turn, turn.world.members[kind], text.strip())


def _bridge(turn: Turn, text: str, offer_id: str) -> None:
    offer = turn.world.offers.get(offer_id)
    if offer is not None and text.startswith("-"):  # else the link broke: she may be joined by now
        offers.not_joined(turn, offer, text.strip())


def _node(turn: Turn, text: str, name: str, before: str, command_id: str, command: str) -> None:
    nodes.refused(turn, name, before, command_id, command, text.strip())


def _command(turn: Turn, text: str, agent: str, command: str, command_id: str) -> None:
    orders.refuse(turn, agent, command_id, command, refusals.PHONE_REFUSED, {"answer": text.strip()})


def _take(turn: Turn, text: str, watch_id: str) -> None:
    if watch_id in turn.world.watches:
        watching.not_taken(turn, turn.world.watches[watch_id], text.strip())


def _sound(kind: str) -> Callable[..., None]:
    def tell(turn: Turn, text: str, offer_id: str, *rest: str) -> None:
        offer = turn.world.offers.get(offer_id)
        if offer is not None:
            _command(turn, text, offer.agent, kind, rest[-1])

    return tell


def done(turn: Turn, ref: str, _text: str) -> None:
    """The switch did it: told of those orders of which no event tells."""
    kind, *parts = ref.split("|")
    if kind in DONE:
        DONE[kind](turn, *parts)


DONE: dict[str, Callable[..., None]] = {"mute": sound.muted, "keys": sound.sent}

REFUSED: dict[str, Callable[..., None]] = {
    "bridge": _bridge, "node": _node, "command": _command, "mute": _sound("Mute"),
    "keys": _sound("SendKeys"), "take": _take,
}  # fmt: skip
