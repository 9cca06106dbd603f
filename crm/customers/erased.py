"""What is kept of a customer in the centre's fields, for who takes it out or erases it: fields out of use included."""

from pathlib import Path
from typing import Any

from crm.customers.fields.files import files_remove, path_of
from crm.customers.fields.selectors import file_names, shown_values
from crm.customers.models import Customer, CustomerField, PackageCustomer
from crm.customers.selectors import calls_of_customer


def customer_fields(customer: Customer) -> dict[str, str]:
    """Label (with the code, for two fields may have one label) → what it says."""
    fields = list(CustomerField.objects.filter(code__in=customer.values).prefetch_related("choices"))
    told = shown_values(customer, fields, file_names([customer], fields))
    return {f"{field.label} ({field.code})": words for field, words, _file in told}


def customer_files(customer: Customer) -> list[tuple[str, Path]]:
    """Names in an archive, none twice, and where the files lie; what is not on disk any more is left out."""
    found = [(file.name, path_of(file.pk)) for file in customer.files.order_by("added_at", "pk")]
    return [(f"{n}-{name}", path) for n, (name, path) in enumerate(found, 1) if path.is_file()]


def customer_imports(customer: Customer) -> list[dict[str, Any]]:
    """Files that brought or changed her, and what was true of her before."""
    rows = PackageCustomer.objects.filter(customer=customer).select_related("package").order_by("pk")
    return [
        {"file": one.package.file_name, "at": one.package.asked_at, "row": one.row, "before": one.before}
        for one in rows
    ]


def companies_alone(customer: Customer) -> list[int]:
    """Id of her company, if it is known through her alone: nobody else belongs to it, and it has neither numbers nor
    calls. Its name may say who she is."""
    company = customer.employer
    if company is None or company.people.exclude(pk=customer.pk).exists() or company.numbers.exists():
        return []
    return [] if calls_of_customer(company).exists() else [company.pk]


def customer_blank(customer: Customer, *, name: str) -> None:
    """Leaves only the row, under this name. Inside a transaction; what lies on disk goes when it is committed."""
    customer.name, customer.company, customer.note, customer.words = name, "", "", ""
    customer.employer, customer.values = None, {}
    customer.save(update_fields=["name", "company", "note", "words", "employer", "values"])
    customer.people.update(company="", employer=None)  # the name of a company may be its owner's
    files_remove(customer.files.all())
