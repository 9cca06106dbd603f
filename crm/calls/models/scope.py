"""Where a row belongs: four columns that every fact, record and part carries from the start."""

from django.db import models


class Scoped(models.Model):
    """As in the contract: tenant, site, application and kind of contact (call, callback, message …)."""

    tenant = models.CharField(max_length=32, default="main", db_default="main")
    site = models.CharField(max_length=32, default="main", db_default="main")
    application = models.CharField(max_length=32, default="callcentre", db_default="callcentre")
    contact_kind = models.CharField(max_length=16, default="call", db_default="call")

    class Meta:
        abstract = True
