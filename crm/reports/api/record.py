"""The state record: what agents did, one interval after the other."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.calls.filters import SPANS
from crm.calls.models import AgentStateInterval
from crm.calls.paging import Place, page, place_of
from crm.live.words import STATES
from crm.reports.api.reports import TAGS
from crm.reports.periods import Span
from crm.reports.scope import SEE
from crm.reports.staterecord.asking import LONGEST, SIGNED_IN, asked
from crm.reports.staterecord.selectors import BY, agents_of, lasted, states_found
from crm.rest.endpoint import Endpoint
from crm.rest.fields import OrNull
from crm.rest.placed import Found, Placed
from crm.rest.shapes import Asked, Day, Id, Shape

CODES = [(code, STATES[code]) for code in SIGNED_IN]


class RecordShape(Shape):
    """An agent in one state."""

    agent = serializers.CharField(help_text="Login.")
    state = serializers.ChoiceField(CODES)
    reason = OrNull(help_text="Of a pause: its code. Of unreachable: why.")
    source = OrNull(help_text="agent, system or supervisor.")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null: it lasts.")
    seconds = serializers.SerializerMethodField(help_text="Of it that fall into the days asked for, until now.")

    def get_seconds(self, one: AgentStateInterval) -> float:
        span: Span = self.context["view"].span
        return round(lasted(one, span, timezone.now()), 3)


class RecordAsked(Asked):
    span = serializers.ChoiceField(list(SPANS), required=False, help_text="Instead of since and until.")
    since = Day(required=False, help_text="The first day, by the centre's clock. Without days it is about today.")
    until = Day(required=False, help_text=f"The last day; at most {LONGEST} days.")
    agent = serializers.CharField(max_length=32, required=False, help_text="Login.")
    department = Id(max_value=2**31 - 1, required=False, help_text="Id; those below it count, too.")
    state = serializers.ChoiceField(CODES, required=False)


class Places(Placed):
    def read(self, asked: QuerySet[AgentStateInterval], *, size: int, view: Any, **beyond: Place) -> Found:
        found = page(asked, **beyond, size=size, by=BY)
        return Found(found.calls, found.older, found.newer)

    def place_of(self, said: str) -> Place | None:
        return place_of(said)


class StateRecord(Endpoint):
    """Of the agents whose figures the token may see, the newest first. What began before the first day and lasted into
    it is in it, too."""

    serializer_class = RecordShape
    lists = True
    pagination_class = Places
    asked = RecordAsked
    needs = {"GET": SEE}
    span: Span

    @extend_schema(
        operation_id="state_record_list", tags=TAGS, summary="List states of agents", responses=RecordShape(many=True)
    )
    def get(self, request: Request) -> Response:
        wanted = asked(self.asked_for())
        self.span = wanted.span()
        return self.listed(states_found(agents_of(request.user, wanted), wanted))
