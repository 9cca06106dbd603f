"""The course of a channel through its states: dialplan, apps, park, bridge, hangup. One greenlet a channel.

`ch.turn` is where to go next; while there is none, the channel runs its dialplan actions one after the
other, and hangs up when they are used up. Everything that moves a channel (transfer, bridge, park) sets a
turn and lets the running apps unwind.
"""

from __future__ import annotations

from collections import deque

import gevent

from . import cdr, runner
from .causes import SHUTDOWN
from .channel import Channel
from .dialplan import Action
from .profile import now_us
from .recording import stop_recording
from .variables import at_hangup
from .waiting import pause


def inbound(ch: Channel) -> None:
    """The whole life of a call from outside."""
    ch.fire("CHANNEL_STATE")
    ch.introduced = True
    ch.fire("CODEC")
    ch.fire("CODEC")
    ch.to_state("CS_INIT")
    ch.fire("CHANNEL_CREATE")
    ch.state = "CS_ROUTING"
    ch.to_callstate("RINGING")
    ch.fire("CHANNEL_STATE")
    _hunt(ch)
    live(ch)


def live(ch: Channel) -> None:
    """Run until hung up, then end it in order."""
    try:
        while not ch.cause:
            ch.resume = False
            turn, ch.turn = ch.turn, None
            if turn is not None:
                turn()
            elif ch.actions:
                if ch.state != "CS_EXECUTE":
                    ch.to_state("CS_EXECUTE")
                action = ch.actions.popleft()
                runner.run(ch, action.app, action.data)
            else:
                if ch.state == "CS_SOFT_EXECUTE":
                    ch.to_state("CS_EXECUTE")
                ch.hangup("NORMAL_CLEARING")
    finally:
        ch.cause = ch.cause or "DESTINATION_OUT_OF_ORDER"
        _end(ch)


def _hunt(ch: Channel) -> None:
    """Find the dialplan entry of the destination and load its actions."""
    entry = ch.switch.dialplan.find(ch.profile.context, ch.profile.destination)
    if entry is None:
        ch.hangup("NO_ROUTE_DESTINATION")
        return
    if entry.groups:
        ch.variables["DP_MATCH"] = [ch.profile.destination, *entry.groups]
    ch.actions = deque(entry.actions)
    ch.state = "CS_EXECUTE"
    if ch.callstate == "RINGING" and ch.answered.is_set():
        ch.to_callstate("ACTIVE")
    ch.fire("CHANNEL_STATE")


def relocate(ch: Channel, destination: str, dialplan: str, context: str) -> None:
    """Another place of the dialplan; the other leg of before is forgotten."""
    ch.profile.destination, ch.profile.dialplan, ch.profile.context = destination, dialplan, context
    ch.profile.index += 1
    ch.profile.created = ch.times.transfer = now_us()
    ch.other = None


def transfer(ch: Channel, destination: str, dialplan: str, context: str) -> None:
    """Send the channel to another place of the dialplan, out of whatever it does."""
    relocate(ch, destination, dialplan, context)

    def turn() -> None:
        ch.actions.clear()
        ch.state = "CS_ROUTING"
        ch.to_callstate("RINGING")
        ch.fire("CHANNEL_STATE")
        _hunt(ch)

    ch.send(turn)


def route(ch: Channel, destination: str, dialplan: str, context: str) -> None:
    """Make an answered outgoing leg go through the dialplan (`originate … EXT XML context`)."""

    def turn() -> None:
        ch.profile.destination, ch.profile.dialplan, ch.profile.context = destination, dialplan, context
        ch.to_state("CS_ROUTING")
        _hunt(ch)

    ch.send(turn)


def execute(ch: Channel, actions: list[Action]) -> None:
    """Make the channel run these apps (`originate … &app(data)`)."""

    def turn() -> None:
        ch.actions = deque(actions)
        ch.to_state("CS_EXECUTE")

    ch.send(turn)


def park(ch: Channel) -> None:
    """CS_PARK with no dialplan behind it (park_after_bridge, uuid_park). A dropped controller whose channel
    may resume leaves it in CS_RESET, where nothing finds it but a transfer: measured, and a trap."""
    ch.to_state("CS_PARK")
    wait_parked(ch)
    if ch.resume and not ch.cause and ch.turn is None:
        ch.to_state("CS_RESET")
        while not ch.cause and ch.turn is None:
            ch.wake.clear()
            ch.wake.wait()


def wait_parked(ch: Channel) -> None:
    """PARK … UNPARK: what the apps park and socket do until the channel moves on."""
    ch.fire("CHANNEL_PARK")
    limit, _, cause = ch.get("park_timeout").partition(":")
    seconds = float(limit) if limit.isdigit() and not ch.controls else None
    if pause(ch, seconds, runner.run_order) == "time":
        ch.hangup(cause or "NORMAL_CLEARING")
    ch.fire("CHANNEL_UNPARK")


def _end(ch: Channel) -> None:
    ch.switch.hung_up(ch)
    ch.to_state("CS_HANGUP")
    if ch.cause == SHUTDOWN:
        at_hangup(ch)  # measured: they come with the next event already
    ch.to_callstate("HANGUP")
    ch.presence()
    stop_recording(ch, "all")
    ch.to_state("CS_REPORTING")
    ch.variables["sip_hangup_disposition"] = ch.disposition
    at_hangup(ch)
    ch.fire("CHANNEL_HANGUP_COMPLETE")
    ch.reported.set()
    cdr.write(ch)
    gevent.sleep(0)
    while ch.controls:  # measured: DESTROY waits for every lingering connection
        ch.wake.clear()
        ch.wake.wait()
    ch.call_uuid = ch.uuid
    ch.fire("CHANNEL_DESTROY")
    ch.to_state("CS_DESTROY")
    ch.switch.forget(ch)
