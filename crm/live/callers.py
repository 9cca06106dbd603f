"""What a page shows of a live call beside what the facts say."""

import time
from collections.abc import Iterable
from typing import Any

from crm.access.numbers import shown_number, shown_text
from crm.customers.selectors import names_by_numbers
from crm.live.words import why_words
from crm.numbers import e164

_lately: dict[frozenset[str], tuple[float, dict[str, str]]] = {}
SAME_S = 0.2
"""So long what was read for one page serves the others that are told the same message."""


def dressed(calls: Iterable[dict[str, Any]], *, whole: bool) -> dict[str, dict[str, Any]]:
    """Id → call with ``shown`` (its number as people write it), ``customer`` (a name, "" if unknown) and ``why_words``.

    Unless ``whole`` neither ``number`` nor ``name`` tell the number. Reads the database once.
    """
    calls = list(calls)
    callers = {call["number"]: e164(call["number"]) for call in calls}
    names = _names(frozenset(number for number in callers.values() if number))
    return {
        call["id"]: {
            **call,
            "number": call["number"] if whole else shown_number(call["number"], whole=False),
            "name": shown_text(call["name"], whole=whole),
            "shown": shown_number(call["number"], whole=whole),
            "customer": names.get(callers[call["number"]], ""),
            "why_words": why_words(call["why"]),
        }
        for call in calls
    }


def _names(numbers: frozenset[str]) -> dict[str, str]:
    now = time.monotonic()
    for old in [key for key, (at, _) in _lately.items() if now - at > SAME_S]:
        _lately.pop(old, None)
    if numbers not in _lately:
        _lately[numbers] = (now, names_by_numbers(set(numbers)))
    return _lately[numbers][1]
