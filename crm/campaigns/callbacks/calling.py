"""An agent makes a callback before the daemon does it for her: it is asked and handed over as any other."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.attempts.handing import hand_to_agent
from crm.campaigns.attempts.making import attempts_make
from crm.campaigns.callbacks.telling import callback_told
from crm.campaigns.guard.checks import Wanted, rulings
from crm.campaigns.guard.words import WHY
from crm.campaigns.models import Attempt, AttemptState, Callback, CallbackState, Mode

UNDER_WAY = (AttemptState.HANDED, AttemptState.DIALLED)


@transaction.atomic
def callback_call(*, user: User, callback_id: int, at: datetime | None = None) -> Attempt:
    """One of hers, now. Hours, lists and caps hold as ever.

    Raises PermissionDenied for one that is not hers, ValidationError with a sentence, SwitchAway: after the commit if
    the order may have gone out, else nothing has happened.
    """
    require(user, "desk.use")
    now = at or timezone.now()
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)  # two tabs of hers do not make two calls
    found = Callback.objects.select_related("campaign").select_for_update(of=("self",))
    callback = found.filter(pk=callback_id, agent=user).first()
    if callback is None:
        raise PermissionDenied(_("This callback is not yours."))
    if callback.state != CallbackState.WAITING:
        raise ValidationError(_("This callback is over: %(state)s.") % {"state": callback.get_state_display()})
    if Attempt.objects.filter(agent=user, state__in=UNDER_WAY).exists():
        raise ValidationError(_("Finish the call that you have first."))
    said = rulings([Wanted(callback.campaign, callback.customer_id, callback.number, callback.lead_id)], now)[0]
    if not said.allowed:
        raise ValidationError(WHY[said.why], code=said.why)
    callback.state, callback.why = CallbackState.CALLED, ""
    callback.save(update_fields=["state", "why"])
    callback_told(callback, now)
    mode = callback.campaign.mode if callback.campaign is not None else Mode.MANUAL
    made = attempts_make([said], mode=mode, state=AttemptState.SHOWN, at=now, agent=user, callback=callback)
    if not made:
        raise ValidationError(_("Somebody else calls her, or she is not to be called yet."))
    return hand_to_agent(made[0], user, now)
