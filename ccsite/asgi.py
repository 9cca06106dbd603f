"""What the web server runs: pages over HTTP, live views over websockets."""

import gc
import os
import sys

import django
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.urls import path, re_path
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ccsite.handler import Handler
from ccsite.rows import kept

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")
django.setup(set_prefix=False)  # loads the apps, so it comes before anything that imports a model
pages = Handler()
kept.most = settings.WEB_CONNECTIONS

from crm import places  # noqa: E402
from crm.audit.doors import Sockets  # noqa: E402
from crm.events.socket import PATH, events_socket  # noqa: E402
from crm.events.sse import Streams  # noqa: E402
from crm.live.routing import websocket_urlpatterns  # noqa: E402

PAGES = URLRouter(websocket_urlpatterns)
application = ProxyHeadersMiddleware(
    ProtocolTypeRouter(
        {
            "http": Streams(pages),
            "websocket": URLRouter(
                [
                    path(PATH, Sockets(events_socket)),  # opened by a token, not by a cookie
                    re_path("", AllowedHostsOriginValidator(AuthMiddlewareStack(Sockets(PAGES)))),
                ]
            ),
        }
    ),
    trusted_hosts=settings.TRUSTED_PROXIES,  # of nobody else is believed for whom he speaks
)

SWITCH_S = 0.0005
"""The event loop lets the interpreter go at each message that it sends, and a request at each answer of the database;
whoever wants it back while another computes waits for so long. Python's own 5 ms, a few hundred pages told of one
change while somebody's request was computed, were half a second."""
sys.setswitchinterval(SWITCH_S)

places.tables()
gc.collect()
gc.freeze()  # what is loaded by now stays: without it each full collection looks through all of it, some 100 ms
