"""The fail-safe queue: mod_callcenter in a simple, honest form.

Members wait in the order in which they came; once a poll the longest-idle available agent of the queue is
called, and joined to the first member when she answers. One agent a member at a time, no scores, no skills.
"""

from __future__ import annotations

import time
import uuid as uuids
from typing import TYPE_CHECKING

import gevent
import msgspec

from . import bridging, originate
from .channel import Channel
from .dialstring import BadDialString, parse
from .playing import play
from .runner import app

if TYPE_CHECKING:
    from .switch import Switch

POLL = 0.2
QUEUE_HEAD = "name|strategy|moh_sound|calls_answered|calls_abandoned\n"
AGENT_HEAD = (
    "name|instance_id|uuid|type|contact|status|state|max_no_answer|wrap_up_time|reject_delay_time|"
    "busy_delay_time|no_answer_delay_time|last_bridge_start|last_bridge_end|last_offered_call|"
    "last_status_change|no_answer_count|calls_answered|talk_time|ready_time|external_calls_count\n"
)


class Agent(msgspec.Struct):
    """An agent of the fail-safe queues, as the controller mirrors her."""

    name: str
    kind: str = "callback"
    contact: str = ""
    status: str = "Logged Out"
    state: str = "Waiting"
    wrap_up: int = 0
    free_at: float = 0.0
    answered: int = 0


class Member(msgspec.Struct):
    """A caller in a queue."""

    channel: Channel
    queue: str
    uuid: str
    joined: float
    served: bool = False
    agent: Agent | None = None


class Queues:
    """Queues, agents and tiers (queue, agent), and the poll that brings them together."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self.names = {"failsafe@default": [0, 0], "support@default": [0, 0]}
        self.agents: dict[str, Agent] = {}
        self.tiers: dict[tuple[str, str], int] = {}
        """(queue, agent) → level; lower ones are asked first."""
        self.members: list[Member] = []
        self._poll: gevent.Greenlet | None = None

    # -- callers

    def join(self, ch: Channel, queue: str) -> None:
        """The callcenter app: music until an agent has the call or the channel leaves."""
        member = Member(ch, queue, str(uuids.uuid4()), time.time())
        ch.variables.update(
            cc_queue=queue,
            cc_queue_joined_epoch=str(int(member.joined)),
            cc_side="member",
            cc_member_uuid=member.uuid,
            cc_member_session_uuid=ch.uuid,
        )
        self.members.append(member)
        self._info(ch, queue, "member-queue-start", **self._who(member))
        if self._poll is None:
            self._poll = gevent.spawn(self._serve)
        play(ch, "local_stream://moh")
        self.members.remove(member)
        if not member.served:
            self._silence(member)
            self.names.setdefault(queue, [0, 0])[1] += 1
            ch.variables.update(cc_cause="cancel", cc_cancel_reason="BREAK_OUT")
            self._info(
                ch, queue, "member-queue-end", CC_Cause="Cancel", CC_Cancel_Reason="BREAK_OUT", **self._who(member)
            )

    def _silence(self, member: Member) -> None:
        """The phone that rings for a member who has left, on whatever way, rings no more (measured: 1 ms later). One
        that was picked up is joined with her all the same."""
        for leg in list(self.switch.channels.values()):
            if leg.get("cc_member_pre_answer_uuid") == member.uuid:
                leg.hangup("ORIGINATOR_CANCEL")

    def _who(self, member: Member) -> dict[str, str]:
        return {
            "CC_Member_UUID": member.uuid,
            "CC_Member_Session_UUID": member.channel.uuid,
            "CC_Member_CID_Name": member.channel.profile.cid_name,
            "CC_Member_CID_Number": member.channel.profile.cid_number,
        }

    def _info(self, ch: Channel, queue: str, action: str, **extra: str) -> None:
        ch.fire("CUSTOM", "callcenter::info", CC_Queue=queue, CC_Action=action, **extra)

    def _serve(self) -> None:
        while self.members:
            for member in list(self.members):
                agent = self._free(member.queue) if member.agent is None and member.channel.ready else None
                if agent is not None:
                    member.agent = agent
                    self._state(agent, "Receiving")
                    gevent.spawn(self._offer, member, agent)
            gevent.sleep(POLL)
        self._poll = None

    def _free(self, queue: str) -> Agent | None:
        free = [
            (level, self.agents[name])
            for (tier, name), level in self.tiers.items()
            if tier == queue
            and self.agents[name].status == "Available"
            and self.agents[name].state == "Waiting"
            and self.agents[name].free_at <= time.time()
        ]
        return min(free, key=lambda found: (found[0], found[1].free_at), default=(0, None))[1]

    def _offer(self, member: Member, agent: Agent) -> None:
        switch, ch = self.switch, member.channel
        switch.bus.fire(
            "CUSTOM",
            "callcenter::info",
            CC_Queue=member.queue,
            CC_Action="agent-offering",
            CC_Agent=agent.name,
            **self._who(member),
        )
        try:
            common, targets = parse(agent.contact)
            given = {
                "cc_side": "agent",
                "cc_agent": agent.name,
                "origination_caller_id_name": ch.profile.cid_name,
                "cc_queue": member.queue,
                "origination_caller_id_number": ch.profile.cid_number,
                "cc_member_session_uuid": ch.uuid,
                "cc_member_uuid": member.uuid,
                "cc_member_pre_answer_uuid": member.uuid,
            }
            leg = originate.dial(switch, {**given, **common}, targets, 15)
        except (originate.Failed, BadDialString):
            agent.free_at = time.time() + 5
            self._state(agent, "Waiting")
            member.agent = None
            return
        if not ch.ready:
            leg.hangup("ORIGINATOR_CANCEL")
            self._state(agent, "Waiting")
            return
        member.served = True
        leg.put("cc_member_pre_answer_uuid", None)
        self.names.setdefault(member.queue, [0, 0])[0] += 1
        agent.answered += 1
        ch.variables.update(cc_agent=agent.name, cc_cause="answered", cc_queue_answered_epoch=str(int(time.time())))
        self._info(
            leg, member.queue, "bridge-agent-start", CC_Agent=agent.name, CC_Agent_UUID=leg.uuid, **self._who(member)
        )
        self._state(agent, "In a queue call")
        bridging.uuid_bridge(ch, leg)
        leg.reported.wait()
        self._info(
            leg,
            member.queue,
            "bridge-agent-end",
            CC_Agent=agent.name,
            CC_Agent_UUID=leg.uuid,
            CC_Hangup_Cause="SUCCESS",
            CC_Agent_Bridged="true",
            **self._who(member),
        )
        self._info(
            ch,
            member.queue,
            "member-queue-end",
            CC_Cause="Terminated",
            CC_Hangup_Cause="SUCCESS",
            CC_Agent=agent.name,
            CC_Agent_UUID=leg.uuid,
            **self._who(member),
        )
        agent.free_at = time.time() + agent.wrap_up
        self._state(agent, "Waiting")

    def _state(self, agent: Agent, state: str) -> None:
        agent.state = state
        self.switch.bus.fire(
            "CUSTOM", "callcenter::info", CC_Agent=agent.name, CC_Action="agent-state-change", CC_Agent_State=state
        )

    # -- callcenter_config

    def configure(self, words: list[str]) -> str:
        """`agent|tier|queue add|set|del|get|list|load|reload|count …`. Answers as measured; `+OK` when unsure."""
        if len(words) < 2:
            return "-USAGE: callcenter_config <target> <args>\n"
        kind, deed, *rest = words
        if kind == "agent":
            return self._configure_agent(deed, rest)
        if kind == "tier":
            return self._configure_tier(deed, rest)
        if kind == "queue":
            return self._configure_queue(deed, rest)
        return "-ERR Invalid!\n"

    def _configure_agent(self, deed: str, rest: list[str]) -> str:
        if deed == "list":
            rows = "".join(
                f"{a.name}|single_box||{a.kind}|{a.contact}|{a.status}|{a.state}|0|{a.wrap_up}|0|0|0|0|0|0|0|0|"
                f"{a.answered}|0|0|0\n"
                for a in self.agents.values()
            )
            return (AGENT_HEAD + rows if rows else "") + "+OK\n"
        if deed == "add":
            if len(rest) < 2 or rest[1] not in ("callback", "uuid-standby"):
                return "-ERR Agent type invalid!\n"
            if rest[0] in self.agents:
                return "-ERR Agent already exist!\n"
            self.agents[rest[0]] = Agent(rest[0], rest[1])
            return "+OK\n"
        what = rest.pop(0) if deed in ("set", "get") and rest else ""
        agent = self.agents.get(rest[0]) if rest else None
        if agent is None:
            return "-ERR Agent not found!\n"
        if deed == "del":
            del self.agents[agent.name]
            self.tiers = {tier: level for tier, level in self.tiers.items() if tier[1] != agent.name}
            return "+OK\n"
        if deed == "get":
            return str(getattr(agent, what, "")) or "-ERR Invalid Agent Get!\n"
        return self._set_agent(agent, what, " ".join(rest[1:]).strip("'"))

    def _set_agent(self, agent: Agent, what: str, value: str) -> str:
        if what == "status":
            agent.status = value
            self.switch.bus.fire(
                "CUSTOM",
                "callcenter::info",
                CC_Agent=agent.name,
                CC_Action="agent-status-change",
                CC_Agent_Status=value,
            )
        elif what == "state":
            agent.state = value
        elif what == "contact":
            agent.contact = value
        elif what == "wrap_up_time":
            agent.wrap_up = int(value or 0)
        return "+OK\n"

    def _configure_tier(self, deed: str, rest: list[str]) -> str:
        if deed == "list":
            rows = "".join(f"{queue}|{name}|Ready|{level}|1\n" for (queue, name), level in sorted(self.tiers.items()))
            return ("queue|agent|state|level|position\n" + rows if rows else "") + "+OK\n"
        if len(rest) < 2:
            return "-ERR Invalid!\n"
        if deed == "set":
            if len(rest) != 4 or tuple(rest[1:3]) not in self.tiers or rest[0] not in ("level", "position", "state"):
                return "-ERR Tier not found!\n"
            if rest[0] == "level":
                self.tiers[rest[1], rest[2]] = int(rest[3])
            return "+OK\n"
        queue, name = rest[:2]
        if deed == "add":
            if queue not in self.names:
                return "-ERR Queue not found!\n"
            if name not in self.agents:
                return "-ERR Agent not found!\n"
            if (queue, name) in self.tiers:
                return "-ERR Tier already exist!\n"
            self.tiers[queue, name] = int(rest[2]) if len(rest) > 2 else 1
        elif deed == "del":
            self.tiers.pop((queue, name), None)
        return "+OK\n"

    def _configure_queue(self, deed: str, rest: list[str]) -> str:
        if deed == "list" and not rest:
            rows = "".join(
                f"{name}|longest-idle-agent|local_stream://moh|{answered}|{lost}\n"
                for name, (answered, lost) in self.names.items()
            )
            return QUEUE_HEAD + rows + "+OK\n"
        if deed == "list" and rest[0] == "members":
            rows = "".join(
                f"{m.queue}|single_box|{m.uuid}|{m.channel.uuid}|{m.channel.profile.cid_number}|"
                f"{m.channel.profile.cid_name}|{int(m.joined)}|Waiting\n"
                for m in self.members
                if m.queue in rest[1:]
            )
            head = "queue|instance_id|uuid|session_uuid|cid_number|cid_name|joined_epoch|state\n"
            return (head + rows if rows else "") + "+OK\n"
        if deed == "count":
            return f"{len(self.members)}\n"
        if deed in ("load", "reload") and rest:
            self.names.setdefault(rest[0], [0, 0])
        return "+OK\n"


@app("callcenter")
def _callcenter(ch: Channel, data: str) -> None:
    ch.switch.queues.join(ch, data.strip())
