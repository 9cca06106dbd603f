"""All codes that are dialled on a phone: one table, which docs/architecture.md shows.

Within a talk the switch itself looks out for them (freeswitch-conf/dialplan/features.xml; a test compares it with this
table). Digits that are no code reach the other party, and so does a code where it means nothing.
"""

import msgspec

INSIDE, OUTSIDE, FLASH, BACK, MARK = "*2", "*3", "F", "**", "*83"
"""What the switch looks out for on an agent's leg; ``F`` is a flash of the hook (RFC 2833, event 16)."""


NUMBERS = (INSIDE, OUTSIDE, FLASH)
"""After these it takes every key for a digit of a number, until it is told otherwise."""


class Code(msgspec.Struct, frozen=True):
    """``keys``: what the switch looks out for; ``typed``: the whole of it, as somebody reads it; ``means``: when, and
    what it does."""

    keys: str
    typed: str
    means: str


CODES = (
    Code(INSIDE, "`*2` extension `*`", "in a talk: ask a colleague, while the customer hears music"),
    Code(OUTSIDE, "`*3` number `#`", "in a talk: ask a number, inside or outside, likewise"),
    Code(FLASH, "flash", "in a talk: as `*2`; while somebody is asked: as `**`"),
    Code(BACK, "`**`", "while typing, or while the other phone rings: back to the customer; "
         "once it is answered: a conference of three"),
    Code(MARK, "`*83`", "in a talk: mark this customer; she is in the list of marked customers from then on"),
)  # fmt: skip
"""Every one. Who hangs up while somebody is asked gives the customer to whom she asked."""

SPEED = "*0"
DIALLED = (
    Code(SPEED, "`*0` and two digits", "dialled, on the phone or the page: the number of that code (speed dial), her "
         "own before the centre's"),
)  # fmt: skip
"""What is dialled as a number is; within a talk these are keys like all others. Nobody looks out for them: they come
as any number does, and mean one."""

DIGIT_S = 1.5
"""After so long without a further digit a number is complete."""
LONGEST = 20
"""No number has more digits."""
AGENT_KEYS = "execute_extension agent-keys XML features"
"""What a leg to an agent's phone runs before each bridge: from then on its codes are heard. (Not at its answer: we join
the two so soon after it that the switch breaks off what it was doing, measured.)"""
