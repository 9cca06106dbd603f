"""What a callback is about: it is still being written while she who agreed it wraps up."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.access.holding import refusal
from crm.accounts.models import User
from crm.campaigns.callbacks.selectors import callbacks_of
from crm.campaigns.models import CallbackState

LENGTH = 400


@transaction.atomic
def callback_note(*, user: User, callback_id: int, note: str) -> None:
    """Keeps what it is about, as much as fits; of one that is over nothing changes. Raises PermissionDenied."""
    callback = callbacks_of(user).filter(pk=callback_id).select_for_update(of=("self",)).first()
    if callback is None:
        raise PermissionDenied(refusal("callbacks.manage"))
    if callback.state == CallbackState.WAITING:
        callback.note = note.replace("\x00", "").strip()[:LENGTH]
        callback.save(update_fields=["note"])
