from django.urls import path

from crm.reports import listurls, targetviews, views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("targets/", targetviews.targets, name="report_targets"),
    path("targets/add/", targetviews.add, name="report_target_add"),
    path("targets/remove/", targetviews.remove, name="report_target_remove"),
    *listurls.urlpatterns,
    path("<slug:code>/", views.report, name="report"),
]
