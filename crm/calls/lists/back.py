"""Back to the list from which a form was sent."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def back(request: HttpRequest) -> HttpResponse:
    """To the address in the field ``back``, if it is one of the list itself."""
    query = request.POST.get("back", "")
    return HttpResponseRedirect(reverse("calls") + (query if query.startswith("?") and query.isprintable() else ""))
