"""uuid_bridge and what follows: two channels come together, talk, and part again.

The A leg (first argument) drives: it waits in CS_RESET style for nobody, while a B leg waits in CS_RESET until
its A leg takes it out. So two uuid_bridge for one caller leave the first agent in CS_RESET for ever, and a
bridge to a leg that still rings ends both, exactly as measured (36, 32).
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable

import gevent

from . import course, runner
from .channel import Channel
from .profile import now_us
from .waiting import pause

NOTICED = 0.02  # from the api's answer until the A leg moves
SETTLE = 0.02  # from CS_SOFT_EXECUTE to the bridge
PRE_BRIDGE = 0.18  # execute_on_pre_bridge runs that long after CHANNEL_BRIDGE


def uuid_bridge(a: Channel, b: Channel) -> None:
    """Start a bridge; returns at once, the channels' own greenlets do it."""
    ringing = [leg for leg in (a, b) if not leg.answered.is_set()]
    for leg, other, role in ((a, b, "originatee"), (b, a, "originator")):
        leg.other, leg.role = other, role
        leg.claimed = None
        if leg.peer not in (None, a, b):
            leg.peer.wake.set()  # whoever talked with it is alone
        leg.profile.unflip()
        leg.variables.update(bridge_channel=other.name, bridge_uuid=other.uuid, signal_bond=other.uuid)
    if a.direction == "inbound" and b.direction == "outbound":
        b.profile.cid_name, b.profile.cid_number = a.profile.cid_name, a.profile.cid_number
    b.send(lambda: _wait_claimed(b, a))
    gevent.spawn_later(NOTICED, _start, a, b, bool(ringing))


def _start(a: Channel, b: Channel, ringing: bool) -> None:
    """A notices with its next packet; of two bridges asked for at once it sees only the later one."""
    if a.other is b and not a.cause:
        a.send(lambda: _take(a, b, ringing))


def _move(leg: Channel, other: Channel) -> None:
    """HIBERNATE, RESET: out of the old course."""
    if leg.state != "CS_SOFT_EXECUTE":
        leg.to_state("CS_HIBERNATE")
    leg.to_state("CS_RESET")
    source = f"{now_us() // 1_000_000}:{uuids.uuid4()}:uuid_br:{other.uuid}"
    leg.profile.index += 1
    leg.profile.created = now_us()
    leg.profile.transfer_source = source
    history = leg.variables.get("transfer_history")
    leg.variables["transfer_history"] = (
        source if history is None else ([*history, source] if isinstance(history, list) else [history, source])
    )
    leg.variables["transfer_source"] = source


def _wait_claimed(b: Channel, a: Channel) -> None:
    """The B leg: wait until A is there, then stay in the bridge until either side leaves."""
    _move(b, a)
    while b.ready and b.claimed is not a:
        b.wake.clear()
        b.wake.wait()
    if b.claimed is a:
        attend(b, a)


def attend(b: Channel, a: Channel) -> None:
    """The B leg's part of a bridge that A drives."""
    stay(b, lambda: b.claimed is not a)
    if b.claimed is a:
        b.claimed = None
        a.wake.set()


def stay(leg: Channel, over: Callable[[], bool]) -> None:
    """In a bridge: executes run on this leg and its digits pass, until it is over or the leg moves."""
    leg.over = over
    while leg.ready:
        pause(leg, None, runner.run_order)
    leg.over = None


def _take(a: Channel, b: Channel, ringing: bool) -> None:
    _move(a, b)
    a.to_state("CS_SOFT_EXECUTE")
    gevent.sleep(0)
    if b.cause or b.other is not a:
        a.hangup("ORIGINATOR_CANCEL")
        return
    b.to_state("CS_SOFT_EXECUTE")
    gevent.sleep(SETTLE)
    a.switch.faults.joins.wait()
    if ringing:
        b.hangup("DESTINATION_OUT_OF_ORDER")
        a.variables["last_bridge_hangup_cause"] = "DESTINATION_OUT_OF_ORDER"
        a.hangup("ORIGINATOR_CANCEL")
        return
    if not a.ready:  # gone, or sent elsewhere: as the switch does, else B would wait for ever
        b.hangup("DESTINATION_OUT_OF_ORDER")
    if not a.ready or b.cause or b.turn is not None:
        return
    a.fire("CHANNEL_EXECUTE", Application="uuid_bridge", Application_Data=b.uuid)
    b.fire("CHANNEL_EXECUTE", Application="uuid_bridge", Application_Data=a.uuid)
    for leg, other in ((a, b), (b, a)):
        leg.shown_app = ("uuid_bridge", other.uuid)
    join(a, b)
    talk(a, b)
    part(a, b)


def join(a: Channel, b: Channel) -> None:
    """CHANNEL_BRIDGE, once, on A; both know each other from here on."""
    at = now_us()
    for leg, other in ((a, b), (b, a)):
        leg.peer = other
        leg.times.bridged = at
    b.call_uuid = b.variables["call_uuid"] = a.uuid
    a.fire("CHANNEL_BRIDGE", Bridge_A_Unique_ID=a.uuid, Bridge_B_Unique_ID=b.uuid)
    for leg, other in ((a, b), (b, a)):  # measured: not yet in CHANNEL_BRIDGE itself
        leg.variables.update(
            last_bridge_to=other.uuid, bridge_channel=other.name, bridge_uuid=other.uuid, signal_bond=other.uuid
        )
    b.claimed = a
    b.to_state("CS_EXCHANGE_MEDIA")
    b.fire("CALL_UPDATE", Direction="RECV")
    a.fire("CALL_UPDATE", Direction="SEND", Bridged_To=b.uuid)
    b.wake.set()
    a.switch.bridged(a, b)
    command = a.get("execute_on_pre_bridge")
    if command:
        gevent.spawn_later(PRE_BRIDGE, _pre_bridge, a, b, command)


def _pre_bridge(a: Channel, b: Channel, command: str) -> None:
    if a.peer is b and not a.cause:
        name, _, data = command.replace("::", " ", 1).partition(" ")
        runner.run(a, name, data)


def talk(a: Channel, b: Channel) -> None:
    """Until one of the two ends, is sent elsewhere, or A's controller drops and A may resume."""
    stay(a, lambda: b.claimed is not a)


def part(a: Channel, b: Channel) -> None:
    """The end of a bridge. B leaves first, then UNBRIDGE on A, then A goes on as its variables say."""
    stays = b.claimed is a and not b.cause
    a.peer = None
    if b.peer is a:  # else somebody else has taken it meanwhile
        b.peer = None
    if b.claimed is a:
        b.claimed = None
    if stays:
        _leave(b, a)
        if a.cause:
            a.variables["last_bridge_role"] = "originator"
        elif b.cause:
            a.variables["last_bridge_hangup_cause"] = b.cause
    elif b.cause:
        if not a.cause or b.times.hangup < a.times.hangup:
            a.variables["last_bridge_hangup_cause"] = b.cause
        b.variables["last_bridge_role"] = "originatee"
    a.variables["bridge_hangup_cause"] = b.cause or a.cause or "NORMAL_CLEARING"
    b.wake.set()
    if b.cause:
        b.reported.wait(0.05)
    a.fire("CHANNEL_UNBRIDGE", Bridge_A_Unique_ID=a.uuid, Bridge_B_Unique_ID=b.uuid)
    if a.cause and a.get("transfer_after_bridge"):  # measured: the dead leg still changes its place
        destination, _, context = (a.get("transfer_after_bridge").split(":") + ["XML", "default"])[:3]
        course.relocate(a, destination, "XML", context)
    elif not a.cause and a.turn is None and not a.resume:
        after_bridge(a)


def _leave(b: Channel, a: Channel) -> None:
    """What becomes of B when A has left."""
    if a.cause:
        b.variables["last_bridge_hangup_cause"] = a.cause
    if b.true("park_after_bridge") and not a.cause:
        b.send(lambda: course.park(b))
    else:
        b.hangup("NORMAL_CLEARING")


def after_bridge(leg: Channel) -> None:
    """Read on the leg that stays, at the end of the bridge."""
    target = leg.get("transfer_after_bridge")
    if target:
        destination, dialplan, context = (target.split(":") + ["XML", "default"])[:3]
        course.transfer(leg, destination, dialplan, context)
    elif leg.true("park_after_bridge"):
        leg.send(lambda: course.park(leg))
    elif leg.true("hangup_after_bridge"):
        leg.hangup("NORMAL_CLEARING")
