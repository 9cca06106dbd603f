"""What a door needs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from crm.access.holding import may, refusal

ANY = "any"
"""In place of a permission: every good token."""


class Needed(BasePermission):
    """The permission that the door names for the method; a method that it does not name is open to nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method == "OPTIONS":
            return bool(request.auth)
        codes = view.needs.get("GET" if request.method == "HEAD" else request.method, "").split(" or ")
        if not request.auth:
            raise NotAuthenticated
        if codes != [ANY] and not any(code and may(request.user, code) for code in codes):
            raise PermissionDenied(refusal(codes[0]) if codes[0] else "")
        return True
