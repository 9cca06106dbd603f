"""Back to the list from which a form was sent."""

from django.http import HttpRequest, HttpResponse

from crm.sheets.orders.answering import back_to


def back(request: HttpRequest) -> HttpResponse:
    """To the address in the field ``back``, if it is one of the list itself."""
    return back_to(request, "calls")
