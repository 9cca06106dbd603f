"""The CRM's only door to the daemon: commands go in, its public status comes out.

A page never believes a command that it sent; it changes when the resulting fact comes back.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import redis
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from crm import bus
from crm.access.holding import Reach, may, reach, require
from crm.accounts.models import User
from crm.audit import services as audit
from crm.numberlists.dialling import NO_WORDS, dial_refusal
from crm.refusals import OF_HER
from crm.telephony.selectors import pause_reason_exists
from switchctl.contract import commands, facts, hopper
from switchctl.contract.names import MAIN, Names

DEADLINE_S = 5.0
STREAM_LENGTH = 10_000
"""Commands kept in the stream for a look back; each is dead after its deadline anyway."""
SAID_S = 86_400
"""So long it is known which orders went out: as long as a key for repeated requests is good."""


SUPERVISION = (commands.Watch, commands.EndWatch, commands.TakeOver)


class SwitchAway(Exception):
    """The command could not be handed over; ``str()`` is fit for the screen."""


class CommandWrong(ValueError):
    """No such command, or its fields do not fit; ``str()`` is fit for the screen."""


def command_send(
    user: User, kind: str, *, agent: User | None = None, names: Names = MAIN, now: float | None = None,
    command_id: str = "", once: bool = False, acts_for: User | None = None, audited: str = "", **fields: Any,
) -> str:  # fmt: skip
    """Hands the daemon a command of contract.commands, such as ``Pause``; returns the command's id.

    ``command_id``: a UUID of one's own, where something is to be written of it beforehand. ``once``: within a day it
    goes out once under that id, however often it is given. ``agent`` is whom it concerns, else the user herself.
    ``acts_for``: in whose name, else her own. ``audited``: name of its entry in the audit, else ``agents.commanded``.
    Whether she may is asked here: ``desk.use`` for herself, ``agents.command`` for others (to dial for them
    ``calls.dial_others``, to join their calls ``agents.supervise``), ``switches.manage`` for nodes; else
    PermissionDenied. Raises CommandWrong and SwitchAway.
    Whether the daemon carries it out is told by facts, or by ``CommandRefused`` with this id.
    """
    agent = agent or user
    command = _command(kind, acts_for or user, agent, time.time() if now is None else now, command_id, fields)
    if isinstance(command, commands.DialLead):
        raise CommandWrong(_("This command is not known: %(what)s") % {"what": kind})
    if isinstance(command, commands.NodeCommand):
        require(user, "switches.manage")
    elif isinstance(command, commands.RoomCommand):
        require(user, "rooms.use")  # whose room it is was asked by who orders it
        if agent.pk != user.pk:
            raise PermissionDenied(_("You may only do this for yourself."))
    elif isinstance(command, SUPERVISION):
        if agent.pk == user.pk or not may_command(user, agent, permission="agents.supervise"):
            raise PermissionDenied(_("You may not join the calls of this person."))
    elif agent.pk == user.pk:
        require(user, "desk.use")
    elif isinstance(command, commands.Dial):
        if not reach(user, "calls.dial_others").covers(agent):
            raise PermissionDenied(_("You may only do this for yourself."))
    elif not may_command(user, agent):
        raise PermissionDenied(_("You may only do this for yourself."))
    number = _dialled(command)
    if number is not None:
        others = OF_HER if agent.pk != user.pk else NO_WORDS
        if sentence := dial_refusal(agent, number, others):
            raise CommandWrong(sentence)
    if not _reason_fits(command):
        raise CommandWrong(_("This pause reason does not exist."))
    _audit(user, agent, command, audited or "agents.commanded")
    _say(command, names, once=once)
    return command.id


def _dialled(command: commands.Command) -> str | None:
    """The number that is called for this command, as it was typed; None if none is."""
    if isinstance(command, commands.Dial | commands.InviteToRoom):
        return command.number
    passes = isinstance(command, commands.Transfer | commands.Redirect | commands.Consult) and command.what == "number"
    return command.to if passes else None


def _say(command: commands.Command, names: Names, *, once: bool = False) -> None:
    said = commands.encode(command)
    try:
        if once:
            keys = [_said_key(command.id, names), names.commands, names.facts]
            bus.client().eval(_SAY_ONCE, len(keys), *keys, said, STREAM_LENGTH, SAID_S)
        else:
            bus.client().xadd(names.commands, {"c": said}, maxlen=STREAM_LENGTH, approximate=True)
    except redis.RedisError as error:
        raise SwitchAway(_("The call centre service cannot be reached. Try again in a moment.")) from error


_SAY_ONCE = """
if redis.call("EXISTS", KEYS[1]) == 0 then
    local newest = redis.call("XREVRANGE", KEYS[3], "+", "-", "COUNT", 1)
    redis.call("SET", KEYS[1], newest[1] and newest[1][1] or "0-0", "EX", ARGV[3])
    redis.call("XADD", KEYS[2], "MAXLEN", "~", ARGV[2], "*", "c", ARGV[1])
end
"""
"""The note that it was said and the command itself are one step: whoever dies in between leaves both or neither."""


def said_since(command_id: str, *, names: Names = MAIN) -> str:
    """Of a command that went out ``once``: the place in the stream of facts behind which its answer stands; ""
    where that is not known."""
    try:
        return (bus.client().get(_said_key(command_id, names)) or b"").decode()
    except redis.RedisError:
        return ""


def forget_said(command_id: str, *, names: Names = MAIN) -> None:
    """It was refused: the same order may go out again."""
    try:
        bus.client().delete(_said_key(command_id, names))
    except redis.RedisError:
        return


def _said_key(command_id: str, names: Names) -> str:
    return f"{names.commands}:said:{command_id}"


def lead_dial(
    agent: User, attempt_id: str, number: str, *, campaign: str = "", shows: str = "", ring_s: int = 0,
    until: datetime | None = None, auto_answer: bool = False, music: str = "", prompt: str = "", deadline: datetime,
    names: Names = MAIN,
) -> None:  # fmt: skip
    """Has the agent call a customer for a campaign or a callback, as ``commands.DialLead``.

    No permission is asked: the attempt is committed, and with it the decision that this number may be dialled. After
    SwitchAway the command may have been taken all the same; what becomes of the attempt tells ``settled``.
    """
    _say(
        commands.DialLead(
            id=attempt_id, agent=agent.username, deadline=_micros(deadline), by=agent.username, number=number,
            campaign=campaign, shows=shows, ring_s=ring_s, until=_micros(until) if until else 0,
            auto_answer=auto_answer, music=music, prompt=prompt,
        ),
        names,
    )  # fmt: skip


def settled(*, names: Names = MAIN) -> tuple[hopper.Settled | None, dict[str, int]]:
    """Which orders to dial can no longer be begun, and up to which fact of each journal the rows are committed.

    Ask for the rows after this, or they may be older. (None, {}) where it is not known now.
    """
    try:
        raw, committed = bus.client().pipeline().get(names.settled).hgetall(names.committed).execute()
        said = hopper.decode_settled(raw) if raw else None
    except (redis.RedisError, msgspec.DecodeError):
        return None, {}
    return said, {journal.decode(): int(seq) for journal, seq in committed.items()}


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _reason_fits(command: commands.Command) -> bool:
    """Of a pause, now or planned; a plan that is taken back has none."""
    if isinstance(command, commands.PlanPause) and not command.reason:
        return True
    return not isinstance(command, commands.Pause | commands.PlanPause) or pause_reason_exists(command.reason)


def _audit(user: User, agent: User, command: commands.Command, action: str) -> None:
    """Commands to others and to switches leave an entry; what an agent does at her own desk is told by facts."""
    said = {"command": type(command).__name__}
    if isinstance(command, commands.NodeCommand):
        audit.event("switches.commanded", user=user, label=command.node, details=said)
    elif isinstance(command, commands.RoomCommand):
        audit.event("rooms.commanded", user=user, label=command.room, details=said)
    elif agent.pk != user.pk:
        reason = {"reason": command.reason} if isinstance(command, commands.Pause | commands.PlanPause) else {}
        if isinstance(command, commands.Watch):
            reason = {"mode": command.mode}
        if isinstance(command, SUPERVISION) and command.by != user.username:
            reason["supervisor"] = command.by
        audit.event(action, user=user, about=agent, details=said | reason)


def may_command(
    user: User, agent: User, reached: Reach | None = None, *, permission: str = "agents.command"
) -> bool:
    """Whoever her permission reaches, but nobody who commands agents (or supervises them) herself, unless it reaches
    everybody.

    ``reached``: her reach, where it is asked of many agents at once.
    """
    reached = reached or reach(user, permission)
    return reached.covers(agent) and (reached.everything or not may(agent, permission))


def _command(
    kind: str, user: User, agent: User, now: float, command_id: str, fields: dict[str, Any]
) -> commands.Command:
    envelope = {
        "kind": kind,
        "id": command_id or str(uuid.uuid4()),
        "agent": agent.username,
        "deadline": round((now + DEADLINE_S) * 1_000_000),
        "by": user.username,
    }
    try:
        return msgspec.convert({**fields, **envelope}, commands.AnyCommand)
    except msgspec.ValidationError as error:
        raise CommandWrong(_("This command is not known: %(what)s") % {"what": error}) from error


def facts_end(*, names: Names = MAIN) -> str:
    """The place in the stream of facts behind which the answer to a command that is sent now will stand."""
    try:
        newest = bus.client().xrevrange(names.facts, count=1)
        return newest[0][0].decode() if newest else "0-0"
    except redis.RedisError:
        return "0-0"


def command_answer(
    command_id: str, *, since: str, seconds: float = 2.0, others: Mapping[str, str] = NO_WORDS,
    brings: Callable[[facts.Fact], bool] = lambda fact: False, names: Names = MAIN,
) -> str | None:  # fmt: skip
    """What the daemon said to a command within ``seconds``: "" if it was done, the reader's sentence if it was refused,
    None if nothing yet. ``others``: refusal → msgid that says it to somebody else than the agent herself. ``brings``:
    whether a fact shows that it was done, of commands that the switch carries out, whose facts do not name them."""
    over = time.monotonic() + seconds
    while (left := over - time.monotonic()) > 0:
        try:
            found = bus.client().xread({names.facts: since}, count=1000, block=max(1, min(1000, round(left * 1000))))
        except redis.RedisError:
            return None
        for entry, fields in found[0][1] if found else ():
            since, answer = entry, _answer(fields, command_id, others, brings)
            if answer is not None:
                return answer
    return None


def _answer(
    fields: dict[bytes, bytes], command_id: str, others: Mapping[str, str], brings: Callable[[facts.Fact], bool]
) -> str | None:
    try:
        fact = facts.decode(fields[b"f"])
    except (KeyError, msgspec.DecodeError):
        return None
    if fact.command_id != command_id:
        return "" if brings(fact) else None
    return _(others.get(fact.reason, fact.reason)) % fact.params if isinstance(fact, facts.CommandRefused) else ""


def daemon_status(*, names: Names = MAIN) -> dict[str, Any] | None:
    """The living daemon's public status, or None when none lives or Redis cannot be asked."""
    try:
        raw = bus.client().get(names.daemon)
        return msgspec.json.decode(raw, type=dict) if raw else None
    except (redis.RedisError, msgspec.DecodeError):
        return None
