"""Ways to break the product on purpose: the harness must find each of them, or it proves nothing."""

from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from switchctl.bus import checkpoint, outbox
from switchctl.contract import live
from switchctl.engine import inbox, leadership, perform
from switchctl.model import effects
from switchctl.policy import acd, offers, reconcile, restore
from switchctl.sim import cdr


class Mutant(msgspec.Struct, frozen=True):
    """``what`` is wrong with the product after ``apply``."""

    what: str
    apply: Callable[[], None]


def _put(owner: Any, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(owner, name, value)


def _nothing(*_: Any, **__: Any) -> Any:
    return None


def _only_first(turn: Any, name: str, rows: Any, compare: Any = reconcile.compare) -> None:
    if not turn.world.node(name).listed:
        compare(turn, name, rows)


def _unfenced() -> None:
    """Whoever led once believes that it still does, whatever the switch says."""
    leader = leadership.Leadership
    leadership.FENCE[leadership.HELD] = dict.fromkeys(leadership.FENCE[leadership.HELD], leadership.HELD)
    leader._above = lambda self, fence: False  # type: ignore[method-assign]
    leader.may_command = lambda self, node, now: self.holds(node)  # type: ignore[method-assign]
    leader.sure = lambda self, now: True  # type: ignore[method-assign]


def _dials_again() -> None:
    """What a naive retry does: an originate of which nothing was heard for a while is sent once more."""
    send = perform.Perform._originate

    def twice(self: Any, effect: Any) -> None:
        send(self, effect)
        gevent.spawn_later(9.0, send, self, effect)

    perform.Perform._originate = twice  # type: ignore[method-assign]


def _redials(turn: Any, name: str, core: str, link_up: Any = reconcile.link_up) -> None:
    """What a naive daemon does after a start or a broken link: a dialling that nobody answered is begun again."""
    link_up(turn, name, core)
    for call in turn.world.calls.values():
        if call.stage == "dialling" and call.offer is not None:
            phone = turn.world.agents[call.offer.agent].profile.extension
            leg, ids = f"{call.offer.id}-again", {"cc_call_id": call.id}
            turn.do(effects.Dial(name, leg, phone, 6, ids, "", f"{call.id}-again", call.number, "carrier", 8, ids))


def _every_fact_counts(self: Any, fact: Any) -> Any:
    self.marks[fact.id.rpartition(":")[0]] = fact.seq
    self.journal, self.seq, self.epoch = fact.id.rpartition(":")[0], fact.seq, fact.epoch
    reduce = live._REDUCERS.get(type(fact))
    return reduce(self, fact) if reduce else set()


def _skips(self: Any, entries: Any = outbox.Outbox._resume) -> None:
    entries(self)
    self._cursor.seek(self._journal.written)


def _half_a_cdr(ch: Any, write: Any = cdr.write) -> None:
    if len(ch.uuid) and int(ch.uuid[-1], 16) % 2:
        write(ch)


MUTANTS: dict[str, Mutant] = {
    "no_reconcile": Mutant(
        what="only the first listing after a link came up is compared",
        apply=_put(reconcile, "compare", _only_first),
    ),
    "no_fence": Mutant(
        what="a leader that was followed goes on commanding",
        apply=_unfenced,
    ),
    "dials_again": Mutant(what="an originate is sent again after 9 s", apply=_dials_again),
    "redials": Mutant(
        what="after a start or a broken link the diallings that were under way are begun again",
        apply=_put(reconcile, "link_up", _redials),
    ),
    "no_deduplication": Mutant(
        what="a page takes in every fact, however often and however late it comes",
        apply=_put(live.LiveView, "apply", _every_fact_counts),
    ),
    "no_memory": Mutant(
        what="a new leader begins with nothing",
        apply=_put(restore, "restore", _nothing),
    ),
    "no_cancel": Mutant(
        what="a phone rings on when the caller has left",
        apply=_put(offers, "withdraw", _nothing),
    ),
    "facts_skipped": Mutant(
        what="what was not sent when Redis went away is never sent",
        apply=_put(outbox.Outbox, "_resume", _skips),
    ),
    "no_checkpoint_fold": Mutant(
        what="the checkpoint takes no fact in",
        apply=_put(checkpoint.Checkpoint, "tell", _nothing),
    ),
    "no_leases": Mutant(
        what="a call that the switch hands over is not told to the core",
        apply=_put(inbox.LeaseOpened, "step", lambda *_: []),
    ),
    "no_put_back": Mutant(
        what="a caller whose offer was missed does not stand in line again",
        apply=_put(acd, "put_back", lambda turn, call: setattr(call, "offer", None)),
    ),
    "cdr_lost": Mutant(what="the switch writes every second file only", apply=_put(cdr, "write", _half_a_cdr)),
}
