"""Rows of the programs that work with the centre."""

from crm.integrations.models.answers import Answer
from crm.integrations.models.integration import Integration
from crm.integrations.models.tokens import Token

__all__ = ["Answer", "Integration", "Token"]
