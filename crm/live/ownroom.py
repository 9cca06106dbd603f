"""The conference room in which an agent is, or for which her phone rings, for her desk."""

from typing import Any

from switchctl.contract.live import LiveRoom, LiveView


def own_room(view: LiveView, login: str) -> dict[str, Any] | None:
    """``room``: its id; ``state``: called or inside, ``since`` then (µs); ``count`` of those inside. None: in none."""
    for room in view.rooms.values():
        for member in room.members.values():
            if member.agent == login:
                inside = sum(one.state == "inside" for one in room.members.values())
                return {"room": room.id, "state": member.state, "since": member.since, "count": inside}
    return None


def in_it(room: LiveRoom | None) -> set[str]:
    """The agents of its members."""
    return {member.agent for member in room.members.values() if member.agent} if room is not None else set()
