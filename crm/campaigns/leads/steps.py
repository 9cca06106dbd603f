"""The states of a lead and what may follow what."""

from crm.campaigns.models import LeadState

OPEN, CLAIMED, CALLBACK, CLOSED = LeadState.OPEN, LeadState.CLAIMED, LeadState.CALLBACK, LeadState.CLOSED

STEPS: dict[LeadState, frozenset[LeadState]] = {
    OPEN: frozenset({OPEN, CLAIMED, CALLBACK, CLOSED}),
    CLAIMED: frozenset({OPEN, CALLBACK, CLOSED}),
    CALLBACK: frozenset({CALLBACK, CLAIMED, OPEN, CLOSED}),
    # Only by what an agent says of a call after all, or by a manager who opens it again.
    CLOSED: frozenset({OPEN, CALLBACK, CLOSED}),
}
"""State → those that may follow. To itself: with another number or moment."""


class WrongStep(ValueError):
    """This state never follows that one."""


def step(before: str, then: str) -> str:
    """``then``. Raises WrongStep."""
    if LeadState(then) not in STEPS[LeadState(before)]:
        raise WrongStep(f"lead: {before} → {then}")
    return then
