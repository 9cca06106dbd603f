"""Facts of wishes to be called back with a colleague who was busy or not there, and those wishes in the live view."""

from typing import Any

import msgspec

from switchctl.contract.envelope import Fact


class CallBackWished(Fact, frozen=True, tag=True):
    """An agent wants to talk with a colleague when that is possible. The daemon keeps the wish."""

    wish: str
    """The call that comes of it bears this id."""
    agent: str
    of: str
    """Login of the colleague."""
    when: str
    """``free``: as soon as she has no call; ``there``: as soon as she was at work again and has none."""
    until: int
    """Microseconds at which it is given up."""


class CallBackOver(Fact, frozen=True, tag=True):
    """The wish is no more. ``result``: dialled (the agent's own phone rings: DialStarted), cancelled, expired."""

    wish: str
    agent: str
    of: str
    result: str


class LiveWish(msgspec.Struct, kw_only=True):
    """A wish that is kept."""

    id: str
    agent: str
    of: str
    when: str
    since: int
    until: int


def wished(view: Any, fact: CallBackWished) -> set[tuple[str, str]]:
    view.wishes[fact.wish] = LiveWish(
        id=fact.wish, agent=fact.agent, of=fact.of, when=fact.when, since=fact.at, until=fact.until
    )  # fmt: skip
    return {("wishes", fact.wish)}


def over(view: Any, fact: CallBackOver) -> set[tuple[str, str]]:
    return {("wishes", fact.wish)} if view.wishes.pop(fact.wish, None) else set()


STEPS: dict[type[Any], Any] = {CallBackWished: wished, CallBackOver: over}
