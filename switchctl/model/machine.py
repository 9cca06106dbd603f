"""A state machine as a table: ``(state, step) → state``. A step that the table lacks is refused, never guessed."""

from switchctl.contract import refusals


class Refused(Exception):
    """A step that may not be taken now. ``reason`` is a sentence of ``contract.refusals``, fit for a screen."""

    def __init__(self, reason: str, **params: str) -> None:
        super().__init__(reason % params if params else reason)
        self.reason = reason
        self.params = params


Table = dict[tuple[str, str], str]


def refuse_for(state: str) -> str:
    """The sentence for a command that does not fit the agent's state."""
    return {
        "offline": refusals.NOT_SIGNED_IN,
        "offered": refusals.RINGING,
        "dialling": refusals.DIALLING,
        "talking": refusals.TALKING,
        "wrapup": refusals.IN_WRAP_UP,
        "ready": refusals.READY_ALREADY,
        "unreachable": refusals.PHONE_AWAY,
    }.get(state, refusals.NOT_TALKING)
