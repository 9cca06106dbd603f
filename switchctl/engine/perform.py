"""The hands: each effect becomes event-socket text for its node, and the answer goes back into the inbox.

Nothing here waits. An effect that cannot be written (a value the commands refuse) or sent (its node is away) is
answered as a refusal by the switch would be.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog

from switchctl.contract.hopper import Entry
from switchctl.directory.gateways import known
from switchctl.engine.inbox import (
    FailSafeListed,
    Inbox,
    Inspected,
    LeadTaken,
    Listed,
    Paused,
    PhonesListed,
    Replied,
    RoomsListed,
    TrunksListed,
)
from switchctl.engine.timers import Timers
from switchctl.esl import commands, roomcommands, talkcommands, trunkcommands, watchcommands
from switchctl.esl.events import EventError, decode_event
from switchctl.model import effects as e

GRACE_S = 60
"""The switch lists a registration as so much longer than the phone asked for, and its events do not."""
PARK_S = 10
"""Seconds after which a leg of ours that nobody bridged hangs up by itself; it bounds what a dead daemon leaves."""

log = structlog.get_logger(__name__)


class Answer(Protocol):
    """The switch's answer to one command (``esl.link.Reply``)."""

    ok: bool
    text: str


class Line(Protocol):
    """The commanding side of a node (``esl.link.Node``)."""

    def command(self, data: bytes, done: Callable[[Any], None] | None) -> None: ...


class Leases(Protocol):
    """The outbound sockets (``esl.lease.LeaseServer``)."""

    def release(self, uuid: str) -> None: ...


class Hopper(Protocol):
    """The campaigns' hoppers (``bus.hopper.Hopper``)."""

    def take(self, number: int, campaign: str, agent: str) -> None: ...
    def put_back(self, entry: Entry) -> None: ...


class Perform:
    """Does effects in order. ``commands`` counts them by (kind, result) for /metrics. ``siblings``: SIP address of each
    node, where the others bring calls for its phones. ``on_disk``: whether all that was told is."""

    def __init__(
        self,
        lines: Mapping[str, Line],
        leases: Leases,
        timers: Timers,
        inbox: Inbox,
        siblings: Mapping[str, tuple[str, int]] | None = None,
        settle: Callable[[int], None] = lambda _until: None,
        hopper: Hopper | None = None,
        on_disk: Callable[[], bool] = lambda: True,
    ) -> None:
        self._lines = lines
        self._siblings = siblings or {}
        self._leases = leases
        self._timers = timers
        self._inbox = inbox
        self._hopper = hopper
        self._on_disk = on_disk
        self.commands: Counter[tuple[str, str]] = Counter()
        self._do: dict[type[e.Effect], Callable[[Any], None]] = {
            e.Answer: self._answer,
            e.Play: self._play,
            e.SetVars: self._set_vars,
            e.Originate: self._originate,
            e.Dial: self._dial,
            e.Bridge: self._bridge,
            e.Kill: self._kill,
            e.Hold: self._hold,
            e.PickUp: self._pick_up,
            e.Eavesdrop: self._eavesdrop,
            e.Press: self._press,
            e.HearCodes: self._hear_codes,
            e.Mute: lambda effect: self._send(effect, talkcommands.mute(effect.leg, effect.on), effect.ref),
            e.SendKeys: lambda effect: self._send(effect, talkcommands.send_keys(effect.leg, effect.keys), effect.ref),
            e.Confer: lambda effect: self._send(
                effect, roomcommands.order(effect.room, effect.verb, effect.seat), effect.ref
            ),
            e.ListRooms: self._list_rooms,
            e.Transfer: self._transfer,
            e.Release: lambda effect: leases.release(effect.leg),
            e.ListChannels: self._list_channels,
            e.Inspect: self._inspect,
            e.FailSafe: self._fail_safe,
            e.ListFailSafe: self._list_fail_safe,
            e.ListPhones: self._list_phones,
            e.Pause: self._pause,
            e.AskPaused: self._ask_paused,
            e.ListTrunks: self._list_trunks,
            e.SetTimer: lambda effect: timers.set(effect.key, effect.at),
            e.CancelTimer: lambda effect: timers.cancel(effect.key),
            e.Settle: lambda effect: settle(effect.until),
            e.TakeLead: self._take_lead,
            e.PutLead: lambda effect: hopper and hopper.put_back(effect.entry),
        }

    def __call__(self, effect: e.Effect) -> None:
        """Do one effect; facts (``Tell``) are the journal's and not for here."""
        try:
            self._do[type(effect)](effect)
        except commands.CommandError as error:
            kind = type(effect).__name__
            self.commands[kind, "unwritable"] += 1
            log.error("an effect cannot be written as a command", effect=kind, problem=str(error))
            self._refuse(effect, f"-ERR {error}")  # as final as a word of the switch

    def _refuse(self, effect: e.Effect, text: str) -> None:
        # An originate's ref is its leg: there is no event of a leg that never was.
        ref = effect.leg if isinstance(effect, (e.Originate, e.Dial, e.Eavesdrop)) else getattr(effect, "ref", "")
        if ref:
            self._inbox.put(Replied(effect.node, ref, False, text))  # type: ignore[attr-defined]

    def _send(self, effect: Any, data: bytes, ref: str = "") -> None:
        kind = type(effect).__name__

        def done(answer: Answer) -> None:
            self.commands[kind, "ok" if answer.ok else "refused"] += 1
            if not answer.ok:
                log.info("the switch refused a command", command=kind, node=effect.node, answer=answer.text.strip())
            if ref:
                self._inbox.put(Replied(effect.node, ref, answer.ok, answer.text.strip()))
            elif not answer.ok:
                self._refuse(effect, answer.text.strip())

        self._ask(effect, data, done)

    def _ask(self, effect: Any, data: bytes, done: Callable[[Answer], None]) -> None:
        line = self._lines.get(effect.node)
        if line is None:
            self.commands[type(effect).__name__, "no node"] += 1
            self._refuse(effect, f"-ERR no node {effect.node}")
        else:
            line.command(data, done)

    # --- one method an effect ----------------------------------------------------------------------------------

    def _answer(self, effect: e.Answer) -> None:
        self._send(effect, commands.execute(effect.leg, "answer"))

    def _play(self, effect: e.Play) -> None:
        self._send(effect, commands.execute(effect.leg, "playback", effect.sound, effect.token))

    def _set_vars(self, effect: e.SetVars) -> None:
        self._send(effect, commands.setvars(effect.leg, effect.variables))

    def _phone(self, effect: e.Originate | e.Dial | e.Eavesdrop) -> str:
        if not effect.via:
            return f"user/{effect.phone}"
        if effect.via not in self._siblings:
            raise commands.CommandError("no SIP address of that node")
        return commands.sibling(effect.phone, *self._siblings[effect.via])

    def _dial(self, effect: e.Dial) -> None:
        if effect.sure and not self._on_disk():
            self._refuse(effect, "-ERR NOT_JOURNALED")
            return
        gateway = f"sofia/gateway/{effect.gateway}" if effect.gateway else "user"
        text = commands.originate_bridge(
            self._phone(effect), effect.leg, effect.variables, effect.ring_s,
            commands.Customer(f"{gateway}/{effect.number}", effect.customer, effect.customer_variables, effect.dial_s,
                effect.prompt,),
            job_uuid=effect.leg,
        )  # fmt: skip
        self._send(effect, text)

    def _originate(self, effect: e.Originate) -> None:
        phone = f"sofia/gateway/{effect.gateway}/{effect.phone}" if effect.gateway else self._phone(effect)
        text = commands.originate_park(
            phone, effect.leg, effect.variables, effect.ring_s, job_uuid=effect.leg, park_timeout_s=PARK_S
        )
        self._send(effect, text)

    def _eavesdrop(self, effect: e.Eavesdrop) -> None:
        said = (self._phone(effect), effect.leg, effect.variables, effect.ring_s)
        if effect.spied:
            text = commands.originate_eavesdrop(*said, spied=effect.spied, job_uuid=effect.leg)
        else:
            text = commands.originate_park(*said, job_uuid=effect.leg, park_timeout_s=PARK_S)
        self._send(effect, text)

    def _hear_codes(self, effect: e.HearCodes) -> None:
        self._send(effect, commands.execute(effect.leg, "digit_action_set_realm", "talk"))

    def _press(self, effect: e.Press) -> None:
        self._send(effect, watchcommands.press(effect.leg, effect.key), effect.ref)

    def _bridge(self, effect: e.Bridge) -> None:
        self._send(effect, commands.bridge(effect.caller, effect.leg), effect.ref)

    def _kill(self, effect: e.Kill) -> None:
        self._send(effect, commands.kill(effect.leg, effect.cause))

    def _hold(self, effect: e.Hold) -> None:
        music = commands.execute(effect.caller, "playback", effect.music, effect.token, loops=-1)
        self._send(effect, music if effect.on else commands.break_all(effect.caller), effect.ref)

    def _take_lead(self, effect: e.TakeLead) -> None:
        if self._hopper is None:
            self._inbox.put(LeadTaken(effect.number, effect.campaign, None))
        else:
            self._hopper.take(effect.number, effect.campaign, effect.agent)

    def _pick_up(self, effect: e.PickUp) -> None:
        self._send(effect, commands.answer_phone(effect.leg), effect.ref)

    def _transfer(self, effect: e.Transfer) -> None:
        self._send(effect, commands.transfer(effect.leg, effect.extension, effect.context))

    def _list_channels(self, effect: e.ListChannels) -> None:
        def done(answer: Answer) -> None:
            # A list that did not come must not look like a switch without calls.
            rows = channel_rows(answer.text) if answer.ok else None
            self.commands["ListChannels", "refused" if rows is None else "ok"] += 1
            if rows is not None:
                self._inbox.put(Listed(effect.node, rows))

        self._ask(effect, commands.show_channels(), done)

    def _list_rooms(self, effect: e.ListRooms) -> None:
        def done(answer: Answer) -> None:
            found = conferences(answer.text) if answer.ok else None
            self.commands["ListRooms", "refused" if found is None else "ok"] += 1
            if found is not None:
                self._inbox.put(RoomsListed(effect.node, found))

        self._ask(effect, roomcommands.conferences(), done)

    def _inspect(self, effect: e.Inspect) -> None:
        def done(answer: Answer) -> None:
            try:
                event = decode_event(answer.text.encode()) if answer.ok else None
            except EventError:
                event = None
            self.commands["Inspect", "ok" if event else "refused"] += 1
            if event:
                self._inbox.put(Inspected(effect.node, effect.leg, event))

        self._ask(effect, commands.dump(effect.leg), done)

    def _fail_safe(self, effect: e.FailSafe) -> None:
        self._send(effect, commands.callcenter(*effect.words, job_uuid=effect.job))

    def _list_fail_safe(self, effect: e.ListFailSafe) -> None:
        def done(answer: Answer) -> None:
            self.commands["ListFailSafe", "ok" if answer.ok else "refused"] += 1
            if answer.ok:
                rows = [line.split("|") for line in answer.text.splitlines()]
                names = [row[1] for row in rows if len(row) > 1 and row[0] == effect.queue]
                self._inbox.put(FailSafeListed(effect.node, names))

        self._ask(effect, commands.callcenter("tier", "list"), done)

    def _list_phones(self, effect: e.ListPhones) -> None:
        def done(answer: Answer) -> None:
            rows = channel_rows(answer.text) if answer.ok else None
            self.commands["ListPhones", "refused" if rows is None else "ok"] += 1
            if rows is not None:
                self._inbox.put(PhonesListed(effect.node, registrations(rows)))

        self._ask(effect, commands.show_registrations(), done)

    def _list_trunks(self, effect: e.ListTrunks) -> None:
        def done(answer: Answer) -> None:
            try:
                found = known(answer.text) if answer.ok else None
            except ValueError:
                found = None
            self.commands["ListTrunks", "refused" if found is None else "ok"] += 1
            if found is not None:
                self._inbox.put(TrunksListed(effect.node, found))

        self._ask(effect, trunkcommands.list_gateways(), done)

    def _pause(self, effect: e.Pause) -> None:
        self._send(effect, commands.pause_inbound(effect.on), effect.ref)

    def _ask_paused(self, effect: e.AskPaused) -> None:
        def done(answer: Answer) -> None:
            word = answer.text.strip()  # ``false`` is a bad answer to all other questions
            self.commands["AskPaused", "ok" if word in ("true", "false") else "refused"] += 1
            if word in ("true", "false"):
                self._inbox.put(Paused(effect.node, word == "true"))

        self._ask(effect, commands.inbound_paused(), done)


def registrations(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Extension → when its registration runs out (µs), of a phone with several contacts the last."""
    found: dict[str, int] = {}
    for row in rows:
        extension, expires = row.get("reg_user"), str(row.get("expires", ""))
        if isinstance(extension, str) and expires.isdecimal():
            found[extension] = max(found.get(extension, 0), (int(expires) - GRACE_S) * 1_000_000)
    return found


def conferences(text: str) -> list[dict[str, Any]] | None:
    """The list of conferences; None if this is none (in words: there is no conference)."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, list) and all(isinstance(one, dict) for one in answer) else None


def channel_rows(text: str) -> list[dict[str, Any]] | None:
    """The rows of ``show … as json``; none up has no ``rows`` key. None if this is no such answer."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    if not isinstance(answer, dict) or "row_count" not in answer:
        return None
    rows = answer.get("rows", [])
    return rows if isinstance(rows, list) and all(isinstance(row, dict) for row in rows) else None
