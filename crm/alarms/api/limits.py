"""From where on figures of the floor are alarms: the centre's limits, and exceptions from them."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.alarms.api import limitshapes as shapes
from crm.alarms.api.alarms import TAGS
from crm.alarms.limiting import limit_add, limit_remove, limits_set, typed_of
from crm.alarms.models import Limit
from crm.alarms.rules import RULES
from crm.alarms.selectors import limits
from crm.rest.endpoint import Endpoint
from crm.rest.etags import require_match, tag_of_body
from crm.rest.problems import Problem

NEEDS = "alarms.set"


class Limits(Endpoint):
    serializer_class = shapes.LimitsShape
    needs = {"GET": NEEDS, "PATCH": NEEDS}

    @extend_schema(operation_id="alarm_limits_read", tags=TAGS, summary="Read the centre's limits")
    def get(self, request: Request) -> Response:
        self.asked_for()
        return self.told()

    @extend_schema(
        operation_id="alarm_limits_set", tags=TAGS, summary="Set limits of the centre", request=shapes.LimitsBody,
        responses={200: shapes.LimitsShape},
    )  # fmt: skip
    def patch(self, request: Request) -> Response:
        """What is left away stays; null is no limit."""
        said = self.taken(shapes.LimitsBody)
        with transaction.atomic():
            list(Limit.objects.select_for_update().filter(of="").order_by("pk"))
            require_match(request, self.tag())
            before, asked = self.known(), {}
            for code, one in said.items():
                wanted = before[code] | one
                asked[code] = (typed_of(wanted["warning"]), typed_of(wanted["critical"]), wanted["told"])
            limits_set(user=request.user, asked=asked)
        return self.told()

    def known(self) -> dict[str, dict[str, Any]]:
        """Rule → what holds for the centre."""
        now, found = limits(), {}
        for code in RULES:
            warning, critical = now.pair(code)
            found[code] = {"warning": warning, "critical": critical, "told": now.told(code)}
        return found

    def told(self) -> Response:
        known = self.known()
        items = [
            {"code": code, "label": str(rule.label), "unit": rule.unit, "of": rule.of, "low": rule.low,
             "usual_warning": rule.warning, "usual_critical": rule.critical, **known[code]}
            for code, rule in RULES.items()
        ]  # fmt: skip
        return self.shown({"items": items}, tag=self.tag())

    def tag(self) -> str:
        return tag_of_body(self.known())


class _Exception(Endpoint):
    serializer_class = shapes.ExceptionShape

    def exceptions(self) -> QuerySet[Limit]:
        return Limit.objects.filter(code__in=RULES).exclude(of="")

    def matched(self, pk: int) -> Limit:
        """Locked. Raises Problem when somebody changed it in between."""
        found = get_object_or_404(self.exceptions().select_for_update(), pk=pk)
        require_match(self.request, self.tag(found))
        return found

    def told(self, limit: Limit, **more: Any) -> Response:
        return self.shown(limit, tag=self.tag(limit), **more)

    def tag(self, limit: Limit) -> str:
        return tag_of_body(shapes.ExceptionShape(limit).data)

    def put_down(self, code: str, of: str, said: dict[str, Any]) -> Limit:
        pair = {name: typed_of(said.get(name)) for name in ("warning", "critical")}
        return limit_add(user=self.request.user, code=code, of=of, **pair)


class LimitExceptions(_Exception):
    """By rule, and whom they are for."""

    lists = True
    asked = shapes.ExceptionsAsked
    needs = {"GET": NEEDS, "POST": NEEDS}
    ordering = ("code", "of", "pk")

    @extend_schema(operation_id="alarm_exceptions_list", tags=TAGS, summary="List limits of single queues and reasons")
    def get(self, request: Request) -> Response:
        return self.listed(self.exceptions().filter(**self.asked_for()))

    @extend_schema(
        operation_id="alarm_exceptions_add", tags=TAGS, summary="Give a queue or a reason of pauses its own limit",
        request=shapes.ExceptionBody, responses={201: shapes.ExceptionShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """409 when it has one of this rule."""
        said = self.taken(shapes.ExceptionBody)
        if self.exceptions().filter(code=said["code"], of=said["of"]).exists():
            raise Problem("conflict", _("There is one for it already. Change that one."))
        made = self.put_down(said["code"], said["of"], said)
        return self.told(made, status=201, location=f"{request.path}/{made.pk}")


class LimitExceptionOne(_Exception):
    needs = {"GET": NEEDS, "PATCH": NEEDS, "DELETE": NEEDS}

    @extend_schema(operation_id="alarm_exceptions_read", tags=TAGS, summary="Read a limit of one queue or reason")
    def get(self, request: Request, pk: int) -> Response:
        self.asked_for()
        return self.told(get_object_or_404(self.exceptions(), pk=pk))

    @extend_schema(
        operation_id="alarm_exceptions_change", tags=TAGS, summary="Change a limit of one queue or reason",
        request=shapes.PairBody, responses={200: shapes.ExceptionShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """What is left away stays; null is no limit."""
        said = self.taken(shapes.PairBody)
        with transaction.atomic():
            found = self.matched(pk)
            before = {"warning": found.warning, "critical": found.critical}
            return self.told(self.put_down(found.code, found.of, before | said))

    @extend_schema(
        operation_id="alarm_exceptions_remove", tags=TAGS, summary="Remove a limit of one queue or reason",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, pk: int) -> Response:
        """The centre's holds for it again."""
        with transaction.atomic():
            found = self.matched(pk)
            limit_remove(user=request.user, code=found.code, of=found.of)
        return Response(status=204)
