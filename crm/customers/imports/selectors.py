"""Reading packages."""

from django.db.models import QuerySet

from crm.customers.models import Customer, Package, PackageCustomer, PackageState


def packages_done() -> QuerySet[Package]:
    """Those that are through and were not undone, the newest first."""
    return Package.objects.filter(state=PackageState.DONE)


def package_customers(package_id: int) -> QuerySet[Customer]:
    """Whom the package added or changed. No check of who asks."""
    return Customer.objects.filter(pk__in=PackageCustomer.objects.filter(package=package_id).values("customer"))
