"""The programs that come in."""

from tests.crm.rest.conftest import programs

__all__ = ["programs"]
