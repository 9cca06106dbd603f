"""Campaigns' tests: the cast, Redis, and a daemon that leads."""

import pytest

from tests.crm.campaigns.people import daemon_leads


@pytest.fixture
def leads(bus):
    """A daemon is there."""
    daemon_leads(bus)
    return bus
