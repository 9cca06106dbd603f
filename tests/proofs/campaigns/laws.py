"""What must hold, whatever died when. Pure: ``broken`` takes what was read and gives what is wrong, in words.

The switch's own record of the legs that it began to customers is the measure; the rows must agree with it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.proofs.campaigns.books import Books
from tests.proofs.campaigns.rows import IN_ALL, NUMBER_PER_DAY, PERSON_PER_DAY

LIFE = timedelta(seconds=60)
"""How long an attempt that was handed over may be dialled."""
AT_ONCE = timedelta(seconds=1)
"""So quickly a number that was put on the list is out everywhere."""
CLOCKS = timedelta(milliseconds=20)
"""How far two readings of one clock by two processes, one after the other, may seem to lie apart."""
NEAR = timedelta(seconds=2)
"""So far two ways of seeing one end may lie apart."""
LOOKING = timedelta(seconds=1)
"""So long before it decides a task may have looked at its clock."""
SETTLING = timedelta(minutes=7)
"""After so long everything that was handed over has an end, known or not."""
OPEN = ("shown", "handed", "dialled")
NEXT_TRY = timedelta(minutes=10)
"""So long after a call in vain a promised call is made again at the earliest."""
AWHILE = timedelta(seconds=3)
"""Who has called in for so long and talks with nobody surely waits; an agent's phone rings for less before the
customer's is rung."""


def broken(books: Books, *, settled: bool) -> list[str]:
    """``settled``: nothing new was begun for so long that everything should have its end."""
    wrong = [f"{law.__name__}: {said}" for law in LAWS for said in law(books)]
    return wrong + [f"{law.__name__}: {said}" for law in SETTLED for said in law(books) if settled]


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
            if end is None or end.at > after.at + CLOCKS:
                until = end.at if end else "now"
                yield f"lead {lead} was dialled by {after.uuid} while {before.uuid} was up until {until}"


def no_lead_is_lost(books: Books) -> Iterator[str]:
    """Each is open, closed, in a callback, or claimed by exactly one attempt that is open or waits for a word; and as
    many are there as the orders to take them in say."""
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
        if _well(books, listed, leg.at) or leg.at > listed + LIFE + CLOCKS:
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
    """Nothing is allowed from the commit on; nothing that was allowed before is dialled a second later, when every
    process is well."""
    yield from _not_within(books, books.pauses, "its campaign was paused")


def not_while_closed(books: Books) -> Iterator[str]:
    """So with hours that a manager closes."""
    yield from _not_within(books, books.closings, "the hours of its campaign were closed")


def _not_within(books: Books, times: list[tuple[int, datetime, datetime]], what: str) -> Iterator[str]:
    campaigns = {row.id: row.campaign for row in books.tries.values()}
    for campaign, since, until in times:
        for proof in books.proofs:
            within = since < proof.at < until - LOOKING
            if proof.kind == "allowed" and campaigns.get(proof.attempt) == campaign and within:
                yield f"{proof.attempt} was allowed while {what}"
        for leg in books.legs:
            within = since + AT_ONCE < leg.at < until
            if campaigns.get(leg.uuid) == campaign and within and _well(books, since, leg.at):
                yield f"{leg.uuid} was dialled {leg.at - since} after {what}"


def _well(books: Books, since: datetime, until: datetime) -> bool:
    """Whether every process lived and worked between the two."""
    return all(began >= until or over <= since for began, over in books.unwell)


def callers_come_first(books: Books) -> Iterator[str]:
    """A campaign takes an agent of a queue only while nobody waits in it, by what the daemon told; and by what the
    switch saw nobody who had called in a while ago was without an agent when the customer was called."""
    for taken in books.takings:
        if taken.waiting:
            yield f"{taken.agent} was taken for {taken.attempt} while {', '.join(taken.waiting)} waited"
    alone = [(end.began, end.joined or end.at) for leg, end in books.ends.items() if leg in books.callers]
    for leg in books.legs:
        row = books.tries.get(leg.uuid)
        if row is None or row.campaign not in books.spares or row.callback:
            continue
        for began, joined in alone:
            if began + AWHILE < leg.at < joined - CLOCKS:
                yield f"{leg.uuid} was dialled {leg.at - began} after somebody had called who still waited"


def enough_stay_ready(books: Books) -> Iterator[str]:
    for taken in books.takings:
        least = books.spares.get(int(taken.campaign))
        if least is None:
            yield f"{taken.agent}, who serves a queue, was taken for {taken.attempt} of a campaign without blending"
        elif taken.ready < least:
            yield f"{taken.agent} was taken for {taken.attempt} and {taken.ready} stayed ready, {least} must"


def no_caller_is_dropped(books: Books) -> Iterator[str]:
    """Who calls waits without end: she is joined with somebody, talks as long as she will, and hangs up herself."""
    for leg, talk in books.callers.items():
        end = books.ends.get(leg)
        if end is None:
            continue  # she is there still; ``every_end`` asks for those
        if end.joined is None:
            yield f"the caller {leg} was never joined with anybody and ended after {end.at - end.began}"
        elif not end.by_herself:
            yield f"the caller {leg} was hung up after {end.at - end.joined} of {talk} s"


def promises_are_kept_once(books: Books) -> Iterator[str]:
    """A promised call is not made before its time, by nobody but its agent as long as it is hers, and again only a
    while after a call in vain."""
    made = defaultdict(list)
    for leg in books.legs:
        row = books.tries.get(leg.uuid)
        promise = books.promises.get(row.callback) if row and row.callback else None
        if row is None or promise is None:
            continue
        made[promise.id].append((leg.at, row))
        if leg.at + CLOCKS < promise.due_at:
            yield f"callback {promise.id} was made {promise.due_at - leg.at} before its time"
        if promise.agent is not None and row.agent != promise.agent and leg.at < promise.due_at + promise.pool_after:
            yield f"callback {promise.id} of {promise.agent} was made by {row.agent}"
    for promised, calls in made.items():
        for (before, row), (after, _row) in zip(calls, calls[1:], strict=False):
            if row.outcome == "answered" or after - before < NEXT_TRY:
                yield f"callback {promised} was made {after - before} after it had been made ({row.outcome})"


def lists_are_whole(books: Books) -> Iterator[str]:
    """Of an import that is over each row is a customer, once, and so is her number; of one that goes on whole chunks
    are."""
    for one in books.lists:
        if one.customers != one.taken or one.numbers != one.taken or one.done != one.taken:
            said = f"{one.done} rows seen and {one.taken} taken"
            if one.state not in ("uploaded", "trying", "tried"):
                yield f"import {one.id} says {said}, and {one.customers} customers with {one.numbers} numbers are there"
        if one.state == "done" and one.taken != one.rows:
            yield f"import {one.id} is done and took {one.taken} of {one.rows} rows"


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
    held = {row.callback for row in books.tries.values() if row.state in OPEN}
    for promise in books.promises.values():
        if promise.state == "called" and promise.id not in held:
            yield f"callback {promise.id} is being called, and nobody calls it"
    for leg in books.callers:
        if leg not in books.ends:
            yield f"the caller {leg} is still there"
    for one in books.lists:
        if one.state not in ("done", "failed", "cancelled"):
            yield f"import {one.id} is {one.state}"
        elif one.state != "done" and one.reason != "given_up":  # who killed five workers is not begun again
            yield f"import {one.id} is {one.state}: {one.reason}"
    for state in books.fills:
        if state != "done":
            yield f"an order to take customers in is {state}"


def talks_go_on(books: Books) -> Iterator[str]:
    """Whoever talks is cut off by no death but the switch's own."""
    for leg in books.cut:
        yield f"{leg} ended in the middle of the talk, and neither side had hung up"


def every_record(books: Books) -> Iterator[str]:
    """Each call has its record with the end that was; of one that died with the switch it says that nobody saw it."""
    for leg in {leg.uuid for leg in books.legs}:
        told, end = books.records.get(leg), books.ends.get(leg)
        if told is None or told.ended is None:
            yield f"{leg} was called and has no whole record: {told}"
        elif leg in books.fallen:
            if "inferred" not in told.sources:
                yield f"{leg} died with the switch, and its record says {told}"
        elif end is None or abs(told.ended - end.at) > NEAR:
            yield f"{leg} ended at {end and end.at}, and its record says {told}"


LAWS: tuple[Callable[[Books], Iterator[str]], ...] = (
    no_attempt_twice, a_row_before_each_leg, one_at_a_time, no_lead_is_lost, in_hours, not_on_the_list,
    an_agent_was_there, caps_hold, not_while_paused, not_while_closed, callers_come_first, enough_stay_ready,
    no_caller_is_dropped, promises_are_kept_once, lists_are_whole, the_chain_is_whole,
    what_was_dialled_was_not_given_back, talks_go_on,
)  # fmt: skip
SETTLED: tuple[Callable[[Books], Iterator[str]], ...] = (every_end, every_record)
"""What holds when nothing is under way any more."""
