"""Answers what was asked of the palette."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import signed_in
from crm.palette.choices import LONGEST
from crm.palette.kinds import found


@require_safe
@signed_in
@never_cache
def palette(request: HttpRequest) -> JsonResponse:
    """``?q=``: what she wrote. Everybody may ask; each kind gives what this user may see."""
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    return JsonResponse({"asked": text, "groups": found(request.user, text)})
