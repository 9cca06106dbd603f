"""The one place that writes event-socket text.

Every function returns one whole command with its closing empty line. Every value is checked against the
white list of its kind and refused, never repaired: the switch ends a command at an empty line, splits
variables on commas, runs functions inside `${...}`, and hands over callers' names that hold all of these.
Text that a person or a caller wrote goes through `display` first, which drops what cannot be passed on.

A command is as short as it can be: the switch reads one byte at a time, and gives its processor up after each
(measured on a call that is greeted and ended: 700 reads and as many yields).
"""

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from switchctl.esl.events import EVENT_NAMES, SILENT_APPLICATIONS, SOMETIMES, SUBSCRIPTION
from switchctl.esl.values import (
    APP,
    CAUSE,
    CONTEXT,
    DIAL,
    EXTENSION,
    GLOBAL_VALUE,
    NAME,
    SOUND,
    UUID,
    WORD,
    CommandError,
    app_text,
    check,
    line,
    number,
    quoted_word,
    variable,
    variable_list,
)

__all__ = [
    "CommandError", "Customer", "answer_phone", "auth", "break_all", "bridge", "callcenter", "connect", "display",
    "events", "execute", "exit_", "filters", "getvar", "global_get", "global_set", "hangup", "kill", "linger",
    "inbound_paused", "originate_bridge", "originate_eavesdrop", "originate_park", "pause_inbound", "setvar", "setvars",
    "show_channels", "show_registrations", "sibling", "status", "transfer",
]  # fmt: skip


def display(text: str, limit: int = 60) -> str:
    """What of `text` may be the value of any variable: letters, digits, marks, symbols and a few signs."""
    text = unicodedata.normalize("NFC", text).replace("'", "\u2019")
    kept = "".join(" " if sign.isspace() or sign in ",;:" else sign for sign in text)
    kept = "".join(sign for sign in kept if variable.allows(sign))
    return " ".join(kept.split())[:limit].strip()


# --- the link itself -------------------------------------------------------


def auth(secret: str) -> bytes:
    """Log in. The secret may hold any printable character; it is never in the error's text."""
    if not secret or " " in secret or not secret.isprintable():
        raise CommandError("a secret with blanks or control characters, or none")
    return line(f"auth {secret}")


def events() -> bytes:
    """Subscribe to exactly what the daemon reads, in JSON."""
    return line("event json " + " ".join(SUBSCRIPTION))


def filters() -> list[bytes]:
    """What of these events is let through: of every name, but for applications that nobody asks about, and for names
    that are wanted of some legs alone. Without one that lets through a filter holds back everything."""
    through = [line(f"filter Event-Name {name}") for name in (*EVENT_NAMES, "CUSTOM") if name not in SOMETIMES]
    through += [line(f"filter {header} {value}") for header, value in SOMETIMES.values()]
    return through + [line(f"filter Application -{name}") for name in SILENT_APPLICATIONS]


def connect() -> bytes:
    """The first word on an outbound socket; the answer holds the channel's variables."""
    return line("connect")


def linger(seconds: int) -> bytes:
    """Keep an outbound socket open for so long after the hangup."""
    return line(f"linger {number(seconds, 'linger', 1, 3600)}")


def exit_() -> bytes:
    """Close the connection in order."""
    return line("exit")


# --- on a channel, over the command link -----------------------------------


def execute(uuid: str, app: str, arg: str = "", event_uuid: str = "", lock: bool = False, loops: int = 1) -> bytes:
    """Run a dialplan application on a channel; `event_uuid` comes back as `Application-UUID`.

    With `lock` it waits for the locked ones before it; without, it starts at once inside the running one.
    """
    lines = [
        f"sendmsg {check(UUID, uuid, 'uuid')}",
        "call-command: execute",
        f"execute-app-name: {check(APP, app, 'application')}",
    ]
    if arg:
        lines.append(f"execute-app-arg: {app_text(arg)}")
    if loops != 1:
        lines.append(f"loops: {number(loops, 'loops', -1, 10_000)}")
    if lock:
        lines.append("event-lock: true")
    if event_uuid:
        lines.append(f"Event-UUID: {check(UUID, event_uuid, 'event uuid')}")
    return line(*lines)


def hangup(uuid: str, cause: str = "NORMAL_CLEARING") -> bytes:
    """End a channel by message; unlike `kill` it is queued behind what was sent before."""
    return line(
        f"sendmsg {check(UUID, uuid, 'uuid')}",
        "call-command: hangup",
        f"hangup-cause: {check(CAUSE, cause, 'cause')}",
    )


# --- api -------------------------------------------------------------------


def _api(text: str, job_uuid: str = "") -> bytes:
    """`api`, answered in its turn; with a job id `bgapi`, answered by a BACKGROUND_JOB of that id."""
    if job_uuid:
        return line(f"bgapi {text}", f"Job-UUID: {check(UUID, job_uuid, 'job uuid')}")
    return line(f"api {text}")


def originate_park(
    dial: str,
    leg_uuid: str,
    variables: Mapping[str, str],
    timeout_s: int,
    job_uuid: str,
    park_timeout_s: int,
) -> bytes:
    """Call `dial` (one endpoint, such as `user/1001`) and park the answered leg.

    The leg carries `leg_uuid` and `variables`; it is given up after `timeout_s` of ringing, and hung up when
    nobody bridges it within `park_timeout_s`, so that no leg outlives a daemon that died.
    """
    park = {"park_timeout": str(number(park_timeout_s, "park time-out", 1, 86_400))}
    return _originate(dial, leg_uuid, timeout_s, park, variables, "&park()", job_uuid)


def originate_eavesdrop(
    dial: str, leg_uuid: str, variables: Mapping[str, str], timeout_s: int, spied: str, job_uuid: str
) -> bytes:
    """Call a supervisor's phone `dial`; answered, it hears the channel `spied` and its partner, neither hears it.

    Keys decide who hears it (`watchcommands.press`), its own or ours; no bridge is made, and it ends with the channel
    `spied`.
    """
    keys = {"eavesdrop_enable_dtmf": "true"}
    app = f"&eavesdrop({check(UUID, spied, 'uuid')})"
    return _originate(dial, leg_uuid, timeout_s, keys, variables, app, job_uuid)


def _originate(
    dial: str, leg_uuid: str, timeout_s: int, own: Mapping[str, str], variables: Mapping[str, str], app: str,
    job_uuid: str,
) -> bytes:  # fmt: skip
    """Call one endpoint, and run `app` on the answered leg; `own`: variables that the command itself sets."""
    ours = {
        "origination_uuid": check(UUID, leg_uuid, "leg uuid"),
        "originate_timeout": str(number(timeout_s, "time-out", 1, 3600)),
        **own,
        # Without it the job says +OK at the first early media, before any answer.
        "ignore_early_media": "true",
    }
    twice = ours.keys() & variables.keys()
    if twice:
        raise CommandError(f"{sorted(twice)[0]} is set by the command itself")
    block = variable_list({**ours, **variables})
    if not job_uuid:
        raise CommandError("an originate needs a job uuid: as a plain api it would hold up the link")
    return _api(f"originate {{{block}}}{check(DIAL, dial, 'dial string')} {app}", job_uuid)


class Customer(NamedTuple):
    """Whom an agent dials: a dial string, the leg's uuid, its variables (plain words), and how long it rings.

    ``prompt``: a file below the sound folder that is played when it has answered, before the two are joined.
    """

    dial: str
    leg_uuid: str
    variables: Mapping[str, str]
    timeout_s: int
    prompt: str = ""


PROMPT_S = 75
"""A confirmation that takes longer is given up: no prompt is so long."""


def originate_bridge(
    dial: str, leg_uuid: str, variables: Mapping[str, str], timeout_s: int, customer: Customer, job_uuid: str
) -> bytes:
    """Call an agent's phone `dial`, and `customer` on its leg as soon as it is answered.

    The customer's part stands inside an argument of the command, where nothing can be quoted: its values are words.
    """
    ours = {
        "origination_uuid": check(UUID, leg_uuid, "leg uuid"),
        "originate_timeout": str(number(timeout_s, "time-out", 1, 3600)),
        "ignore_early_media": "true",
    }
    theirs = {
        "origination_uuid": check(UUID, customer.leg_uuid, "leg uuid"),
        "originate_timeout": str(number(customer.timeout_s, "time-out", 1, 3600)),
        # The agent's own leg says true, and it would be handed on: she is to hear what the network says.
        "ignore_early_media": "false",
    }
    twice = ours.keys() & variables.keys() or theirs.keys() & customer.variables.keys()
    if twice:
        raise CommandError(f"{sorted(twice)[0]} is set by the command itself")
    for value in customer.variables.values():
        check(WORD, value, "word")
    if not job_uuid:
        raise CommandError("an originate needs a job uuid: as a plain api it would hold up the link")
    confirmed = ""
    if customer.prompt:
        # An answer is to be confirmed by an application that comes to its end: who has answered is not joined, and
        # early media is no answer. Behind the first of two splits the switch makes a blank of it.
        theirs |= {
            "ignore_early_media": "true", "playback_terminators": "none", "group_confirm_key": "exec",
            "group_confirm_timeout": str(PROMPT_S),
        }  # fmt: skip
        confirmed = f",group_confirm_file=playback\\s{check(SOUND, customer.prompt, 'sound')}"
    called = (
        f"{{{variable_list({**theirs, **customer.variables})}{confirmed}}}{check(DIAL, customer.dial, 'dial string')}"
    )
    block = variable_list({**ours, **variables})
    return _api(f"originate {{{block}}}{check(DIAL, dial, 'dial string')} &bridge({called})", job_uuid)


def bridge(a: str, b: str, job_uuid: str = "") -> bytes:
    """Join two answered legs. +OK says only that it was tried; CHANNEL_BRIDGE says that it is so."""
    return _api(f"uuid_bridge {check(UUID, a, 'uuid')} {check(UUID, b, 'uuid')}", job_uuid)


def kill(uuid: str, cause: str = "NORMAL_CLEARING", job_uuid: str = "") -> bytes:
    """End a channel at once, a ringing one too. The usual cause is the switch's own, and so it is not said."""
    said = "" if check(CAUSE, cause, "cause") == "NORMAL_CLEARING" else f" {cause}"
    return _api(f"uuid_kill {check(UUID, uuid, 'uuid')}{said}", job_uuid)


def answer_phone(uuid: str, job_uuid: str = "") -> bytes:
    """Ask a ringing phone that understands it to answer by itself."""
    return _api(f"uuid_phone_event {check(UUID, uuid, 'uuid')} talk", job_uuid)


def break_all(uuid: str, job_uuid: str = "") -> bytes:
    """End the running application of a channel and all that wait behind it."""
    return _api(f"uuid_break {check(UUID, uuid, 'uuid')} all", job_uuid)


def transfer(uuid: str, extension: str, context: str, job_uuid: str = "") -> bytes:
    """Send a channel to an extension of the dialplan."""
    return _api(
        f"uuid_transfer {check(UUID, uuid, 'uuid')} {check(EXTENSION, extension, 'extension')}"
        f" XML {check(CONTEXT, context, 'context')}",
        job_uuid,
    )


def setvar(uuid: str, name: str, value: str, job_uuid: str = "") -> bytes:
    """Set a channel variable; an empty value removes it."""
    text = f"uuid_setvar {check(UUID, uuid, 'uuid')} {check(NAME, name, 'variable')} {variable.plain(value)}"
    return _api(text.rstrip(" "), job_uuid)


def setvars(uuid: str, values: Mapping[str, str], job_uuid: str = "") -> bytes:
    """Set several channel variables at once; empty values remove theirs."""
    if not values:
        raise CommandError("no variables")
    pairs = []
    for name, value in values.items():
        if ";" in value:
            raise CommandError("a value with ';' cannot be set together with others")
        pairs.append(f"{check(NAME, name, 'variable')}={variable.plain(value)}")
    return _api(f"uuid_setvar_multi {check(UUID, uuid, 'uuid')} {';'.join(pairs)}", job_uuid)


def getvar(uuid: str, name: str) -> bytes:
    """Ask for a channel variable; cut at 512 bytes by the switch."""
    return _api(f"uuid_getvar {check(UUID, uuid, 'uuid')} {check(NAME, name, 'variable')}")


def dump(uuid: str, job_uuid: str = "") -> bytes:
    """All that the switch knows of a channel, as an event in JSON."""
    return _api(f"uuid_dump {check(UUID, uuid, 'uuid')} json", job_uuid)


def sibling(extension: str, host: str, port: int) -> str:
    """The dial string of a phone that is registered at another node, over that node's SIP address."""
    place = f"[{host}]" if ":" in host else host
    return check(DIAL, f"sofia/siblings/{extension}@{place}:{number(port, 'port', 1, 65_535)}", "dial string")


def show_registrations(job_uuid: str = "") -> bytes:
    """All registered phones as JSON; with none the answer has no `rows`."""
    return _api("show registrations as json", job_uuid)


def pause_inbound(on: bool, job_uuid: str = "") -> bytes:
    """Take no new call: INVITE and REGISTER are answered 503; calls that are up go on. A restart forgets it."""
    return _api(f"fsctl {'pause' if on else 'resume'} inbound", job_uuid)


def inbound_paused() -> bytes:
    """Ask whether new calls are refused: `true` or `false`."""
    return _api("fsctl pause_check inbound")


def show_channels(job_uuid: str = "") -> bytes:
    """All channels as JSON; with none up the answer has no `rows`."""
    return _api("show channels as json", job_uuid)


def status(job_uuid: str = "") -> bytes:
    """A few lines about the switch; also the question that proves a silent link alive."""
    return _api("status", job_uuid)


def global_get(name: str) -> bytes:
    """Ask for a global variable; one that is not set answers `-ERR no reply`."""
    return _api(f"global_getvar {check(NAME, name, 'variable')}")


def global_set(name: str, value: str, old: str | None = None) -> bytes:
    """Set a global variable; with `old`, only if it still has that value.

    The answer is +OK either way: read it back. An empty `old` would set unconditionally, so it is refused.
    """
    text = f"global_setvar {check(NAME, name, 'variable')}={check(GLOBAL_VALUE, value, 'value')}"
    if old is not None:
        text += f"={check(GLOBAL_VALUE, old, 'old value')}"
    return _api(text)


def callcenter(*args: str, job_uuid: str = "") -> bytes:
    """One `callcenter_config` order: `callcenter("agent", "set", "status", "1001@default", "On Break")`."""
    if not args or args[0] not in ("agent", "queue", "tier", "member"):
        raise CommandError("callcenter_config speaks of agent, queue, tier or member")
    words = [check(WORD, args[0], "word"), *(quoted_word(arg) for arg in args[1:])]
    return _api("callcenter_config " + " ".join(words), job_uuid)
