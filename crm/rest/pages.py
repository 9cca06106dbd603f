"""What is public of the API: its description, a page to read and try it, and the answer for what does not exist."""

import json
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe
from drf_spectacular.generators import SchemaGenerator

from crm.access.guard import public
from crm.rest import problems
from crm.rest.endpoint import DEFAULT_LANGUAGE, TOKEN
from crm.rest.etags import tag_of_body


@cache
def described() -> tuple[bytes, str]:
    """The whole description as JSON, in English, and its ETag. Made once in a process."""
    with translation.override(DEFAULT_LANGUAGE):
        told = SchemaGenerator().get_schema(request=None, public=True)
    return json.dumps(told, ensure_ascii=False, default=str).encode(), tag_of_body(told)


@public
@require_safe
@condition(etag_func=lambda request: described()[1])
def document(request: HttpRequest) -> HttpResponse:
    return HttpResponse(described()[0], content_type="application/json")


@public
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Swagger UI on our own files. Its pictures are data; its styles are files, too."""
    answer = render(request, "rest/reference.html")
    answer["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY
    return answer


@csrf_exempt
def missing(request: HttpRequest) -> JsonResponse:
    """The same answer to everybody, as from a door whose thing is out of reach."""
    return problems.page(request, "not-found")


missing.access_rule = TOKEN  # type: ignore[attr-defined]
