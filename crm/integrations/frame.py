"""What the pages about other programs share: their tabs."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _


class Tab(NamedTuple):
    key: str
    url: str
    label: Any


TABS = (
    Tab("programs", "integrations", _("Programs")),
    Tab("webhooks", "webhooks", _("Webhooks")),
    Tab("popups", "popups", _("Pop-ups and lookups")),
)


def shown(request: HttpRequest, template: str, tab: str, told: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page under its tab."""
    return render(request, template, told | {"page": "integrations", "tab": tab, "tabs": TABS}, status=status)
