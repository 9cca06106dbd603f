"""What a page shows of a live call beside what the facts say."""

from collections.abc import Iterable
from typing import Any

from crm.customers.selectors import names_by_numbers
from crm.live.words import why_words
from crm.numbers import e164, national


def dressed(calls: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Id → call with ``shown`` (its number as people write it), ``customer`` (a name, "" if unknown) and ``why_words``.

    Reads the database once.
    """
    calls = list(calls)
    whole = {call["number"]: e164(call["number"]) for call in calls}
    names = names_by_numbers({number for number in whole.values() if number})
    return {
        call["id"]: {
            **call,
            "shown": national(call["number"]) if call["number"] else "",
            "customer": names.get(whole[call["number"]], ""),
            "why_words": why_words(call["why"]),
        }
        for call in calls
    }
