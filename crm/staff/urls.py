from django.urls import path

from crm.staff.views import departments, frame, importing, roles, skills, users

urlpatterns = [
    path("", frame.index, name="staff"),
    path("users/", users.users, name="staff_users"),
    path("users/new/", users.new, name="staff_user_new"),
    path("users/export/<str:kind>/", users.export, name="staff_users_export"),
    path("users/import/", importing.users_from_file, name="staff_users_import"),
    path("users/import/template/<str:kind>/", importing.template, name="staff_users_template"),
    path("users/<int:user_id>/", users.user, name="staff_user"),
    path("users/<int:user_id>/end/", users.end, name="staff_user_end"),
    path("users/<int:user_id>/return/", users.take_back, name="staff_user_return"),
    path("users/<int:user_id>/unlock/", users.unlock, name="staff_user_unlock"),
    path("users/<int:user_id>/password/", users.password, name="staff_user_password"),
    path("departments/", departments.departments, name="staff_departments"),
    path("departments/add/", departments.add, name="staff_department_add"),
    path("departments/<int:department_id>/rename/", departments.rename, name="staff_department_rename"),
    path("departments/<int:department_id>/move/", departments.move, name="staff_department_move"),
    path("departments/<int:department_id>/remove/", departments.remove, name="staff_department_remove"),
    path("roles/", roles.roles, name="staff_roles"),
    path("roles/matrix/", roles.all_in_one, name="staff_roles_matrix"),
    path("roles/new/", roles.new, name="staff_role_new"),
    path("roles/<int:role_id>/", roles.role, name="staff_role"),
    path("roles/<int:role_id>/remove/", roles.remove, name="staff_role_remove"),
    path("skills/", skills.skills, name="staff_skills"),
    path("skills/new/", skills.group, name="staff_skill_new"),
    path("skills/<int:group_id>/", skills.group, name="staff_skill"),
    path("skills/<int:group_id>/remove/", skills.remove, name="staff_skill_remove"),
    path("skills/queues/<int:queue_id>/", skills.queue, name="staff_queue_groups"),
]
