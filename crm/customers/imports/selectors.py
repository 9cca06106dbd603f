"""Reading packages."""

from django.db.models import QuerySet

from crm.customers.models import Customer, Package, PackageCustomer, PackageState
from crm.customers.sight import customers_known


def packages_done() -> QuerySet[Package]:
    """Those that are through and were not undone, the newest first."""
    return Package.objects.filter(state=PackageState.DONE)


def package_customers(package_id: int) -> QuerySet[Customer]:
    """Whom its rows added or changed and who were not erased; not the companies that rows only named. No check of who
    asks."""
    members = PackageCustomer.objects.filter(package=package_id, named=False)
    return customers_known().filter(pk__in=members.values("customer"))
