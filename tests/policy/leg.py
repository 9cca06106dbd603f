"""A channel of the little switch."""

from typing import Any


class Leg:
    """One channel. ``partner`` is the leg that it talks to."""

    def __init__(self, uuid: str, number: str = "", dialled: str = "", agent: str = "") -> None:
        self.uuid, self.number, self.dialled, self.agent = uuid, number, dialled, agent
        self.answered_us = self.rang_us = 0
        self.joined = 0
        """Since when it has been in the fail-safe queue."""
        self.left_alone = False
        self.dials: Any = None
        """Of an agent who dials: the wish."""
        self.dialled_by = ""
        """Of whom she dialled: her leg."""
        self.spies = ""
        """Of a supervisor: the leg that she hears."""
        self.watches = False
        self.typing = False
        """Of an agent's: the switch takes its keys for digits of a number."""
        self.by_itself = False
        """Of a phone: nobody called it, it dials."""
        self.was_dialled = False
        self.stage = ""
        self.leases = 0
        self.partner = ""
        self.far: tuple[Any, str] | None = None
        """Where it goes on, on another switch, and as which leg."""
        self.room = ""
        """The conference that it is in; its number there, and whether it is muted or deaf."""
        self.seat = ""
        self.flags: dict[str, bool] = {}
        self.context = "default" if agent else "public"
        self.playing: list[str] = []
        self.application = ""
        self.last_response = ""
        """Of the newest application; empty while it runs."""
        self.variables: dict[str, str] = {}

    @property
    def up(self) -> bool:
        return bool(self.answered_us)

    @property
    def caller(self) -> bool:
        return not self.agent

    @property
    def direction(self) -> str:
        dialled = self.dialled_by or self.was_dialled
        return "inbound" if self.by_itself or (self.caller and not dialled) else "outbound"

    @property
    def state(self) -> str:
        """As the list of channels names it."""
        if self.dials and self.up:
            return "CS_EXECUTE"
        if self.dialled_by:
            return "CS_EXCHANGE_MEDIA" if self.partner else "CS_CONSUME_MEDIA"
        if self.partner:
            return "CS_SOFT_EXECUTE" if self.caller else "CS_EXCHANGE_MEDIA"
        return "CS_EXECUTE" if self.caller or self.up else "CS_CONSUME_MEDIA"
