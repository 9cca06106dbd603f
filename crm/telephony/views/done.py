"""After a form of these pages: what happened, said on the page that it was sent from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def done(request: HttpRequest, page: str, sentence: str, deed: Callable[[], Any]) -> HttpResponse:
    """Does it; a refusal is shown in its place."""
    try:
        deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, sentence)
    return redirect(page)
