"""mod_conference without its sound: who is in which conference, muted or deaf, and how each leaves.."""

from __future__ import annotations

import json
import re
import uuid as uuids
from typing import TYPE_CHECKING

import msgspec

from .api import command
from .channel import Channel
from .runner import app, run_order
from .waiting import pause

if TYPE_CHECKING:
    from .switch import Switch

SUBCLASS = "conference::maintenance"
PLACE = re.compile(r"([^@+]+)@([^+]+)(?:\+flags\{([^}]*)\})?\Z")


class Member(msgspec.Struct, kw_only=True):
    """One leg in it; ``out``: it is asked to leave."""

    id: int
    ch: Channel
    flags: list[str]
    muted: bool = False
    deaf: bool = False
    out: bool = False


class Conference(msgspec.Struct, kw_only=True):
    name: str
    profile: str
    uuid: str
    members: dict[int, Member] = {}
    locked: bool = False

    def about(self) -> dict[str, str]:
        """What each of its events tells of it."""
        return {
            "Conference_Name": self.name, "Conference_Size": str(len(self.members)),
            "Conference_Profile_Name": self.profile, "Conference_Unique_ID": self.uuid,
        }  # fmt: skip


@app("conference")
def _conference(ch: Channel, data: str) -> None:
    """Until it hangs up, is sent elsewhere or is asked out; whoever has ``endconf`` takes all others along."""
    found = PLACE.match(data)
    if found is None:
        return
    name, profile, flags = found[1], found[2], (found[3] or "").split("|")
    switch = ch.switch
    there = switch.conferences.get(name)
    if there is not None and there.locked:
        return
    if there is None:
        there = switch.conferences[name] = Conference(name=name, profile=profile, uuid=str(uuids.uuid4()))
        switch.bus.fire("CUSTOM", SUBCLASS, **there.about(), Action="conference-create")
    switch.members_made += 1
    member = Member(id=switch.members_made, ch=ch, flags=flags, muted="mute" in flags)
    there.members[member.id] = member
    _tell(there, member, "add-member")
    while not member.out:
        if pause(ch, None, run_order, breakable=True) == "gone":
            break
    del there.members[member.id]
    _tell(there, member, "del-member")
    if "endconf" in flags:
        for other in there.members.values():
            _ask_out(other)
    if not there.members:
        switch.conferences.pop(name, None)
        switch.bus.fire("CUSTOM", SUBCLASS, **there.about(), Action="conference-destroy")


def _tell(there: Conference, member: Member, action: str) -> None:
    member.ch.fire(
        "CUSTOM", SUBCLASS, **there.about(), Hear=str(not member.deaf).lower(), Speak=str(not member.muted).lower(),
        Member_ID=str(member.id), Member_Type="moderator" if "moderator" in member.flags else "member", Action=action,
    )  # fmt: skip


def _ask_out(member: Member) -> None:
    member.out = True
    member.ch.breaks += 1
    member.ch.wake.set()


@command("conference")
def _api(switch: Switch, argument: str) -> str:
    """`<name> list | json_list | lock | unlock | mute|unmute|deaf|undeaf|kick|hup <id>|all`."""
    words = argument.split()
    if words[:1] in (["json_list"], ["list"]):
        return json.dumps([_row(one) for one in switch.conferences.values()]) if words[0] == "json_list" else "+OK\n"
    there = switch.conferences.get(words[0]) if words else None
    if there is None:
        return f"-ERR Conference {words[0] if words else ''} not found\n"
    verb, whom = words[1], words[2] if len(words) > 2 else ""
    if verb == "json_list":
        return json.dumps([_row(there)])
    if verb in ("lock", "unlock"):
        there.locked = verb == "lock"
        switch.bus.fire("CUSTOM", SUBCLASS, **there.about(), Action=verb)
        return f"+OK {there.name} {verb}ed\n"
    members = [one for one in there.members.values() if whom == "all" or str(one.id) == whom]
    if not members:
        return f"Non-Existant ID {whom}\n"
    for member in members:
        _order(there, member, verb)
    return "".join(f"+OK {'kicked' if verb == 'kick' else verb} {member.id}\n" for member in members)


def _order(there: Conference, member: Member, verb: str) -> None:
    if verb in ("mute", "unmute"):
        member.muted = verb == "mute"
    elif verb in ("deaf", "undeaf"):
        member.deaf = verb == "deaf"
    _tell(there, member, f"{verb}-member")
    if verb in ("kick", "hup"):
        _ask_out(member)


def _row(there: Conference) -> dict[str, object]:
    members = [
        {
            "type": "caller", "id": one.id, "uuid": one.ch.uuid, "caller_id_number": one.ch.profile.cid_number,
            "flags": {
                "can_hear": not one.deaf, "can_speak": not one.muted, "is_moderator": "moderator" in one.flags,
            },
        }
        for one in there.members.values()
    ]  # fmt: skip
    return {
        "conference_name": there.name, "member_count": len(members), "conference_uuid": there.uuid,
        "locked": there.locked, "members": members,
    }  # fmt: skip
