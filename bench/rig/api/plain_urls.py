"""Addresses of the product, and the plain view beside them."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.http import require_safe

from crm.access.guard import public
from crm.calls.models import CallRecord

NEWEST = 50


@public
@require_safe
def plain(request: HttpRequest) -> JsonResponse:
    """A page of calls as Django's tutorial would write it."""
    calls: Any = CallRecord.objects.filter(arrived_at__isnull=False).order_by("-arrived_at", "-call_id")
    return JsonResponse({"items": list(calls.values()[:NEWEST])})


urlpatterns = [path("plain", plain), path("", include("ccsite.urls"))]
