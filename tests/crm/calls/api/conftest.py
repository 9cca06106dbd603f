"""The programs that come in, and a daemon that answers their orders."""

from tests.crm.live.conftest import daemon
from tests.crm.rest.conftest import programs

__all__ = ["daemon", "programs"]
