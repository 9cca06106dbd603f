"""Reading the fields of the centre."""

from collections.abc import Iterable
from typing import Any

from crm.customers.fields import values
from crm.customers.models import Customer, CustomerField, CustomerFile, FieldKind, Project


def fields_active() -> list[CustomerField]:
    """Fields in use, of projects in use, with their choices, in their order. Two queries."""
    found = CustomerField.objects.filter(active=True).select_related("project").prefetch_related("choices")
    return [field for field in found if field.project is None or field.project.active]


def projects_active() -> list[Project]:
    return list(Project.objects.filter(active=True))


def fields_of(fields: Iterable[CustomerField], projects: Iterable[int]) -> list[CustomerField]:
    """Those that a customer of these projects has."""
    ids = set(projects)
    return [field for field in fields if field.project_id is None or field.project_id in ids]


def file_names(customers: Iterable[Customer], fields: Iterable[CustomerField]) -> dict[str, CustomerFile]:
    """Key → file, of all files in these fields of these customers."""
    codes = [field.code for field in fields if field.kind == FieldKind.FILE]
    keys = [key for one in customers for code in codes if (key := one.values.get(code))]
    return {str(file.pk): file for file in CustomerFile.objects.filter(pk__in=keys)} if keys else {}


def shown_values(
    customer: Customer, fields: Iterable[CustomerField], files: dict[str, CustomerFile]
) -> list[tuple[CustomerField, str, Any]]:
    """Field, its value for people ("" for none), and the file if it is one."""
    told: list[tuple[CustomerField, str, Any]] = []
    for field in fields:
        stored = customer.values.get(field.code)
        file = files.get(str(stored))
        if field.kind == FieldKind.FILE:
            told.append((field, file.name if file else "", file))
        else:
            told.append((field, values.shown(field, stored), None))
    return told


def card_values(customer: Customer) -> list[tuple[CustomerField, str, Any]]:
    """What the card of a caller says of her: fields for it that say something."""
    fields = fields_of([one for one in fields_active() if one.on_card], _projects(customer))
    return [row for row in shown_values(customer, fields, file_names([customer], fields)) if row[1]]


def page_values(customer: Customer) -> list[tuple[CustomerField, str, Any]]:
    """All her fields, for a page that only shows her."""
    fields = fields_of(fields_active(), _projects(customer))
    return shown_values(customer, fields, file_names([customer], fields))


def _projects(customer: Customer) -> list[int]:
    return list(customer.projects.values_list("pk", flat=True))
