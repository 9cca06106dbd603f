"""The base of all doors of the API."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from crm.rest import etags, limits
from crm.rest.once import once
from crm.rest.permission import Needed
from crm.rest.problems import Problem
from crm.rest.shapes import Asked

TOKEN = "token"
"""What ``crm.access.guard`` reads: the door itself asks for a token and its permission."""
DEFAULT_LANGUAGE = "en"
"""Of sentences for programs that do not say ``Accept-Language``."""


class Endpoint(GenericAPIView):
    """One address of the API.

    ``needs``: method → permission, several joined by `` or ``. ``asked``: serializer of the address's own parameters;
    ``asked_for`` gives them, checked. ``ordering``: of lists, without ties; ``lists``: GET answers pages (``listed``).
    """

    needs: ClassVar[dict[str, str]] = {}
    asked: ClassVar[type[Asked]] = Asked
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    lists: ClassVar[bool] = False
    permission_classes = (Needed,)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        view = super().as_view(**initkwargs)
        view.access_rule = TOKEN
        return view

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.method == "POST" and hasattr(self, "post"):
            self.post = partial(self._post_once, self.post)  # type: ignore[method-assign]

    def _post_once(self, post: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        return once(request, lambda: post(request, *args, **kwargs))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if "Accept-Language" not in request.headers:
            translation.activate(DEFAULT_LANGUAGE)
        super().initial(request, *args, **kwargs)

    def throttled(self, request: Request, wait: float | None) -> None:
        error = Problem("too-many", limits.sentence(wait))
        error.wait = wait  # type: ignore[attr-defined]
        raise error

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        made = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(request, Request):
            for name, value in limits.headers_of(request).items():
                made[name] = value
            if request.method in ("GET", "HEAD") and made.status_code == 200 and isinstance(made, Response):
                made.add_post_render_callback(partial(etags.answered, request))
        made.headers.setdefault("Cache-Control", "private, no-cache")
        return made

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer:
        """Of what goes out; ``?fields=a,b`` leaves the other fields away."""
        only = self._only() if getattr(self, "request", None) else None
        if only is not None:
            kwargs["only"] = only
        return super().get_serializer(*args, **kwargs)

    def wants(self, field: str) -> bool:
        """Whether ``?fields=`` leaves this one there: what only it needs is not fetched otherwise."""
        only = self._only()
        return only is None or field in only

    def _only(self) -> list[str] | None:
        said = self.request.query_params.get("fields")
        return None if said is None else [name.strip() for name in said.split(",") if name.strip()]

    def asked_for(self) -> dict[str, Any]:
        """The parameters of the address. Raises ValidationError for what is unknown or wrong."""
        apart = (*Asked.COMMON, *(name for name in self.request.query_params if self.asked.apart(name)))
        said = {name: value for name, value in self.request.query_params.items() if name not in apart}
        read = self.asked(data=said)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def taken(self, body: type[BaseSerializer], **kwargs: Any) -> dict[str, Any]:
        """The body of the request. Raises ValidationError by field."""
        return self.read(body, self.request.data, **kwargs)

    @staticmethod
    def read(body: type[BaseSerializer], data: Any, **kwargs: Any) -> dict[str, Any]:
        """The same of a part of the body."""
        read = body(data=data, **kwargs)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def listed(self, rows: Any) -> Response:
        """One page of a queryset."""
        found = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(found, many=True).data)

    def shown(self, thing: Any, *, status: int = 200, tag: str = "", location: str = "") -> Response:
        """One thing. ``tag``: its ETag, where it is not that of the body."""
        response = Response(self.get_serializer(thing).data, status=status)
        if tag:
            response["ETag"] = tag
        if location:
            response["Location"] = location
        return response
