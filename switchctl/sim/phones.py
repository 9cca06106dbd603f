"""The far ends of the legs that the switch calls: agents' phones and, through the carrier, customers."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

import gevent

from .answering import picked_up, progress
from .causes import REFUSALS
from .channel import Channel
from .dialstring import Target
from .holding import hold, unhold
from .registry import Manner

if TYPE_CHECKING:
    from .switch import Switch

RING_AFTER = 0.005  # the 180 comes a few milliseconds after the INVITE


class FarEnd:
    """Somebody at the other end of a leg. What it does, it does in greenlets of its own."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def hang_up(self) -> None:
        """Put the receiver down: BYE once answered; before that a called party refuses."""
        if self.channel.answered.is_set():
            self.channel.hangup("NORMAL_CLEARING", "recv_bye", 200)
        else:
            self.refuse("CALL_REJECTED")

    def refuse(self, cause: str) -> None:
        self.channel.hangup(cause, "recv_refuse", REFUSALS.get(cause, 480))

    def hold(self, on: bool) -> None:
        """A key on the phone: re-INVITE sendonly, and back."""
        if self.channel.answered.is_set() and not self.channel.cause and self.channel.held is not on:
            if on:
                hold(self.channel, by_phone=True)
            else:
                unhold(self.channel)
            self.channel.fire("CUSTOM", "sofia::reinvite")

    def answer_by_word(self) -> None:
        """`uuid_phone_event <uuid> talk`: the page of the agent says that she takes the call."""
        picked_up(self.channel)


class Phone(FarEnd):
    """An agent's phone; `manner` says what it does when it rings."""

    def __init__(self, channel: Channel, manner: Manner, chance: random.Random) -> None:
        super().__init__(channel)
        self.manner = manner
        self.seconds = chance.uniform(manner.low, manner.high)
        gevent.spawn(self._act)

    def _act(self) -> None:
        gevent.sleep(RING_AFTER)
        if self.manner.mode == "busy":
            self.refuse("USER_BUSY")
            return
        progress(self.channel)
        if self.manner.mode == "page" and self.channel.true("sip_auto_answer"):
            picked_up(self.channel)
        if self.manner.mode in ("auto", "reject"):
            gevent.sleep(self.seconds)
            if self.manner.mode == "auto":
                picked_up(self.channel)
            elif not self.channel.answered.is_set():
                self.refuse("CALL_REJECTED")


class Customer(FarEnd):
    """A called party behind the carrier. `plan` is one of the words of carrier.PLANS."""

    talk: float | None = None
    """Seconds from the answer until she hangs up; None: she does nothing by herself."""

    def __init__(self, channel: Channel, plan: str, seconds: float) -> None:
        super().__init__(channel)
        self.plan = plan
        self.seconds = seconds
        gevent.spawn(self._act)

    def _act(self) -> None:
        gevent.sleep(RING_AFTER)
        if self.plan in REFUSALS and self.plan != "CALL_REJECTED":
            self.refuse(self.plan)
            return
        progress(self.channel, early=self.plan.startswith("early"))
        if self.plan in ("noanswer",):
            return
        gevent.sleep(self.seconds)
        if self.channel.answered.is_set() or self.channel.cause:
            return
        if self.plan == "CALL_REJECTED":
            self.refuse("CALL_REJECTED")
        elif self.plan == "early_busy":
            self.refuse("USER_BUSY")
        else:
            picked_up(self.channel)
            if self.talk is not None:
                gevent.spawn_later(self.talk, self.hang_up)


def note(switch: Switch, ch: Channel, number: str) -> None:
    """Every INVITE to the outside leaves a line before it can be answered: no death of any program hides a call. It
    ends with the agent's leg for which it is made, or ``-`` if that is not up."""
    if switch.options.dialled:
        hers = switch.channels.get(ch.get("cc_offer"))
        beside = hers.uuid if hers is not None and hers.answered.is_set() and not hers.cause else "-"
        with Path(switch.options.dialled).open("a") as log:
            log.write(f"{time.time():.6f} {ch.uuid} {number} {beside}\n")


def ring(switch: Switch, ch: Channel, target: Target) -> None:
    """Put somebody at the other end of this leg."""
    if target.kind == "user":
        ch.far = Phone(ch, switch.registry.manner(target.number), switch.random)
    elif target.kind == "sibling":
        ch.far = switch.outgoing(ch, target)
    else:
        note(switch, ch, target.number)
        plan, seconds = switch.carrier.plan(target.number)
        ch.far = Customer(ch, plan, seconds)
        ch.far.talk = switch.arrivals.talk()
