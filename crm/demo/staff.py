"""What a simulated agent does next. Pure: her state, the time and the dice come in, an action goes out."""

import random
from dataclasses import dataclass, field

from switchctl.contract.live import LiveAgent

PAUSES = ("break", "lunch", "paperwork")
DISPOSITIONS = (
    ("resolved", 45),
    ("information", 30),
    ("callback", 10),
    ("order", 8),
    ("complaint", 4),
    ("escalated", 3),
)
MEAN_WORK_S = 600.0
MARKS = 0.1
"""So many of those with whom they talk they mark."""
REPEAT_S = 6.0
"""How long a command may take to show in her state before she says it again."""


@dataclass(frozen=True)
class Action:
    """A command of the contract, and before it, where ``disposition`` is set, the wrap-up of a call."""

    command: str
    reason: str = ""
    call_id: str = ""
    disposition: str = ""


@dataclass
class Worker:
    """One agent's mind. Times are seconds since the epoch."""

    login: str
    dice: random.Random
    seen: tuple[str, int] = ("", 0)
    due: float = 0.0
    plan: Action | None = None
    tired_at: float = field(default=0.0)

    def next(self, agent: LiveAgent | None, now: float) -> Action | None:
        """What she does now; None while she waits. The same action comes again when her state does not change."""
        state = (agent.state, agent.since) if agent else ("offline", 0)
        if state != self.seen:
            self.seen = state
            self.plan, wait = self._decide(agent or LiveAgent(id=self.login), now)
            self.due = now + wait
        if self.plan is None or now < self.due:
            return None
        done, self.due = self.plan, now + REPEAT_S
        if done.command == "MarkCustomer":  # her state does not show it
            self.plan = None
        return done

    def _decide(self, agent: LiveAgent, now: float) -> tuple[Action | None, float]:
        draw = self.dice.uniform
        match agent.state:
            case "offline":
                return Action("SignIn"), draw(0.5, 6)
            case "paused" if agent.reason in PAUSES:
                return Action("BecomeReady"), draw(25, 80)
            case "paused":
                return Action("BecomeReady"), draw(1, 5)
            case "wrapup":
                codes, shares = zip(*DISPOSITIONS, strict=True)
                chosen = self.dice.choices(codes, shares)[0]
                return Action("FinishWrapUp", call_id=agent.call_id, disposition=chosen), draw(4, 15)
            case "ready":
                if not self.tired_at or now > self.tired_at + MEAN_WORK_S:
                    self.tired_at = now + self.dice.expovariate(1 / MEAN_WORK_S) + 60
                if now >= self.tired_at:
                    self.tired_at = 0.0
                    return Action("Pause", reason=self.dice.choice(PAUSES)), draw(1, 3)
                return None, 0.0
            case "offered":
                return Action("Answer"), draw(1.5, 5)
            case "talking" if self.dice.random() < MARKS:
                return Action("MarkCustomer"), draw(3, 12)
            case _:
                return None, 0.0  # one of the two ends the talk by herself
