"""Customers: search, add, read, change."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.customers.api.shapes import CustomerAsked, CustomerBody, CustomerChangeBody, CustomerShape, written
from crm.customers.editing import Stale, customer_change, customer_create
from crm.customers.fields.filtering import Wish, wished
from crm.customers.imports.selectors import package_customers
from crm.customers.models import Customer
from crm.customers.searching import customers_matching
from crm.customers.sight import customers_visible
from crm.customers.whom import wishes_of
from crm.numbers import e164
from crm.rest import bulk
from crm.rest.endpoint import Endpoint
from crm.rest.etags import tag_of, version_wanted
from crm.rest.problems import Problem
from crm.rest.shapes import Body, as_lists

TAGS = ["Customers"]


class Customers(Endpoint):
    """All whom the data scope reaches, the newest first."""

    serializer_class = CustomerShape
    lists = True
    asked = CustomerAsked
    needs = {"GET": "customers.see", "POST": "customers.add"}

    @extend_schema(
        operation_id="customers_list", tags=TAGS, summary="Search customers",
        responses={200: CustomerShape(many=True)},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Also by fields of the centre: `f_<code>` a piece of a text, or the code of a choice (several times: any of
        them); `f_<code>_from` and `f_<code>_to` limits of a number or a date; `f_<code>_has` yes or no."""
        asked = self.asked_for()
        return self.listed(wished(_full(_asked(request, asked), self.wants), _wishes(request)))

    @extend_schema(
        operation_id="customers_add", tags=TAGS, summary="Add a customer", request=CustomerBody,
        responses={201: CustomerShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        made = _add(request, self.taken(CustomerBody))
        return self.shown(_one(made.pk), status=201, tag=tag_of(made.version), location=f"{request.path}/{made.pk}")


class CustomersBulk(Endpoint):
    """Many at once: the good ones are added, each other one is answered with its reason."""

    class Many(Body):
        items = serializers.ListField(
            child=serializers.DictField(), min_length=1, max_length=bulk.MOST,
            help_text="Each as the body of adding one customer.",
        )  # fmt: skip

    serializer_class = bulk.BulkShape
    needs = {"POST": "customers.add"}

    @extend_schema(
        operation_id="customers_add_many", tags=TAGS, summary="Add up to 500 customers", request=Many,
        responses={200: bulk.BulkShape},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        items = self.taken(self.Many)["items"]
        add = lambda item: _add(request, self.read(CustomerBody, item)).pk  # noqa: E731
        return Response(bulk.each(items, add, instance=request.path))


class CustomerOne(Endpoint):
    """One customer, within the data scope."""

    serializer_class = CustomerShape
    needs = {"GET": "customers.see", "PATCH": "customers.edit"}

    @extend_schema(operation_id="customers_read", tags=TAGS, summary="Read a customer")
    def get(self, request: Request, pk: int) -> Response:
        customer = get_object_or_404(_full(customers_visible(request.user)), pk=pk)
        return self.shown(customer, tag=tag_of(customer.version))

    @extend_schema(
        operation_id="customers_change", tags=TAGS, summary="Change a customer", request=CustomerChangeBody,
        responses={200: CustomerShape},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        get_object_or_404(customers_visible(request.user, "customers.edit"), pk=pk)
        said = self.taken(CustomerChangeBody)
        try:
            customer_change(
                actor=request.user, customer_id=pk, version=version_wanted(request), fields=written(said),
                numbers=said.get("numbers", ()), removed=said.get("numbers_removed", ()),
                projects=said.get("projects"), values=said.get("values"), labels=said.get("labels"),
                main=said.get("main"),
            )  # fmt: skip
        except Stale as error:
            raise Problem("changed") from error
        customer = _one(pk)
        return self.shown(customer, tag=tag_of(customer.version))


def _add(request: Request, said: dict[str, Any]) -> Customer:
    return customer_create(
        actor=request.user, fields=written(said), numbers=said.get("numbers", ()),
        projects=said.get("projects", ()), values=said.get("values"),
    )  # fmt: skip


def _asked(request: Request, asked: dict[str, Any]) -> QuerySet[Customer]:
    found = customers_matching(request.user, asked.get("q", ""))
    if "number" in asked:
        found = found.filter(numbers__number=e164(asked["number"]) or "-")
    if owner := asked.get("owner"):
        found = found.filter(owner=None) if owner == "none" else found.filter(owner__username=owner)
    if project := asked.get("project"):
        found = found.filter(projects__code=project)
    if package := asked.get("package"):
        found = found.filter(pk__in=package_customers(package).order_by().values("pk"))
    return found.filter(**{name: asked[name] for name in ("kind", "level", "employer") if name in asked})


def _wishes(request: Request) -> tuple[Wish, ...]:
    """Raises Problem for a field that there is not, or what makes no sense of it."""
    names = [name for name in request.query_params if CustomerAsked.apart(name)]
    return wishes_of(names, request.query_params)


def _full(customers: QuerySet[Customer], wants: Callable[[str], bool] = lambda name: True) -> QuerySet[Customer]:
    return customers.select_related("owner").prefetch_related(*as_lists(*filter(wants, ("numbers", "projects"))))


def _one(pk: int) -> Customer:
    return _full(Customer.objects).get(pk=pk)
