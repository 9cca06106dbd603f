"""What must hold, whatever died when. Pure: ``broken`` takes what was read and gives what is wrong, in words.

The switch's own record of the legs that it began to customers is the measure; the rows must agree with it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.proofs.campaigns.books import Books
from tests.proofs.campaigns.rows import IN_ALL, NUMBER_PER_DAY, PERSON_PER_DAY

LIFE = timedelta(seconds=60)
"""How long an attempt that was handed over may be dialled."""
AT_ONCE = timedelta(seconds=1)
"""So quickly a number that was put on the list is out everywhere."""
CLOCKS = timedelta(milliseconds=20)
"""How far two readings of one clock by two processes, one after the other, may seem to lie apart."""
SETTLING = timedelta(minutes=7)
"""After so long everything that was handed over has an end, known or not."""
OPEN = ("shown", "handed", "dialled")


def broken(books: Books, *, settled: bool) -> list[str]:
    """``settled``: nothing new was begun for so long that everything should have its end."""
    wrong = [f"{law.__name__}: {said}" for law in LAWS for said in law(books)]
    return wrong + ([f"every_end: {said}" for said in every_end(books)] if settled else [])


def no_attempt_twice(books: Books) -> Iterator[str]:
    for leg, times in Counter(leg.uuid for leg in books.legs).items():
        if times > 1:
            yield f"{leg} was dialled {times} times"


def a_row_before_each_leg(books: Books) -> Iterator[str]:
    """And its evidence: exactly one that it was allowed to be handed over, and that earlier."""
    allowed = defaultdict(list)
    for proof in books.proofs:
        if proof.kind == "allowed" and proof.state == "handed":
            allowed[proof.attempt].append(proof.at)
    for leg in books.legs:
        row, proofs = books.tries.get(leg.uuid), allowed[leg.uuid]
        if row is None:
            yield f"{leg.uuid} was dialled and is no attempt"
        elif row.number.lstrip("+") != leg.number.lstrip("+"):
            yield f"{leg.uuid} was to call {row.number}, and {leg.number} was called"
        if len(proofs) != 1:
            yield f"{leg.uuid} was dialled and allowed {len(proofs)} times"
        elif proofs[0] > leg.at + CLOCKS:
            yield f"{leg.uuid} was dialled before it was allowed"


def one_at_a_time(books: Books) -> Iterator[str]:
    """No lead is dialled while an earlier call to it is up."""
    by_lead = defaultdict(list)
    for leg in books.legs:
        if leg.uuid in books.tries:
            by_lead[books.tries[leg.uuid].lead].append(leg)
    for lead, legs in by_lead.items():
        if lead is None:
            continue
        for before, after in zip(legs, legs[1:], strict=False):
            end = books.ends.get(before.uuid)
            if end is None or end > after.at + CLOCKS:
                yield f"lead {lead} was dialled by {after.uuid} while {before.uuid} was up until {end}"


def no_lead_is_lost(books: Books) -> Iterator[str]:
    """Each is open, closed, in a callback, or claimed by exactly one attempt that is open or waits for a word."""
    if len(books.leads) != books.leads_made:
        yield f"{books.leads_made} leads were taken in and {len(books.leads)} are there"
    holding = Counter(
        row.lead
        for row in books.tries.values()
        if row.state in OPEN or (row.state == "ended" and row.outcome == "answered" and not row.verdict)
    )
    for lead, state in books.leads.items():
        if state == "claimed" and holding[lead] != 1:
            yield f"lead {lead} is claimed by {holding[lead]} attempts"
        if state == "open" and holding[lead]:
            yield f"lead {lead} is open, and {holding[lead]} attempts hold it"
        if state not in ("open", "claimed", "callback", "closed"):
            yield f"lead {lead} is {state}"


def in_hours(books: Books) -> Iterator[str]:
    for leg in books.legs:
        row = books.tries.get(leg.uuid)
        odd = (leg.at - CLOCKS).minute % 2 and (leg.at + CLOCKS).minute % 2
        if row is not None and books.hours.get(row.campaign) and odd:
            yield f"{leg.uuid} was dialled at {leg.at:%H:%M:%S.%f}, and hours were over"


def not_on_the_list(books: Books) -> Iterator[str]:
    """Nothing is allowed from the commit on; nothing that was allowed before is dialled a second later, when every
    process is well, and never longer than an attempt lives."""
    numbers = {row.id: row.number for row in books.tries.values()}
    for proof in books.proofs:
        listed = books.listed.get(numbers.get(proof.attempt, ""))
        if proof.kind == "allowed" and listed is not None and proof.at > listed:
            yield f"{proof.attempt} was allowed {proof.at - listed} after its number was on the list"
    for leg in books.legs:
        listed = books.listed.get(numbers.get(leg.uuid, ""))
        if listed is None or leg.at <= listed + AT_ONCE:
            continue
        well = all(since >= leg.at or until <= listed for since, until in books.unwell)
        if well or leg.at > listed + LIFE + CLOCKS:
            yield f"{leg.uuid} was dialled {leg.at - listed} after its number was on the list"


def an_agent_was_there(books: Books) -> Iterator[str]:
    """Her phone was up first, and one phone is up for one customer."""
    for leg in books.legs:
        if leg.beside == "-":
            yield f"{leg.uuid} was dialled and no agent's phone was up"
    for phone, times in Counter(leg.beside for leg in books.legs if leg.beside != "-").items():
        if times > 1:
            yield f"{times} customers were called for the agent's leg {phone}"


def caps_hold(books: Books) -> Iterator[str]:
    """Of the whole play: what is allowed in a day is all that is allowed in a week, so no midnight matters."""
    rows = [books.tries[leg.uuid] for leg in books.legs if leg.uuid in books.tries]
    counts: tuple[tuple[str, Counter[object], int], ...] = (
        ("number", Counter(row.number for row in rows), NUMBER_PER_DAY),
        ("customer", Counter(row.customer for row in rows), PERSON_PER_DAY),
        ("number of a campaign", Counter((row.campaign, row.number) for row in rows), IN_ALL),
    )
    for what, found, cap in counts:
        for one, times in found.items():
            if times > cap:
                yield f"{what} {one} was called {times} times, {cap} are allowed"


def not_while_paused(books: Books) -> Iterator[str]:
    campaigns = {row.id: row.campaign for row in books.tries.values()}
    for proof in books.proofs:
        for campaign, since, until in books.pauses:
            if proof.kind == "allowed" and campaigns.get(proof.attempt) == campaign and since < proof.at < until:
                yield f"{proof.attempt} was allowed while its campaign was paused"


def the_chain_is_whole(books: Books) -> Iterator[str]:
    yield from books.chain


def what_was_dialled_was_not_given_back(books: Books) -> Iterator[str]:
    """The lead would be called again though she was called."""
    dialled = {leg.uuid for leg in books.legs}
    for row in books.tries.values():
        if row.state == "returned" and row.id in dialled:
            yield f"{row.id} was dialled and counts as not dialled ({row.outcome})"


def every_end(books: Books) -> Iterator[str]:
    """What was dialled has an outcome, and nothing is held for ever."""
    dialled = {leg.uuid for leg in books.legs}
    for row in books.tries.values():
        if row.id in dialled and (row.state != "ended" or not row.outcome):
            yield f"{row.id} was dialled and is {row.state} {row.outcome}"
        elif row.state in OPEN and row.expires_at is not None and row.expires_at + SETTLING < books.at:
            yield f"{row.id} is {row.state}, and has been over since {row.expires_at}"
        elif row.state == "ended" and row.outcome == "answered" and not row.verdict:
            yield f"{row.id} was answered, and nothing follows from what was said"
    for lead, state in books.leads.items():
        if state == "callback" and lead not in books.callbacks:
            yield f"lead {lead} waits for a callback that there is not"


LAWS: tuple[Callable[[Books], Iterator[str]], ...] = (
    no_attempt_twice, a_row_before_each_leg, one_at_a_time, no_lead_is_lost, in_hours, not_on_the_list,
    an_agent_was_there, caps_hold, not_while_paused, the_chain_is_whole, what_was_dialled_was_not_given_back,
)  # fmt: skip
