"""The doors: each view says whom it lets in, and one that says nothing lets in nobody."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from crm.access.holding import may, refusal

View = Callable[..., HttpResponse]
PUBLIC, SIGNED_IN = "public", "signed in"

FOREIGN = {"admin": "superuser"}
"""Namespaces of views that are not ours → what they check themselves."""

log = logging.getLogger(__name__)


def needs(*codes: str) -> Callable[[View], View]:
    """Only who holds one of these permissions; others see the page of refusal, strangers the login."""

    def guarded(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(may(request.user, code) for code in codes):
                raise PermissionDenied(refusal(codes[0]))
            return view(request, *args, **kwargs)

        return _ruled(inner, " or ".join(codes))

    return guarded


def signed_in(view: View) -> View:
    """Everybody who is logged in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return _ruled(inner, SIGNED_IN)


def public(view: View) -> View:
    """Strangers too."""
    return _ruled(wraps(view)(lambda request, *args, **kwargs: view(request, *args, **kwargs)), PUBLIC)


def rule_of(match: ResolverMatch) -> str:
    """Whom the view lets in, "" when it does not say."""
    for namespace in match.namespaces:
        if namespace in FOREIGN:
            return FOREIGN[namespace]
    return getattr(match.func, "access_rule", "")


class DenyByDefault:
    """Refuses views that do not say whom they let in: a forgotten line opens nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if match is None or not rule_of(match):
            log.error("no rule says who may see %s", request.path)
            raise PermissionDenied(f"{view.__module__}.{view.__qualname__}" if settings.DEBUG else "")


def _ruled(view: View, rule: str) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]
    return view
