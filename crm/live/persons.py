"""The names of people in what the live view knows by logins; apart from it, for the feed reads no database."""

from typing import Any

from crm.accounts.selectors import names_of


def dressed_slots(slots: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """With ``who``: the name of who parked her. Reads the database once, if there are any."""
    people = names_of({one["agent"] for one in slots.values()}) if slots else {}
    return {slot: {**one, "who": people.get(one["agent"], one["agent"])} for slot, one in slots.items()}


def dressed_wishes(told: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """With ``who``: the colleague's name. Reads the database once, if there are any."""
    people = names_of(set(told)) if told else {}
    return {login: {**one, "who": people.get(login, login)} for login, one in told.items()}
