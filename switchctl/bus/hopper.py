"""The campaigns' hoppers: leads are taken out for the engine, and put back when it could not dial them.

Whoever is asked answers: nothing, where Redis is away or the journal's disk takes nothing (a call that nobody could
remember is not begun). What is taken out and lost with a death of ours expires; the CRM finds it.
"""

from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from gevent.queue import Queue

from switchctl.bus.redis import RedisError, client
from switchctl.contract import hopper
from switchctl.contract.hopper import Entry
from switchctl.contract.names import Names

TAKE = """
local passed, found = {}, nil
while not found do
  local raw = redis.call('LPOP', KEYS[1])
  if not raw then break end
  local known, lead = pcall(cjson.decode, raw)
  if known and type(lead) == 'table' and type(lead.expires) == 'number' and lead.expires >= tonumber(ARGV[2]) then
    if not lead.agent or lead.agent == '' or lead.agent == ARGV[1] then
      found = raw
    else
      passed[#passed + 1] = raw
    end
  end
end
for place = #passed, 1, -1 do redis.call('LPUSH', KEYS[1], passed[place]) end
return found
"""
"""The first that has not expired and is for this agent; those for others keep their places, those expired go."""

log = structlog.get_logger(__name__)


class Hopper:
    """``deliver(number, campaign, entry)`` is called with each answer. ``clock`` tells µs; ``may``: whether anything
    may be begun."""

    def __init__(
        self, url: str, names: Names, deliver: Callable[[int, str, Entry | None], None], clock: Callable[[], int],
        may: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._redis = client(url)
        self._script = self._redis.register_script(TAKE)
        self._names = names
        self._deliver = deliver
        self._clock = clock
        self._may = may
        self._orders: Any = Queue()
        self.taken = 0

    def take(self, number: int, campaign: str, agent: str) -> None:
        """Ask for a lead; never waits."""
        self._orders.put((number, campaign, agent))

    def put_back(self, entry: Entry) -> None:
        """It is the next one again; never waits."""
        self._orders.put(entry)

    def run(self) -> None:
        """For ever; a greenlet's body."""
        while True:
            self.step(self._orders.get())

    def step(self, order: Entry | tuple[int, str, str]) -> None:
        """Carry out one of them."""
        if isinstance(order, Entry):
            self._put_back(order)
            return
        number, campaign, agent = order
        entry = self._take(campaign, agent)
        self.taken += entry is not None
        self._deliver(number, campaign, entry)

    def _put_back(self, entry: Entry) -> None:
        try:
            self._redis.lpush(self._names.hopper(entry.campaign), hopper.encode(entry))
        except RedisError as error:
            log.warning("a lead could not be put back; it expires", attempt=entry.id, problem=str(error))

    def _take(self, campaign: str, agent: str) -> Entry | None:
        if not self._may():
            return None
        while True:
            try:
                raw: Any = self._script(keys=[self._names.hopper(campaign)], args=[agent, self._clock()])
            except RedisError:
                return None  # the outbox says that Redis is away, once
            if raw is None:
                return None
            try:
                entry = hopper.decode_entry(raw)
            except msgspec.DecodeError as error:
                log.error("a lead that is not understood is dropped", campaign=campaign, problem=str(error))
                continue
            if entry.campaign == campaign:
                return entry
            log.error("a lead of another campaign is dropped", campaign=campaign, attempt=entry.id)
