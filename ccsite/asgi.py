"""What the web server runs: pages over HTTP, live views over websockets."""

import gc
import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")
pages = get_asgi_application()  # loads the apps, so it comes before anything that imports a model

from crm.audit.doors import Sockets  # noqa: E402
from crm.live.routing import websocket_urlpatterns  # noqa: E402

application = ProxyHeadersMiddleware(
    ProtocolTypeRouter(
        {
            "http": pages,
            "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(Sockets(URLRouter(websocket_urlpatterns)))),
        }
    ),
    trusted_hosts=settings.TRUSTED_PROXIES,  # of nobody else is believed for whom he speaks
)

gc.collect()
gc.freeze()  # what is loaded by now stays: without it each full collection looks through all of it, some 100 ms
