"""The states of an attempt and what may follow what."""

from crm.campaigns.models import AttemptState

SHOWN, HANDED, DIALLED = AttemptState.SHOWN, AttemptState.HANDED, AttemptState.DIALLED
ENDED, RETURNED = AttemptState.ENDED, AttemptState.RETURNED
OPEN = (SHOWN, HANDED, DIALLED)
"""It may still come to a call, or is one."""

STEPS: dict[AttemptState, frozenset[AttemptState]] = {
    SHOWN: frozenset({HANDED, RETURNED}),
    HANDED: frozenset({DIALLED, ENDED, RETURNED}),
    DIALLED: frozenset({DIALLED, ENDED, RETURNED}),
    # What was not known is told late, maybe while the call still goes on.
    ENDED: frozenset({ENDED, DIALLED, RETURNED}),
    # A call of it was told after all: never, unless a disk lost what was written on it. It counts then.
    RETURNED: frozenset({ENDED, DIALLED}),
}
"""State → those that may follow. A dialled one is returned if the agent's own phone was not picked up: the customer's
never rang."""


class WrongStep(ValueError):
    """This state never follows that one."""


def step(before: str, then: str) -> str:
    """``then``. Raises WrongStep."""
    if AttemptState(then) not in STEPS[AttemptState(before)]:
        raise WrongStep(f"attempt: {before} → {then}")
    return then
