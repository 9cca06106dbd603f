"""What can happen to the world, and the one queue through which it happens.

Links, leases, timers and the command stream put inputs in; the loop takes them out in batches. Events wait at a
full inbox, so that a flood fills the switch's queue and not our memory; nothing else is ever held up.
"""

import time
from collections import deque
from typing import TYPE_CHECKING, Any

import msgspec
from gevent.event import Event as Signal

from switchctl.contract.commands import AnyCommand
from switchctl.contract.directory import Directory
from switchctl.contract.hopper import Entry
from switchctl.contract.listbook import Book, Change
from switchctl.esl.events import Event
from switchctl.model.effects import Effect

if TYPE_CHECKING:
    from switchctl.engine.brain import Brain

LIMIT = 20_000


class Input(msgspec.Struct, gc=False):
    """Something happened. ``step`` tells the brain and returns what it wants done."""

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        raise NotImplementedError

    @property
    def call_id(self) -> str:
        """The call or leg it is about, for the log; empty if none."""
        return ""


class Heard(Input, gc=False):
    """An event came over a node's listening link."""

    node: str
    event: Event

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.event(self.node, self.event, now)

    @property
    def call_id(self) -> str:
        return self.event.cc_call_id or self.event.uuid


class LeaseOpened(Input, gc=False):
    """The switch handed us a call; ``event`` is its channel as it answered ``connect``."""

    node: str
    event: Event

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.lease_opened(self.node, self.event, now)

    @property
    def call_id(self) -> str:
        return self.event.uuid


class LeaseClosed(Input, gc=False):
    """The last outbound socket of a call is gone."""

    node: str
    leg: str

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.lease_closed(self.node, self.leg, now)

    @property
    def call_id(self) -> str:
        return self.leg


class Ordered(Input, gc=False):
    """A command was read from the stream."""

    command: AnyCommand

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.command(self.command, now)


class Rang(Input, gc=False):
    """A timer is due."""

    key: str

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.timer(self.key, now)


class LeadTaken(Input, gc=False):
    """A hopper was asked; ``entry`` is what it gave, None: nothing."""

    number: int
    campaign: str
    entry: Entry | None

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.lead_taken(self.number, self.campaign, self.entry, now)

    @property
    def call_id(self) -> str:
        return self.entry.id if self.entry else ""


class LinkUp(Input, gc=False):
    """Both links of a node are up."""

    node: str
    core: str

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.link_up(self.node, self.core, now)


class LinkDown(Input, gc=False):
    """A node cannot be reached."""

    node: str
    reason: str

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.link_down(self.node, self.reason, now)


class Listed(Input, gc=False):
    """The node's channels, as it answered ``show channels as json``."""

    node: str
    rows: list[dict[str, Any]]

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.channels(self.node, self.rows, now)


class Inspected(Input, gc=False):
    """All that the switch knows of one leg."""

    node: str
    leg: str
    event: Event

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.inspected(self.node, self.leg, self.event, now)

    @property
    def call_id(self) -> str:
        return self.event.cc_call_id or self.leg


class FailSafeListed(Input, gc=False):
    """Names of the agents whom a node's fail-safe queue has."""

    node: str
    agents: list[str]

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.fail_safe_listed(self.node, self.agents, now)


class TrunksListed(Input, gc=False):
    """All gateways of a node, as it says itself."""

    node: str
    found: dict[str, str]

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.trunks_listed(self.node, self.found, now)


class RoomsListed(Input, gc=False):
    """A node's conferences with their members."""

    node: str
    conferences: list[dict[str, Any]]

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.rooms_listed(self.node, self.conferences, now)


class PhonesListed(Input, gc=False):
    """A node's registrations: extension → when it runs out, µs."""

    node: str
    found: dict[str, int]

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.phones_listed(self.node, self.found, now)


class Paused(Input, gc=False):
    """Whether a node takes no new call, as it answered."""

    node: str
    is_so: bool

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.paused(self.node, self.is_so, now)


class Replied(Input, gc=False):
    """The switch answered a wish that has a ``ref``."""

    node: str
    ref: str
    ok: bool
    text: str

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.replied(self.node, self.ref, self.ok, self.text, now)


class Reconfigured(Input, gc=False):
    """The CRM wrote a new directory."""

    directory: Directory

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.swap_directory(self.directory, now)


class ListsRead(Input, gc=False):
    """The lists of numbers were read, whole."""

    book: Book

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.swap_lists(self.book, now)


class ListsChanged(Input, gc=False):
    """Somebody changed the lists of numbers."""

    change: Change

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.amend_lists(self.change, now)


class Settle(Input, gc=False):
    """It is time to say what can no longer be begun."""

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.settle(now)


class SettledBefore(Input, gc=False):
    """So far the leader before us has said it, µs."""

    until: int

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.settled_before(self.until)


class Stopping(Input, gc=False):
    """The daemon is being stopped."""

    def step(self, brain: "Brain", now: int) -> list[Effect]:
        return brain.stopping(now)


class Inbox:
    """The queue. ``limit`` is the number of waiting inputs above which events have to wait outside."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._items: deque[Input] = deque()
        self._filled = Signal()
        self._room = Signal()
        self._room.set()
        self._first = 0.0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Input) -> None:
        """Never waits."""
        if not self._items:
            self._first = time.monotonic()
            self._filled.set()
        self._items.append(item)
        if len(self._items) >= self._limit:
            self._room.clear()

    def put_event(self, node: str, event: Event) -> None:
        """Waits while the inbox is full; called from a link's reader, which then reads no further."""
        if len(self._items) >= self._limit:
            self._room.wait()
        self.put(Heard(node, event))

    def take(self, most: int) -> tuple[list[Input], float]:
        """Waits for inputs; returns up to ``most`` of them in order, and since when (monotonic) the first waited."""
        self._filled.wait()
        since = self._first
        items = self._items
        batch = [items.popleft() for _ in range(min(most, len(items)))]
        if items:
            self._first = time.monotonic()
        else:
            self._filled.clear()
        if len(items) < self._limit // 2:
            self._room.set()
        return batch, since
