"""Ways to break the product on purpose: the rounds must find each of them, or they prove nothing.

`python -m tests.proofs.campaigns --broken NAME,NAME` plays with them until the law of each was seen broken;
`python -m tests.proofs.campaigns.mutants NAME,NAME` is the daemon with them.
"""

import sys
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple


class Mutant(NamedTuple):
    """``law``: the one that must be seen broken. ``crm`` and ``daemon`` break their side."""

    law: str
    what: str
    crm: Callable[[], None] = lambda: None
    daemon: Callable[[], None] = lambda: None


def _given_back() -> None:
    from crm.campaigns.attempts import digest, settling

    digest.fate = lambda *_: settling.RETURN  # type: ignore[assignment]


def _unlisted() -> None:
    from crm.campaigns.guard import checks
    from switchctl.contract.numberlists import NOTHING

    checks.verdicts = lambda numbers, *_a, **_k: dict.fromkeys(numbers, NOTHING)  # type: ignore[assignment]


def _always_open() -> None:
    from crm.campaigns.guard import there
    from crm.campaigns.hopper import shelves

    for module in (there, shelves):
        module.open_until = lambda _rules, _zone, at, _holidays: at + timedelta(hours=1)  # type: ignore[attr-defined]


def _no_caps() -> None:
    from crm.campaigns.guard.caps import Used

    Used.cap = lambda *_: ("", None)  # type: ignore[method-assign]


def _never_paused() -> None:
    from django.db.models import Q

    from crm.campaigns.guard import there
    from crm.campaigns.hopper import filling, shelves
    from crm.campaigns.models import Campaign

    for module in (there, shelves):
        module.running = lambda *_: True  # type: ignore[attr-defined]
    filling.campaigns_working = lambda _at: Campaign.objects.filter(~Q(state="ended"))  # type: ignore[assignment]


def _unclaimed() -> None:
    from crm.campaigns.attempts import making

    class Still:
        step = staticmethod(lambda before, _then: before)

    making.steps = Still  # type: ignore[assignment]


def _another_id() -> None:
    from msgspec import structs

    from crm.campaigns.hopper import filling

    entry_of = filling.entry_of
    filling.entry_of = lambda *of: structs.replace(entry_of(*of), id=str(uuid.uuid4()))


def _handed_twice() -> None:
    from crm import bus
    from crm.campaigns.hopper import filling

    class Twice:
        @staticmethod
        def client() -> Any:
            client = bus.client()
            push = client.rpush
            client.rpush = lambda key, *values: push(key, *values, *values)  # type: ignore[method-assign]
            return client

    filling.bus = Twice  # type: ignore[assignment]


def _begins_anything() -> None:
    from switchctl.policy import outbound

    outbound.begun = lambda world, call_id: call_id in world.calls


def _unchained() -> None:
    from crm.campaigns.evidence import services

    services.digest = lambda *_: bytes(32)  # type: ignore[assignment]


def _too_early() -> None:
    from crm.campaigns.callbacks import running

    due = running.callbacks_due
    running.callbacks_due = lambda at: due(at + timedelta(minutes=1))


def _undigested() -> None:
    from crm.campaigns import tasks

    tasks.digest = lambda _at: 0  # type: ignore[assignment]


def _imported_half() -> None:
    from crm.customers.imports.writing import Writer

    add = Writer.add
    Writer.add = lambda self, chunk, at: add(self, chunk[::2], at)  # type: ignore[method-assign]


def _taken_in_half() -> None:
    from crm.campaigns.leads import filling

    take = filling._take

    def half(fill: Any, ids: Any, at: Any) -> Any:
        taken = take(fill, ids, at)
        filling.Lead.objects.filter(fill=fill, customer__in=ids[::2]).delete()
        return taken

    filling._take = half  # type: ignore[assignment]


def _callers_last() -> None:
    from switchctl.policy import acd, dialler

    acd.serve_agent = dialler.ask
    dialler._spares = lambda *_: True


def _nobody_stays() -> None:
    from switchctl.policy import dialler

    dialler._spares = lambda world, name, _campaign, _agent: not world.queues[name].waiting


def _hung_up() -> None:
    from switchctl.model import effects as do
    from switchctl.policy import talks

    start = talks.start

    def starts(turn: Any, call: Any, leg: Any) -> None:
        start(turn, call, leg)
        if not leg.dials:
            turn.do(do.Kill(call.node, call.id))

    talks.start = starts


MUTANTS: dict[str, Mutant] = {
    "given-back": Mutant("what_was_dialled_was_not_given_back", "what is not heard of was not dialled", _given_back),
    "unlisted": Mutant("not_on_the_list", "the lists are not asked", _unlisted),
    "always-open": Mutant("in_hours", "hours are not asked", _always_open),
    "never-closed": Mutant("not_while_closed", "hours are not asked", _always_open),
    "no-caps": Mutant("caps_hold", "nobody counts calls, or sees that one is up", _no_caps),
    "never-paused": Mutant("not_while_paused", "a paused campaign's hopper is filled", _never_paused),
    "unclaimed": Mutant("no_lead_is_lost", "a lead that is handed over stays open", _unclaimed),
    "another-id": Mutant("a_row_before_each_leg", "the call's id is not its attempt's", _another_id),
    "handed-twice": Mutant("no_attempt_twice", "pushed twice, and begun again", _handed_twice, _begins_anything),
    "unchained": Mutant("the_chain_is_whole", "the evidence's digests are not those of its rows", _unchained),
    "too-early": Mutant("promises_are_kept_once", "callbacks are made before their time", _too_early),
    "undigested": Mutant("every_end", "nobody reads what became of attempts", _undigested),
    "imported-half": Mutant("lists_are_whole", "half of an import's rows are not written", _imported_half),
    "taken-in-half": Mutant("no_lead_is_lost", "leads vanish", _taken_in_half),
    "callers-last": Mutant("callers_come_first", "campaigns ask first for who gets ready", daemon=_callers_last),
    "nobody-stays": Mutant("enough_stay_ready", "all agents of the queue may be taken", daemon=_nobody_stays),
    "hung-up": Mutant("no_caller_is_dropped", "callers are hung up as soon as they talk", daemon=_hung_up),
}  # fmt: skip


def named(words: str) -> list[Mutant]:
    """Those of a list with commas. Raises KeyError."""
    return [MUTANTS[name] for name in words.split(",") if name]


def main() -> int:
    """The daemon with the mutants of the first word. Everything else is as in ``switchctl.__main__``."""
    for mutant in named(sys.argv.pop()):
        mutant.daemon()
    from switchctl.__main__ import main as daemon

    return daemon()


if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()
    sys.exit(main())
