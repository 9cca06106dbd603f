"""Black, white and do-not-call lists: what an entry is, and which one decides about a number. Pure.

An entry names a number or a segment (all numbers with a beginning, or all from one to another of the same length), and
the way for which it counts: calls that come in, calls that go out, or both. An entry outside its time is as if it were
not there. The rules, in their order:

1. An emergency number is always dialled.
2. Out: an entry of the do-not-call list refuses. It is the wish of the one who is called, or the law's, so no white
   entry lifts it, however exact.
3. Of the black and white entries that name the number, the one that names the fewest numbers decides: so a white number
   is an exception of a black segment, and a black number one of a white segment. Where both name as few, white decides.
4. Else nothing is said: who comes in is let in, and going out is a matter of the dialling class.

Rule 3 is the longest match of routing tables (Kamailio's userblacklist with its whitelist flag, carriers' prefix
tables), extended to ranges. A white entry that decides about a call out lets everybody dial the number, whatever her
dialling class; premium numbers, and those whose beginnings the centre has not opened (``Home.outside``), stay refused.
"""

import hmac
from collections.abc import Iterable

import msgspec

from switchctl.contract import refusals
from switchctl.contract.dialling import (
    EMERGENCY,
    INTERNAL,
    PREMIUM,
    Home,
    Target,
    as_dialled,
    classify,
    closed,
    refusal,
)

BLACK, WHITE, NO_CALL = "black", "white", "no_call"
LISTS = (BLACK, WHITE, NO_CALL)
IN, OUT, BOTH = "in", "out", "both"
WAYS = (IN, OUT, BOTH)
NUMBER, PREFIX, RANGE, ERASED = "number", "prefix", "range", "erased"
KINDS = (NUMBER, PREFIX, RANGE, ERASED)


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a list. ``first``: the number (E.164, or digits of a short one), the beginning of a segment, or the
    number at which it begins; ``last``: at which it ends. Of an erased person's number ``first`` is its ``digest``.
    Times are seconds since the epoch; ``since`` belongs to it, ``until`` does not, 0 = for ever."""

    id: int
    list: str
    way: str
    kind: str
    first: str
    last: str = ""
    since: int = 0
    until: int = 0

    def names(self, number: str) -> int:
        """How many numbers it names, if this one is among them; else 0. An erased one is found by its digest only."""
        if self.kind == NUMBER:
            return int(self.first == number)
        if self.kind == PREFIX:
            return 10 ** (len(number) - len(self.first)) if number.startswith(self.first) else 0
        if self.kind == RANGE and len(number) == len(self.first) and self.first <= number <= self.last:
            return int(self.last) - int(self.first) + 1
        return 0

    def counts(self, way: str, at: int) -> bool:
        """Whether it says something about calls of this way (in or out) now."""
        return self.way in (way, BOTH) and self.since <= at and (not self.until or at < self.until)


class Verdict(msgspec.Struct, frozen=True):
    """What the lists say. ``by``: black, white, no_call, emergency, or empty where they say nothing; ``entry`` is the
    id of the line that decided, 0 without one, and ``kind`` its kind."""

    allowed: bool = True
    by: str = ""
    entry: int = 0
    kind: str = ""


NOTHING = Verdict()
_EMERGENCY = Verdict(by=EMERGENCY)
_REFUSED_BY = {BLACK: refusals.ON_BLACK_LIST, NO_CALL: refusals.ON_NO_CALL_LIST}


def decide(found: Iterable[tuple[int, Entry]], way: str, at: int) -> Verdict:
    """Rules 2 to 4. ``found``: the entries that name the number, each with how many numbers it names."""
    best: tuple[int, bool, int] | None = None
    chosen: Entry | None = None
    for size, entry in found:
        if not entry.counts(way, at):
            continue
        if entry.list == NO_CALL:
            if way != OUT:
                continue
            size = 0
        rank = (size, entry.list != WHITE, entry.id)
        if best is None or rank < best:
            best, chosen = rank, entry
    if chosen is None:
        return NOTHING
    return Verdict(chosen.list == WHITE, chosen.list, chosen.id, chosen.kind)


def emergency(number: str, way: str, home: Home) -> Verdict | None:
    """Rule 1."""
    return _EMERGENCY if way == OUT and number in home.emergency else None


def dial_refusal(
    target: Target | None, permission: str, allowed: Iterable[str], home: Home, said: Verdict | None
) -> str:
    """The sentence why she may not dial this; empty if she may: her dialling class, and what the lists ``said`` about
    the number. What they say nothing about because they are not known (None) is not dialled, if it is outside."""
    sentence = refusal(target, permission, allowed, home)
    if target is None or not target.outside or target.kind in (EMERGENCY, PREMIUM):
        return sentence
    if closed(target, home):
        return refusals.NOT_OPENED
    if said is not None and said.by == WHITE:
        return ""
    return sentence or _listed(said)


def lead_refusal(target: Target | None, home: Home, said: Verdict | None) -> str:
    """The sentence why nobody may dial this for a campaign or a callback; empty if it may be. Nobody's dialling class
    is asked, for the centre wishes the call."""
    if target is None:
        return refusals.NO_NUMBER
    if target.kind in (EMERGENCY, INTERNAL):
        return refusals.NO_CUSTOMER
    if target.kind == PREMIUM:
        return refusals.PREMIUM_NUMBER
    return refusals.NOT_OPENED if closed(target, home) else _listed(said)


def _listed(said: Verdict | None) -> str:
    if said is None:
        return refusals.LISTS_UNKNOWN
    return _REFUSED_BY.get(said.by, "")


def canonical(raw: str, home: Home) -> str:
    """The form in which a number is compared, for what a trunk sent or somebody dialled: E.164 with its ``+`` where it
    can be told, else its digits. Empty for one that is withheld or is no number."""
    found = classify(raw, home, ())
    return found.number if found is not None else as_dialled(raw, home)


def digest(number: str, secret: bytes) -> str:
    """By which the number of somebody who was erased is known again; keyed, for numbers are too few to be hidden by a
    plain hash."""
    return hmac.digest(secret, number.encode(), "sha256").hex()[:32]
