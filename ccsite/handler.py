"""From the web server to Django, by one change of threads instead of a dozen.

Theory of operation. All our middleware and views are plain functions. Django's own handler for ASGI keeps its chain in
the event loop and makes a thread for each request, to which it goes over and from which it comes back for each part:
signals, middleware, what they look at before the view, the view, rendering, the end. Each change waits until the
interpreter lets the other side go on, up to some milliseconds while others compute. Here one of a fixed number of
threads does all of it, until the answer is bytes and its database connection is given back; only then is it sent.

An answer that is streamed is made while it is sent, in a thread of its own, as Django does it.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 64
"""At once; more wait. PostgreSQL lets a hundred connections in, of which others need some."""


class Handler(ASGIHandler):
    """An asynchronous view would still do: Django runs it to its end."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._threads = ThreadPoolExecutor(THREADS, "request")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        respond = sync_to_async(self._respond, thread_sensitive=False, executor=self._threads)
        response = await respond(scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _respond(self, scope: dict[str, Any], body: "SpooledTemporaryFile[bytes]") -> HttpResponseBase:
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, response = self.create_request(scope, body)
            if request is not None:
                response = self.get_response(request)
                response._handler_class = type(self)
            if isinstance(response, FileResponse):
                response.block_size = self.chunk_size
            if not response.streaming:
                response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Until its end, or until nobody listens any more."""
        async with ThreadSensitiveContext():
            both = [
                asyncio.create_task(self.send_response(response, send)),
                asyncio.create_task(self.listen_for_disconnect(receive)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
                await sync_to_async(response.close)()
