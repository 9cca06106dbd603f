"""Customers, what the centre notes of them, and orders to write them into files."""

from crm.customers.models.customers import PIECES, CallerChoice, Customer, CustomerNumber, Kind, Level, NumberLabel
from crm.customers.models.exports import CustomerExport
from crm.customers.models.fields import CustomerField, CustomerFile, FieldChoice, FieldKind, Project, TextForm
from crm.customers.models.packages import Package, PackageCustomer, PackageState

__all__ = [
    "PIECES",
    "CallerChoice",
    "Customer",
    "CustomerExport",
    "CustomerField",
    "CustomerFile",
    "CustomerNumber",
    "FieldChoice",
    "FieldKind",
    "Kind",
    "Level",
    "NumberLabel",
    "Package",
    "PackageCustomer",
    "PackageState",
    "Project",
    "TextForm",
]
