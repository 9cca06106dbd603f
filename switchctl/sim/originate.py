"""Calling out: legs are made, ring, and one of them answers or all end. Order of the events as measured."""

from __future__ import annotations

import time
import uuid as uuids
from typing import TYPE_CHECKING

import gevent
from gevent.event import Event as Flag

from . import course, runner
from .channel import Channel
from .dialstring import Target
from .profile import Profile
from .variables import of_callee

if TYPE_CHECKING:
    from .switch import Switch


class Failed(Exception):
    """No leg answered; the text is the cause of the last one."""


def dial(
    switch: Switch, common: dict[str, str], targets: list[Target], timeout: float, by: Channel | None = None
) -> Channel:
    """Call the targets at once and return the leg that answered first; its greenlet waits for a turn.

    `by` is the channel whose bridge app calls: when it ends, the legs are cancelled. Raises Failed.
    """
    changed = Flag()
    legs: list[Channel] = []
    causes: list[str] = []
    taken: set[str] = set()
    for target in targets:
        given = {**common, **target.variables}
        cause = switch.refusal(target)
        uuid = given.get("origination_uuid") or str(uuids.uuid4())
        if not cause and uuid in taken:
            continue  # measured: of a fork under one uuid only the first phone is called
        if not cause and switch.live(uuid) is not None:
            cause = "DESTINATION_OUT_OF_ORDER"
        if cause:
            causes.append(cause)
            continue
        taken.add(uuid)
        legs.append(_leg(switch, uuid, target, given, changed, by))
        if len(targets) > 1 and legs[-1].presence_id:
            legs[-1].fire("CHANNEL_OUTGOING")
    ends = time.monotonic() + timeout
    if by is not None:
        by.watcher = changed
    try:
        winner = _first(legs, ends, changed, given_early(common), by)
        if winner is not None and not _confirmed(winner, changed, by):
            winner = None
    finally:
        for leg in [*legs, *([by] if by is not None else [])]:
            leg.watcher = None
    if winner is None:
        _give_up(legs, by, causes)
        raise Failed(causes[-1] if causes else "DESTINATION_OUT_OF_ORDER")
    for leg in legs:
        if leg is not winner:
            leg.hangup("LOSE_RACE", "send_cancel")
    if winner.presence_id and len(targets) == 1:
        winner.fire("CHANNEL_OUTGOING")
    if by is None:
        winner.profile.flip()
        winner.fire("CALL_UPDATE", Direction="RECV")
    return winner


def given_early(common: dict[str, str]) -> bool:
    """True when a 183 counts as an answer (ignore_early_media not set)."""
    return common.get("ignore_early_media", "false").lower() not in ("true", "yes", "on")


def _leg(
    switch: Switch, uuid: str, target: Target, given: dict[str, str], changed: Flag, by: Channel | None
) -> Channel:
    user = target.kind == "user"
    number = target.number
    profile_name = {"user": "internal", "sibling": "siblings"}.get(target.kind, "external")
    place = {"user": "@127.0.0.1:5100", "sibling": f"@{target.gateway}"}.get(target.kind, "")
    name = f"sofia/{profile_name}/{number}{place}"
    profile = Profile(
        "outbound",
        uuid,
        name,
        number,
        by.profile.context if by else "default",
        "src/switch_ivr_originate.c",
        cid_name=given.get("origination_caller_id_name", by.profile.cid_name if by else ""),
        cid_number=given.get("origination_caller_id_number", by.profile.cid_number if by else "0000000000"),
        callee_name="Outbound Call",
        callee_number=number,
    )
    variables = of_callee(uuid, switch.sessions_made + 1, name, f"sip:{number}@127.0.0.1:5100", profile_name, {**given})
    if user:
        variables.update(
            dialed_user=number,
            dialed_domain=switch.domain,
            presence_id=f"{number}@{switch.domain}",
            user_context="agents",
        )
    ch = Channel(switch, profile, variables)
    if by is not None:
        ch.other, ch.role = by, "originator"
    ch.watcher = changed
    switch.channels[uuid] = ch
    ch.turn = lambda: _ring(ch, target)
    ch.fire("CHANNEL_OUTGOING")
    ch.presence_id = f"{number}@{switch.domain}" if user else ""
    if by is not None:
        ch.call_uuid = variables["call_uuid"] = by.uuid
    gevent.spawn(course.live, ch)
    return ch


def _ring(ch: Channel, target: Target) -> None:
    """The leg's own greenlet, until it is answered and sent somewhere, or ends."""
    ch.to_state("CS_INIT")
    ch.fire("CHANNEL_CREATE")
    ch.fire("CHANNEL_ORIGINATE")
    ch.to_state("CS_ROUTING")
    ch.presence()
    ch.to_state("CS_CONSUME_MEDIA")
    if not ch.cause:
        ch.switch.ring(ch, target)
    while ch.ready:
        ch.wake.clear()
        ch.wake.wait()
    if not ch.cause and not ch.answered.is_set():
        ch.stolen = True  # somebody bridged it while it rang
        ch.notify()


def _first(legs: list[Channel], ends: float, changed: Flag, early: bool, by: Channel | None) -> Channel | None:
    """The leg that answers first; None when time is up, all legs are gone, or the calling channel is."""
    while True:
        for leg in legs:
            if not leg.cause and (leg.answered.is_set() or (early and leg.times.progress_media)):
                return leg
        if any(leg.stolen for leg in legs) or all(leg.cause for leg in legs):
            return None
        left = ends - time.monotonic()
        if left <= 0 or (by is not None and not by.ready):
            return None
        changed.clear()
        changed.wait(left)


def _confirmed(leg: Channel, changed: Flag, by: Channel | None) -> bool:
    """Whether an answer counts, where an application is to come to its end first (group_confirm_key ``exec``)."""
    if leg.get("group_confirm_key") != "exec":
        return True
    ended: list[bool] = []

    def confirm() -> None:
        name, _blank, data = leg.get("group_confirm_file").partition(" ")
        runner.run(leg, name, data)
        ended.append(True)
        changed.set()
        while leg.ready:
            leg.wake.clear()
            leg.wake.wait()

    leg.send(confirm)
    while not ended and not leg.cause and (by is None or by.ready):
        changed.clear()
        changed.wait(0.5)
    return bool(ended) and not leg.cause and (by is None or by.ready)


def _give_up(legs: list[Channel], by: Channel | None, causes: list[str]) -> None:
    for leg in legs:
        if leg.cause:
            leg.reported.wait(1)  # refused: HANGUP_COMPLETE comes before the job's answer
        elif leg.stolen:
            causes.append("ORIGINATOR_CANCEL")
            continue
        else:
            leg.hangup("ORIGINATOR_CANCEL" if by is not None and by.cause else "NO_ANSWER", "send_cancel")
        causes.append(leg.cause)
