from tests.crm.customers.centre import define, fields, place, project
from tests.crm.customers.people import ringing, town

__all__ = ["define", "fields", "place", "project", "ringing", "town"]
