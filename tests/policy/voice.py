"""What the little switch says: each word in the line of its channel, or of its job."""

from collections import deque
from collections.abc import Callable
from typing import Any

from switchctl.esl.events import Event
from tests.policy.leg import Leg

REPLIES = "replies"


class Voice:
    """The part of ``Exchange`` that speaks; nothing is heard while the link is down."""

    clock: Callable[[], int]
    core: str
    linked: bool
    said: dict[str, deque[tuple[str, Any]]]

    def _line(self, name: str) -> deque[tuple[str, Any]]:
        return self.said.setdefault(name, deque())

    def _say(self, leg: Leg, name: str, **fields: str) -> None:
        if self.linked:
            self._line(leg.uuid).append(("event", self._event(leg, name, **fields)))

    def _job(self, uuid: str, body: str) -> None:
        if self.linked:
            self._line(f"job {uuid}").append(
                ("event", Event(name="BACKGROUND_JOB", job_uuid=uuid, body=body, timestamp=self.clock()))
            )

    def _reply(self, ref: str, ok: bool, text: str) -> None:
        if ref:
            self._line(REPLIES).append(("replied", (ref, ok, text)))

    def _call_uuid(self, leg: Leg) -> str:
        if leg.dials or leg.dialled_by:
            return leg.dialled_by or leg.uuid
        if leg.partner:
            return leg.uuid if leg.caller else leg.partner
        return "" if leg.caller else leg.uuid

    def _event(self, leg: Leg, name: str, **fields: str) -> Event:
        return Event(
            name=name, uuid=leg.uuid, call_uuid=self._call_uuid(leg) or leg.uuid, core_uuid=self.core,
            timestamp=self.clock(), answered_us=leg.answered_us, progress_us=leg.rang_us, channel_state=leg.state,
            last_response=leg.last_response,
            direction=leg.direction,
            caller_number=leg.number, destination=leg.dialled, context=leg.context,
            cc_queue_joined_epoch=str(leg.joined // 1_000_000) if leg.joined else "",
            cc_stage=leg.stage, cc_place=leg.variables.get("cc_place", ""),
            cc_call_id=leg.variables.get("cc_call_id", ""), cc_offer=leg.variables.get("cc_offer", ""),
            cc_agent=leg.variables.get("cc_agent", ""), cc_via=leg.variables.get("cc_via", ""),
            auth_user=leg.variables.get("auth_user", ""),
            cc_via_leg=leg.variables.get("cc_via_leg", ""), cc_member=leg.variables.get("cc_member", ""), **fields,
        )  # fmt: skip
