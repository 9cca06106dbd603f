"""What callers and agents do of their own will: the ordinary life between the faults.

Each deed takes the world and three numbers from 0 to 1, and does nothing where there is nobody to do it.
"""

from collections.abc import Callable
from typing import Any

import gevent

from switchctl.contract import commands as c
from switchctl.sim.channel import Channel
from switchctl.sim.phones import FarEnd
from switchctl.sim.registry import parse_manner
from tests.proofs.harness.crm import PEOPLE
from tests.proofs.harness.exchange import dialled
from tests.proofs.harness.world import World

Deed = Callable[[World, float, float, float], bool]
ORDERS = (c.Answer, c.Reject, c.Hold, c.Resume, c.HangUp, c.FinishWrapUp, c.SignOut, c.BecomeReady, c.SignIn,
          c.ExtendWrapUp)  # fmt: skip
NUMBERS = ("1380", "1380", "1380", "1340", "1350", "1360", "1361", "1370")
"""What the simulated carrier does with them: answered, busy, rings on, announcements, no such number."""
MANNERS = ("auto:0.1-1", "auto:1-5", "page", "noanswer", "busy", "reject:0.5", "unregistered")


def pick(things: Any, r: float) -> Any:
    """One of them, None if there is none. ``r`` is rounded, so it may be 1."""
    things = list(things)
    return things[min(int(r * len(things)), len(things) - 1)] if things else None


def agent(r: float) -> str:
    return str(pick(PEOPLE, r))


def legs(world: World, direction: str) -> list[Channel]:
    """Live channels with somebody at the far end."""
    if not world.switch_up:
        return []
    found = [ch for ch in world.switch.channels.values() if ch.direction == direction and not ch.cause]
    return [ch for ch in found if isinstance(ch.far, FarEnd)]


def customers(world: World) -> list[Channel]:
    """Live legs of callers and of those whom agents dialled."""
    if not world.switch_up:
        return []
    found = [ch for ch in world.switch.channels.values() if ch.direction == "inbound" or dialled(ch)]
    return [ch for ch in found if not ch.cause]


def call(world: World, r1: float, r2: float, r3: float) -> bool:
    """A caller with a patience and something to say."""
    if not world.switch_up or world.switch.stopping:
        return False

    def dials() -> None:
        did = "4001" if r3 < 0.75 else "4002" if r3 < 0.95 else "4999"
        ch = world.switch.call(f"154014000{int(r1 * 90) + 10}", did)
        caller = ch.far
        caller.patience, caller.talk, caller.agent_first = 3 + r1 * 60, 2 + r2 * 20, r3 * 10 % 1 < 0.5
        caller.wait_in_line()

    world.on_switch(dials)
    return True


def many_call(world: World, r1: float, r2: float, r3: float) -> bool:
    """F10: a burst of callers and a storm of registrations."""
    if not world.switch_up:
        return False
    for number in range(12):
        call(world, (r1 + number / 12) % 1, (r2 + number / 5) % 1, r3)
    world.on_switch(lambda: [world.switch.registry.register(number) for number in PEOPLE.values() for _ in range(10)])
    return True


def caller_hangs_up(world: World, r1: float, *_: float) -> bool:
    return _far_end(world, "inbound", r1)


def phone_hangs_up(world: World, r1: float, *_: float) -> bool:
    """Or refuses, while it rings."""
    return _far_end(world, "outbound", r1)


def _far_end(world: World, direction: str, r: float) -> bool:
    ch = pick(legs(world, direction), r)
    if ch is not None:
        world.on_switch(ch.far.hang_up)
    return ch is not None


def phone_answers(world: World, r1: float, *_: float) -> bool:
    ch = pick([leg for leg in legs(world, "outbound") if not leg.answered.is_set()], r1)
    if ch is not None:
        world.on_switch(lambda: gevent.spawn(ch.far.answer_by_word))
    return ch is not None


def phone_holds(world: World, r1: float, r2: float, _: float) -> bool:
    ch = pick([leg for leg in legs(world, "outbound") if leg.peer is not None], r1)
    if ch is not None:
        world.on_switch(lambda: ch.far.hold(r2 < 0.5))
    return ch is not None


def page(world: World, r1: float, r2: float, _: float) -> bool:
    """Any button, fitting or not."""
    world.crm.order(pick(ORDERS, r2), agent(r1))
    return True


def dial(world: World, r1: float, r2: float, r3: float) -> bool:
    """An agent dials, from whatever state she is in; sometimes a colleague."""
    world.crm.order(c.Dial, agent(r1), number=f"{pick(NUMBERS, r2)}{int(r3 * 1e7):07d}" if r3 < 0.9 else "1002")
    return True


def pause(world: World, r1: float, *_: float) -> bool:
    world.crm.order(c.Pause, agent(r1), reason="tea")
    return True


def plan_pause(world: World, r1: float, r2: float, _: float) -> bool:
    """Or take it back."""
    world.crm.order(c.PlanPause, agent(r1), reason="tea" if r2 < 0.7 else "")
    return True


def press(world: World, r1: float, r2: float, _: float) -> bool:
    """A customer presses a key, in whatever she hears."""
    ch = pick([leg for leg in customers(world) if leg.answered.is_set()], r1)
    if ch is not None:
        world.on_switch(lambda: ch.press(pick("0123456789*#", r2)))
    return ch is not None


def phone_behaves(world: World, r1: float, r2: float, _: float) -> bool:
    """From now on her phone is busy, rejects, answers by itself, is gone …"""
    if world.switch_up:
        world.on_switch(lambda: world.switch.registry.behave(PEOPLE[agent(r1)], parse_manner(pick(MANNERS, r2))))
    return world.switch_up


def phone_loses_power(world: World, r1: float, r2: float, _: float) -> bool:
    """F11: its registration runs out, in whatever state she is."""
    if world.switch_up:
        registry, number = world.switch.registry, PEOPLE[agent(r1)]
        world.on_switch(lambda: registry.expire(number) if r2 < 0.6 else registry.register(number))
    return world.switch_up


DEEDS: dict[str, tuple[int, Deed]] = {
    "call": (30, call),
    "caller_hangs_up": (5, caller_hangs_up),
    "phone_hangs_up": (4, phone_hangs_up),
    "phone_answers": (5, phone_answers),
    "phone_holds": (3, phone_holds),
    "page": (8, page),
    "dial": (6, dial),
    "pause": (2, pause),
    "plan_pause": (2, plan_pause),
    "press": (2, press),
    "phone_behaves": (4, phone_behaves),
}
"""Name → how often, and what."""
