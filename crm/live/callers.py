"""What a page shows of a live call beside what the facts say."""

import time
from collections.abc import Iterable
from typing import Any

from crm.access.numbers import shown_keys, shown_number, shown_text
from crm.accounts.selectors import names_of, names_of_extensions
from crm.customers.selectors import names_of_callers
from crm.live.words import why_words
from crm.numbers import e164
from switchctl.contract.live import LiveCall

Names = tuple[dict[str, str], dict[str, str]]
_lately: dict[tuple[frozenset[str], frozenset[str]], tuple[float, Names]] = {}
OUTBOUND = "outbound"
SAME_S = 0.2
"""So long what was read for one page serves the others that are told the same message."""


def named(calls: Iterable[LiveCall]) -> dict[str, str]:
    """Id → name of the customer, "" if unknown: what ``dressed`` says of her, alone. Reads the database once."""
    _lately.clear()  # somebody is called otherwise now
    calls = list(calls)
    callers = {call.id: e164(call.number) for call in calls}
    names, chosen = names_of_callers(set(callers.values()) - {""}, callers)
    inside = names_of_extensions({call.number for call in calls if call.direction == OUTBOUND})
    return {
        call.id: chosen.get(call.id) or names.get(callers[call.id]) or _colleague(inside, call.direction, call.number)
        for call in calls
    }


def dressed(calls: Iterable[dict[str, Any]], *, whole: bool) -> dict[str, dict[str, Any]]:
    """Id → call with ``shown`` (its number as people write it), ``customer`` (a name, a colleague's
    too, "" if unknown) and ``why_words``.

    Unless ``whole`` no field tells a number. Where somebody is asked, ``agent_name`` and ``aside_who`` are the names.
    Reads the database once.
    """
    calls = list(calls)
    callers = {call["number"]: e164(call["number"]) for call in calls}
    names, chosen = _names(frozenset(callers.values()) - {""}, frozenset(call["id"] for call in calls))
    inside = names_of_extensions({call["number"] for call in calls if call["direction"] == OUTBOUND})
    asked = {login for call in calls if call["aside"] for login in (call["agent"], call["aside_agent"]) if login}
    people = names_of(asked) if asked else {}
    return {
        call["id"]: {
            **call,
            "number": call["number"] if whole else shown_number(call["number"], whole=False),
            "name": shown_text(call["name"], whole=whole),
            "keys": shown_keys(call["keys"], whole=whole),
            "shown": shown_number(call["number"], whole=whole),
            "customer": chosen.get(call["id"]) or names.get(callers[call["number"]])
            or _colleague(inside, call["direction"], call["number"]),
            "why_words": why_words(call["why"]),
            "goal": call["goal"] if whole or not call["goal"].startswith("number:") else "number",
            **{name: shown_number(call[name], whole=whole) for name in ("outside", "aside_outside")},
            **(
                {"agent_name": people.get(call["agent"], ""), "aside_who": people.get(call["aside_agent"], "")}
                if call["aside"]
                else {}
            ),
        }  # fmt: skip
        for call in calls
    }


def _colleague(inside: dict[str, str], direction: str, number: str) -> str:
    """Who is dialled. What a caller from outside says her number is makes her nobody's colleague."""
    return inside.get(number, "") if direction == OUTBOUND else ""


def _names(numbers: frozenset[str], calls: frozenset[str]) -> Names:
    now, key = time.monotonic(), (numbers, calls)
    for old in [key for key, (at, _) in _lately.items() if now - at > SAME_S]:
        _lately.pop(old, None)
    if key not in _lately:
        _lately[key] = (now, names_of_callers(numbers, calls))
    return _lately[key][1]
