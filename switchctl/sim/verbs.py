"""The verbs of the event socket protocol, shared by inbound and outbound connections. Answers as measured."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable

import gevent

from . import api
from .channel import Channel, Execute
from .events import Event
from .subscription import MYEVENTS
from .wire import Command, Link

NOT_FOUND = "-ERR command not found"
NO_KEYWORDS = "-ERR no keywords supplied"


def run(link: Link, command: Command, channel: Channel | None) -> bool:
    """Answer one command; False when it ends the connection. `channel` is the one under control, if any."""
    verb = VERBS.get(command.verb)
    if verb is None:
        link.reply(NOT_FOUND)
        return True
    link.hold()
    try:
        return verb(link, command, channel) is not False
    finally:
        link.release()


def _api(link: Link, command: Command, channel: Channel | None) -> None:
    if not command.rest.strip():
        link.reply(NOT_FOUND)
        return
    link.spared = command.rest.startswith("sim ")
    answer = api.run(link.switch, command.rest)
    link.response(answer if answer else "-ERR no reply\n")


def _bgapi(link: Link, command: Command, channel: Channel | None) -> None:
    line = command.rest.strip()
    if not line:
        link.reply(NOT_FOUND)
        return
    job = command.headers.get("job-uuid") or str(uuids.uuid4())
    link.reply(f"+OK Job-UUID: {job}", Job_UUID=job)
    gevent.spawn(_job, link, line, job)


def _job(link: Link, line: str, job: str) -> None:
    """A job outlives the connection that asked for it."""
    answer = api.run(link.switch, line) or "-ERR no reply\n"
    name, _, argument = line.partition(" ")
    extra = {"Job_UUID": job, "Job_Command": name}
    if argument:
        extra["Job_Command_Arg"] = argument
    link.switch.bus.fire("BACKGROUND_JOB", body=answer, **extra)


def _event(link: Link, command: Command, channel: Channel | None) -> None:
    if not link.listens.add(command.rest.replace(",", " ").split()):
        link.reply(NO_KEYWORDS)
        return
    link.switch.bus.update(link)
    link.reply(f"+OK event listener enabled {link.listens.form}")


def _nixevent(link: Link, command: Command, channel: Channel | None) -> None:
    if not link.listens.drop(command.rest.split()):
        link.reply(NO_KEYWORDS)
        return
    link.switch.bus.update(link)
    link.reply("+OK events nixed")


def _noevents(link: Link, command: Command, channel: Channel | None) -> None:
    link.listens.clear()
    link.switch.bus.update(link)
    link.reply("+OK no longer listening for events")


def _myevents(link: Link, command: Command, channel: Channel | None) -> None:
    words = command.rest.split()
    form = "plain"
    for word in list(words):
        if word.lower() in ("json", "plain", "xml"):
            form = word.lower()
            words.remove(word)
    uuid = channel.uuid if channel is not None else (words[0] if words else "")
    if not uuid:
        link.reply(NOT_FOUND)
        return
    link.switch.bus.remove(link)
    link.listens.own, link.listens.form = uuid, form
    link.listens.names |= MYEVENTS
    link.switch.bus.update(link)
    link.reply("+OK Events Enabled")


def _filter(link: Link, command: Command, channel: Channel | None) -> None:
    words = command.rest.split(" ", 2)
    if not words[0]:
        link.reply(NOT_FOUND)
    elif words[0] == "delete":
        name, value = (words[1:] + ["", ""])[:2]
        link.listens.filters = [
            pair for pair in link.listens.filters if name != "all" and (pair[0] != name or (value and pair[1] != value))
        ]
        link.reply(f"+OK filter deleted. [{name}][{value}]")
    elif len(words) < 2:
        link.reply("-ERR invalid syntax")
    else:
        name, value = words[0], " ".join(words[1:])
        link.listens.filters.append((name, value))
        link.reply(f"+OK filter added. [{name}]=[{value}]")


def _sendmsg(link: Link, command: Command, channel: Channel | None) -> None:
    uuid = command.rest.strip()
    target = link.switch.live(uuid) if uuid else channel
    if target is None or target.cause:
        link.reply(f"-ERR invalid session id [{uuid or (channel.uuid if channel else '')}]")
        return
    head = command.headers
    what = head.get("call-command", "")
    if what == "execute":
        target.execute(
            Execute(
                app=head.get("execute-app-name", ""),
                data=head.get("execute-app-arg") or command.body,
                uuid=head.get("event-uuid", ""),
                locked=head.get("event-lock", "").lower() == "true",
                loops=max(1, int(head["loops"])) if head.get("loops", "").isdigit() else 1,
                raw=command.raw,
            )
        )
    elif what == "hangup":
        target.hangup(head.get("hangup-cause") or "NORMAL_CLEARING")
    link.reply("+OK")  # any other call-command is accepted and has no effect, as measured


def _sendevent(link: Link, command: Command, channel: Channel | None) -> None:
    bus = link.switch.bus
    name = command.rest.strip() or "CUSTOM"
    subclass = command.headers.get("event-subclass", "")
    head = bus.stamp.headers(name, subclass)
    for line in command.raw.split("\n\n")[0].split("\n")[1:]:
        key, _, value = line.partition(": ")
        head[key] = value
    bus.deliver(Event(name, head, "", command.body or None))
    link.reply(f"+OK {uuids.uuid4()}")


def _linger(link: Link, command: Command, channel: Channel | None) -> None:
    link.reply("-ERR not controlling a session")


def _divert(link: Link, command: Command, channel: Channel | None) -> None:
    if channel is None:
        link.reply("-ERR not controlling a session.")
    else:
        link.reply(f"+OK divert {command.rest.strip() or 'off'}")


def _log(link: Link, command: Command, channel: Channel | None) -> None:
    level = command.rest.strip()
    link.reply(f"+OK log level {level} [{level}]" if level.isdigit() else "-ERR invalid log level")


def _nolog(link: Link, command: Command, channel: Channel | None) -> None:
    link.reply("+OK no longer logging")


def _exit(link: Link, command: Command, channel: Channel | None) -> bool:
    link.reply("+OK bye")
    return False


VERBS: dict[str, Callable[[Link, Command, Channel | None], bool | None]] = {
    "api": _api,
    "bgapi": _bgapi,
    "event": _event,
    "nixevent": _nixevent,
    "noevents": _noevents,
    "myevents": _myevents,
    "filter": _filter,
    "sendmsg": _sendmsg,
    "sendevent": _sendevent,
    "linger": _linger,
    "nolinger": _linger,
    "divert_events": _divert,
    "log": _log,
    "nolog": _nolog,
    "exit": _exit,
}
