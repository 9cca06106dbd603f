"""Addresses of the API."""

from django.urls import path

from crm.staff.api import departments, roles, skills, users

urlpatterns = [
    path("users", users.Users.as_view(), name="api_users"),
    path("users/bulk", users.UsersBulk.as_view(), name="api_users_bulk"),
    path("users/<int:pk>", users.UserOne.as_view(), name="api_user"),
    path("users/<int:pk>/steps", users.UserSteps.as_view(), name="api_user_steps"),
    path("departments", departments.Departments.as_view(), name="api_departments"),
    path("departments/<int:pk>", departments.DepartmentOne.as_view(), name="api_department"),
    path("skill-groups", skills.SkillGroups.as_view(), name="api_skill_groups"),
    path("skill-groups/<int:pk>", skills.SkillGroupOne.as_view(), name="api_skill_group"),
    path("roles", roles.Roles.as_view(), name="api_roles"),
    path("roles/<int:pk>", roles.RoleOne.as_view(), name="api_role"),
]
