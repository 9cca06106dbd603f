"""What went wrong, as problem+json (RFC 9457): what, where, and what to do.

``{"type": "urn:switchdesk:problem:invalid", "title": …, "status": 400, "detail": …, "remedy": …, "instance": …,
"errors": [{"field": "numbers.0", "detail": …}]}``. ``type`` is for programs and stays; the sentences are for people,
in the language of ``Accept-Language``.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

MEDIA_TYPE = "application/problem+json"
URN = "urn:switchdesk:problem:"

KINDS: dict[str, tuple[int, str, str]] = {
    "invalid": (400, gettext_noop("The request is not valid"), gettext_noop("Correct the fields that errors names.")),
    "unreadable": (400, gettext_noop("The body cannot be read"), gettext_noop("Send one JSON object as UTF-8.")),
    "no-token": (401, gettext_noop("No valid token"), gettext_noop("Send a token that an administrator has made.")),
    "not-allowed": (
        403, gettext_noop("Not allowed"), gettext_noop("Ask an administrator for a token with this permission."),
    ),
    "not-found": (404, gettext_noop("Not found"), gettext_noop("Check the address and the data scope of the token.")),
    "no-method": (405, gettext_noop("No such method here"), gettext_noop("See the header Allow.")),
    "not-acceptable": (406, gettext_noop("Not in this format"), gettext_noop("Accept application/json.")),
    "conflict": (409, gettext_noop("It does not fit what is so now"), gettext_noop("Read it again, then decide.")),
    "gone": (
        410, gettext_noop("No longer kept"),
        gettext_noop("Read what you need anew, then follow from the newest event on."),
    ),
    "answer-lost": (
        409, gettext_noop("This request was done before, and its answer can no longer be read"),
        gettext_noop("Do not send it again under another key. Read what came of it."),
    ),
    "changed": (
        412, gettext_noop("Somebody changed it in between"), gettext_noop("Read it again, and send its new ETag."),
    ),
    "too-large": (413, gettext_noop("Too large"), gettext_noop("Send it in several requests.")),
    "media-type": (415, gettext_noop("Not in this format"), gettext_noop("Send application/json.")),
    "key-reused": (
        422, gettext_noop("This Idempotency-Key belongs to another request"),
        gettext_noop("Send a new key with each new request."),
    ),
    "too-many": (
        429, gettext_noop("Too many requests"), gettext_noop("Wait as many seconds as the header Retry-After says."),
    ),
    "switch-away": (
        503, gettext_noop("The call centre service cannot be reached"), gettext_noop("Try again in a moment."),
    ),
}  # fmt: skip
"""Kind → status, title, remedy."""
OF_STATUS = {kind_status: kind for kind, (kind_status, *_words) in reversed(KINDS.items())}


class Problem(exceptions.APIException):
    """Raise it in a door. ``detail`` is the sentence; ``errors``: field → sentences. ``keeps``: what was written on the
    way, such as an entry of the audit, stays also under an Idempotency-Key."""

    def __init__(
        self, kind: str, detail: str = "", *, errors: dict[str, list[str]] | None = None, keeps: bool = False
    ) -> None:
        self.keeps = keeps
        self.kind, self.errors, self.status_code = kind, errors or {}, KINDS[kind][0]
        first = next((text for texts in self.errors.values() for text in texts), "")
        super().__init__(detail or first or _(KINDS[kind][1]), kind)


def problem(kind: str, detail: str, *, instance: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The body."""
    code, title, remedy = KINDS[kind]
    said = {"type": URN + kind, "title": _(title), "status": code, "detail": detail, "remedy": _(remedy)}
    named = [{"field": field, "detail": text} for field, texts in (errors or {}).items() for text in texts]
    return said | {"instance": instance, "errors": named}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What DRF calls for an exception of a door; None lets it go on to the log and the page of a failure."""
    body = told(error, instance=context["request"].path)
    if body is None:
        return None
    set_rollback()
    headers = {}
    if isinstance(error, exceptions.APIException):
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait) + 1)
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def told(error: Exception, *, instance: str) -> dict[str, Any] | None:
    """The body for an exception, None for one that is a fault of ours."""
    read = _read(error)
    return problem(read[0], read[1], instance=instance, errors=read[2]) if read else None


def page(request: HttpRequest, kind: str, detail: str = "") -> JsonResponse:
    """The same outside of a door: an address of the API that does not exist."""
    body = problem(kind, detail or _(KINDS[kind][1]), instance=request.path)
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE)


def _read(error: Exception) -> tuple[str, str, dict[str, list[str]]] | None:
    match error:
        case Problem():
            return error.kind, str(error.detail), error.errors
        case ValidationError():
            errors = _by_field(error)
            return "invalid", _first(errors), errors
        case exceptions.ValidationError():
            errors = dict(_flat(error.detail))
            return "invalid", _first(errors), errors
        case exceptions.ParseError():
            return "unreadable", str(error.detail), {}
        case PermissionDenied():
            return "not-allowed", str(error) or _(KINDS["not-allowed"][1]), {}
        case Http404():
            return "not-found", _(KINDS["not-found"][1]), {}
        case IntegrityError():
            return "conflict", _("Another request changed the same thing at the same moment."), {}
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return "no-token", str(error.detail), {}
        case exceptions.APIException() if error.status_code in OF_STATUS:
            return OF_STATUS[error.status_code], str(error.detail), {}
    return None


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {"" if field == NON_FIELD_ERRORS else field: texts for field, texts in error.message_dict.items()}
    return {"": error.messages}


def _flat(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """DRF's nested errors with the path of each, as ``numbers.0.label``."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(filter(None, (path, step))))
    elif isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        for index, inner in enumerate(detail):
            yield from _flat(inner, f"{path}.{index}".strip(".")) if inner else ()
    elif detail:
        yield path, [str(one) for one in (detail if isinstance(detail, list) else [detail])]


def _first(errors: dict[str, list[str]]) -> str:
    return next((text for texts in errors.values() for text in texts), _(KINDS["invalid"][1]))
