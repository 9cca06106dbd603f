"""Outcome and note of a call, and the callback that was agreed in it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access.guard import needs
from crm.desk.selectors import has_in_hand
from crm.desk.views.answers import sentence
from crm.desk.wrapup import wrapup_keep


@require_POST
@needs("desk.use")
def notes(request: HttpRequest, call_id: str) -> JsonResponse:
    """Keeps outcome and note; fields that are not sent stay as they are. ``due`` and ``whose``: when she is to be
    called again and by whom, of an outcome that asks for it.

    409 for a call of hers whose record is not written yet: the page asks again by itself.
    """
    fields = {name: request.POST[name] for name in ("disposition", "note", "due", "whose") if name in request.POST}
    try:
        record = wrapup_keep(call_id=call_id, agent=request.user, **fields)
    except PermissionDenied as error:
        return sentence(str(error), 409 if has_in_hand(request.user, call_id) else 403)
    except ValidationError as error:
        return sentence(" ".join(error.messages), 400)
    return JsonResponse({"saved": timezone.localtime(record.noted_at).strftime("%H:%M:%S")})
