"""Making the callbacks that are due.

Theory of operation. Each second a task looks at those whose time has come. One that may not be called now (hours,
caps, a paused campaign) waits until it may and says why; one that never may is given up. Then somebody must be ready:
its agent, or after ``pool_after_s`` anybody of its campaign. Attempt and handing over are one transaction with the
callback's new state, so a worker that dies leaves either a callback that waits or an attempt whose end the digest
learns.
"""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from crm.accounts.models import User
from crm.campaigns.attempts.handing import hand_to_agent
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.callbacks.floor import Floor
from crm.campaigns.callbacks.selectors import callbacks_due
from crm.campaigns.callbacks.services import AGAIN, callback_end
from crm.campaigns.callbacks.telling import callback_told
from crm.campaigns.callbacks.touched import changes
from crm.campaigns.guard.checks import NUMBERS_OWN, Ruling, Wanted, rulings
from crm.campaigns.models import AttemptState, Callback, CallbackState, CampaignState, Mode
from crm.switch import SwitchAway

log = logging.getLogger(__name__)
AT_MOST = 200
SOON = timedelta(seconds=5)
"""Until it is asked again whether somebody is ready."""
PAUSED = timedelta(minutes=1)
"""Until it is asked again whether the campaign runs."""


def call_due(at: datetime) -> int:
    """Dials what is due and has its agent; returns how many."""
    due = list(callbacks_due(at).select_related("campaign")[:AT_MOST])
    if not due:
        return 0
    floor = Floor.read()
    said = rulings([Wanted(one.campaign, one.customer_id, one.number, one.lead_id) for one in due], at)
    return sum(_call(one.pk, ruling, floor, at) for one, ruling in zip(due, said, strict=True))


def _call(key: int, ruling: Ruling, floor: Floor, at: datetime) -> bool:
    try:
        with transaction.atomic():
            waiting = Callback.objects.filter(pk=key, state=CallbackState.WAITING).select_related("campaign", "agent")
            callback = waiting.select_for_update(skip_locked=True, of=("self",)).first()
            return callback is not None and _made(callback, ruling, floor, at)
    except ValidationError as refused:
        # Somebody else called the same number since we asked.
        _put_off(key, at + AGAIN, refused.code if refused.code in _CODES else "not_dialled")
    except SwitchAway as away:
        log.warning("callback %d could not be handed over: %s", key, away)
        _put_off(key, at + AGAIN, "switch_away")  # one that may have gone out is not waiting any more
    return False


def _made(callback: Callback, ruling: Ruling, floor: Floor, at: datetime) -> bool:
    if callback.campaign is not None and callback.campaign.state == CampaignState.ENDED:
        callback_end(callback, CallbackState.CANCELLED, at, why="over")
        return False
    if callback.untouched and (changed := changes(callback)):
        callback_end(callback, CallbackState.DROPPED, at, why=changed[0])
        return False
    if ruling.why in NUMBERS_OWN:
        callback_end(callback, CallbackState.FAILED, at, why=ruling.why)
        return False
    if not ruling.allowed:
        return _waits(callback, ruling.later or at + PAUSED, ruling.why)
    agent = _agent(callback, floor, at)
    if agent is None:
        missing = "no_agent" if callback.agent is None else "agent_gone" if _gone(callback.agent) else "not_ready"
        return _waits(callback, at + SOON, missing)
    mode = callback.campaign.mode if callback.campaign is not None else Mode.MANUAL
    callback.state, callback.why = CallbackState.CALLED, ""
    callback.save(update_fields=["state", "why", "agent"])
    callback_told(callback, at)
    made = attempts_make([ruling], mode=mode, state=AttemptState.SHOWN, at=at, agent=agent, callback=callback)
    if not made:
        raise ValidationError("")  # another process has the lead in hands: all of this is undone
    hand_to_agent(made[0], agent, at)
    floor.gone(agent)
    return True


def _agent(callback: Callback, floor: Floor, at: datetime) -> User | None:
    """Who makes it: it goes to the pool when its agent had her time."""
    hers = callback.agent
    if hers is not None and floor.has(hers) and not _gone(hers):
        return hers
    if callback.campaign is None:
        return None
    if hers is not None and (_gone(hers) or at >= callback.due_at + timedelta(seconds=callback.pool_after_s)):
        callback.agent = None
    return floor.longest(callback.campaign) if callback.agent is None else None


def _gone(agent: User) -> bool:
    return not agent.is_active or not agent.extension


def _waits(callback: Callback, until: datetime, why: str) -> bool:
    callback.next_at, callback.why = until, why
    callback.save(update_fields=["next_at", "why", "agent"])
    return False


def _put_off(key: int, until: datetime, why: str) -> None:
    Callback.objects.filter(pk=key, state=CallbackState.WAITING).update(next_at=until, why=why)


_CODES = frozenset(
    {
        "calling",
        "not_opened",
        "hours",
        "number_day",
        "number_week",
        "number_all",
        "person_day",
        "person_week",
        "not_running",
    }
)
