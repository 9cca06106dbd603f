"""Where users are logged in, and logging them out."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.logins.browsers import described
from crm.logins.models import LoginSession
from crm.logins.sessions import session_end_for, sessions_reached
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.shapes import Asked, Shape

TAGS, NEEDS = ["Users"], "sessions.manage"


class SessionShape(Shape):
    """A browser in which somebody is logged in."""

    id = serializers.IntegerField()
    user = serializers.CharField(source="user.username", help_text="A login.")
    name = serializers.CharField(source="user", help_text="Of the user.")
    address = serializers.IPAddressField(allow_null=True)
    browser = serializers.SerializerMethodField(help_text="In words.")
    since = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(help_text="When somebody last did something there, to 20 s.")

    def get_browser(self, session: LoginSession) -> str:
        return described(session.browser)


class SessionsAsked(Asked):
    user = serializers.CharField(required=False, max_length=150, help_text="A login.")


class Sessions(Endpoint):
    """Those of everybody whom the data scope reaches, the newest first."""

    serializer_class = SessionShape
    lists = True
    asked = SessionsAsked
    needs = {"GET": NEEDS}
    ordering = ("-since", "-pk")

    @extend_schema(operation_id="sessions_list", tags=TAGS, summary="List sessions")
    def get(self, request: Request) -> Response:
        found = sessions_reached(request.user)
        if login := self.asked_for().get("user"):
            found = found.filter(user__username=login)
        return self.listed(found)


class SessionOne(Endpoint):
    serializer_class = SessionShape
    needs = {"GET": NEEDS, "DELETE": NEEDS}

    @extend_schema(operation_id="sessions_read", tags=TAGS, summary="Read a session")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        found = get_object_or_404(sessions_reached(request.user), pk=pk)
        return self.shown(found, tag=self.tag(found))

    @extend_schema(operation_id="sessions_end", tags=TAGS, summary="Log a user out there", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """At once, with the pages that are open there."""
        with transaction.atomic():
            found = get_object_or_404(sessions_reached(request.user).select_for_update(of=("self",)), pk=pk)
            require_match(request, self.tag(found))
            session_end_for(actor=request.user, row=found)
        return Response(status=204)

    def tag(self, session: LoginSession) -> str:
        """When somebody last did something there moves by itself."""
        return tag_of_body([session.pk, session.user_id, session.address, session.browser, session.since])
