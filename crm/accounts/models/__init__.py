"""Rows of who works here."""

from crm.accounts.models.department import Department
from crm.accounts.models.role import Role, Scope
from crm.accounts.models.skill import SkillGroup, SkillMember
from crm.accounts.models.user import Dialling, User

__all__ = ["Department", "Dialling", "Role", "Scope", "SkillGroup", "SkillMember", "User"]
