from django.urls import path

from crm.integrations.views import programs

urlpatterns = [
    path("", programs.programs, name="integrations"),
    path("new/", programs.new, name="integration_new"),
    path("<int:integration_id>/", programs.program, name="integration"),
    path("<int:integration_id>/end/", programs.end, name="integration_end"),
    path("<int:integration_id>/tokens/", programs.token, name="token_new"),
    path("<int:integration_id>/tokens/<int:token_id>/revoke/", programs.revoke, name="token_revoke"),
]
