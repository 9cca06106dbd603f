"""The number of a call is put on a list, from its page and from the desk."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.access.guard import needs
from crm.numberlists.models import NumberList
from crm.numberlists.services import caller_mark


@require_POST
@needs("lists.mark", "lists.manage")
def mark(request: HttpRequest, call_id: str) -> HttpResponse:
    """Says on the spot what came of it; the page of the call is shown anew."""
    error = ""
    try:
        made = caller_mark(
            user=request.user, call_id=call_id, which=request.POST.get("list", NumberList.NO_CALL),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except ValidationError as wrong:
        made, error = None, " ".join(wrong.messages)
    said = error or (_("It is on the list now.") if made else _("It was on the list already."))
    if request.headers.get("HX-Request"):
        return render(request, "numberlists/_marked.html", {"said": said, "wrong": bool(error)})
    (messages.error if error else messages.success)(request, said)
    return redirect("call", call_id=call_id)
