from tests.crm.customers.people import ringing, town

__all__ = ["ringing", "town"]
