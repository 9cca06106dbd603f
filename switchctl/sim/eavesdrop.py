"""eavesdrop: a leg that hears another. Who hears it is chosen by keys; here they are told, and nothing is mixed."""

from __future__ import annotations

from .channel import Channel
from .runner import app, run_order
from .waiting import pause

LOOK_S = 0.02
"""Between two looks whether the other leg is still there."""


@app("eavesdrop")
def _eavesdrop(ch: Channel, data: str) -> None:
    """`<uuid>`: until that channel ends, or `*` is pressed."""
    spied = ch.switch.live(data.strip())
    while spied is not None and not spied.cause:
        if pause(ch, LOOK_S, run_order, lambda digit: digit == "*") != "time":
            break
