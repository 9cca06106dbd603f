"""Addresses of the API."""

from django.urls import path

from crm.telephony.api import configuration, extensions, forwarding, routes, speeddial, trunks

urlpatterns = [
    path("extensions", extensions.Extensions.as_view(), name="api_extensions"),
    path("extensions/<str:number>", extensions.ExtensionOne.as_view(), name="api_extension"),
    path("extensions/<str:number>/secret", extensions.ExtensionSecret.as_view(), name="api_extension_secret"),
    path(
        "extensions/<str:number>/forwarding", forwarding.ExtensionForwarding.as_view(), name="api_extension_forwarding"
    ),
    path(
        "extensions/<str:number>/speed-dials", speeddial.ExtensionSpeedDials.as_view(), name="api_extension_speed_dials"
    ),
    path(
        "extensions/<str:number>/speed-dials/<str:code>",
        speeddial.ExtensionSpeedDial.as_view(),
        name="api_extension_speed_dial",
    ),
    path("speed-dials", speeddial.SpeedDials.as_view(), name="api_speed_dials"),
    path("speed-dials/<str:code>", speeddial.SpeedDialOne.as_view(), name="api_speed_dial"),
    path("queues/<slug:code>/forwarding", forwarding.QueueForwarding.as_view(), name="api_queue_forwarding"),
    path("routes", routes.Routes.as_view(), name="api_routes"),
    path("routes/<int:pk>", routes.RouteOne.as_view(), name="api_route"),
    path("trunks", trunks.Trunks.as_view(), name="api_trunks"),
    path("trunks/<slug:name>", trunks.TrunkOne.as_view(), name="api_trunk"),
    path("pause-reasons", configuration.PauseReasons.as_view(), name="api_pause_reasons"),
    path("dispositions", configuration.Dispositions.as_view(), name="api_dispositions"),
    path("queues/serving", configuration.QueuesServing.as_view(), name="api_queues_serving"),
    path(
        "queues/<slug:code>/announcements",
        configuration.QueueAnnouncements.as_view(),
        name="api_queue_announcements",
    ),
    path("queues/<slug:code>/serving", configuration.QueueServing.as_view(), name="api_queue_serving"),
]
