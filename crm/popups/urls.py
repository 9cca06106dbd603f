from django.urls import path

from crm.popups.views import lookups, popups

urlpatterns = [
    path("", popups.popups, name="popups"),
    path("hosts/", popups.host, name="popup_host"),
    path("hosts/<int:host_id>/remove/", popups.host_gone, name="popup_host_remove"),
    path("new/", popups.new, name="popup_new"),
    path("<int:popup_id>/", popups.popup, name="popup"),
    path("<int:popup_id>/example/", popups.example, name="popup_example"),
    path("<int:popup_id>/secret/", popups.secret, name="popup_secret"),
    path("<int:popup_id>/unsign/", popups.unsign, name="popup_unsign"),
    path("<int:popup_id>/remove/", popups.remove, name="popup_remove"),
    path("lookups/new/", lookups.new, name="lookup_new"),
    path("lookups/<int:lookup_id>/", lookups.lookup, name="lookup"),
    path("lookups/<int:lookup_id>/try/", lookups.attempt, name="lookup_try"),
    path("lookups/<int:lookup_id>/remove/", lookups.remove, name="lookup_remove"),
]
