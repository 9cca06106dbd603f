from django.urls import path

from crm.telephony.views import extensions, forwarding, numbers, speeddial, trunks

urlpatterns = [
    path("extensions/", extensions.extensions, name="extensions"),
    path("extensions/rows/", extensions.rows, name="extension_rows"),
    path("extensions/add/", extensions.add, name="extension_add"),
    path("extensions/<str:number>/", extensions.change, name="extension_change"),
    path("extensions/<str:number>/forwarding/", forwarding.of, name="extension_forwarding"),
    path("forwarding/", forwarding.mine, name="forwarding"),
    path("speed-dial/", speeddial.speed_dials, name="speed_dials"),
    path("speed-dial/<int:pk>/", speeddial.change, name="speed_dial"),
    path("speed-dial/<int:pk>/remove/", speeddial.remove, name="speed_dial_remove"),
    path("extensions/<str:number>/secret/", extensions.secret, name="extension_secret"),
    path("extensions/<str:number>/remove/", extensions.remove, name="extension_remove"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/add/", numbers.add, name="number_add"),
    path("numbers/<str:number>/", numbers.change, name="number_change"),
    path("numbers/<str:number>/remove/", numbers.remove, name="number_remove"),
    path("trunks/", trunks.trunks, name="trunks"),
    path("trunks/rows/", trunks.rows, name="trunk_rows"),
    path("trunks/new/", trunks.new, name="trunk_new"),
    path("trunks/<slug:name>/", trunks.trunk, name="trunk"),
    path("trunks/<slug:name>/remove/", trunks.remove, name="trunk_remove"),
]
