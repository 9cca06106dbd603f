"""A campaign's script with the names of those who are about to speak in it."""

import re
from collections.abc import Mapping

UNKNOWN = "…"
"""Stands where the customer's file says nothing."""
_GAP = re.compile(r"\{([A-Za-z0-9_-]+)\}")


def filled(script: str, said: Mapping[str, str]) -> str:
    """The script as it is read out. ``said``: name of a gap → what stands in it, "" where that is not known. A gap of
    another name stays as it was written, so that whoever wrote it sees it. What is filled in is never filled again."""
    return _GAP.sub(lambda gap: (said[gap[1]] or UNKNOWN) if gap[1] in said else gap[0], script)
