"""Speed dial: short codes for numbers, an agent's own and the centre's. Pure: the daemon decides by it, the CRM asks it
first."""

import re
from collections.abc import Iterable, Mapping

from switchctl.contract.codes import SPEED
from switchctl.contract.dialling import unsigned
from switchctl.contract.directory import SpeedDial

Codes = Mapping[tuple[str, str], str]
"""Login ("" for the centre) and code → number."""

_TYPED = re.compile(re.escape(SPEED) + r"([0-9]{1,2})")


def code_of(typed: str) -> str:
    """What is behind ``*0`` of a code that was typed (also of one that is a digit short); "" for all else."""
    found = _TYPED.fullmatch(unsigned(typed))
    return found[1] if found else ""


def number_of(typed: str, owner: str, codes: Codes) -> str | None:
    """The number behind the code, her own before the centre's of the same code; None: nobody set it. What is no code
    is what it was."""
    code = code_of(typed)
    if not code:
        return typed
    own = codes.get((owner, code)) if owner else None
    return own if own is not None else codes.get(("", code))


def codes_of(rows: Iterable[SpeedDial]) -> Codes:
    """By whom and how they are dialled; numbers without blanks and signs between digits."""
    return {(row.owner, row.code): unsigned(row.number) for row in rows}
