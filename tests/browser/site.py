"""The web server, the feeder and the recorder in threads of the test's own process, on the test's own database."""

import asyncio
import os
import threading
import time

import uvicorn
from channels.layers import channel_layers

from ccsite.asgi import application
from crm import bus
from crm.calls.recording.recorder import Recorder
from crm.live.counter import Counter
from crm.live.feeder import Feeder
from tests import ports


class Site:
    """``start`` returns when pages are served; ``stop`` when nothing runs any more."""

    def __init__(self) -> None:
        self.port = ports.free_port()
        self.address = f"http://localhost:{self.port}"
        self._ready, self._over = threading.Event(), threading.Event()
        self._records, self._rests = threading.Event(), threading.Event()
        self._records.set()
        self._threads = [threading.Thread(target=self._serve), threading.Thread(target=self._record)]
        self._feeding: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        channel_layers.backends.clear()
        for thread in self._threads:
            thread.start()
        assert self._ready.wait(60), "the web server did not start"

    def stop(self) -> None:
        self.feeding(False)
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def feeding(self, wanted: bool) -> None:
        """Stops the feeder, as a crash of it would, or starts it anew."""
        done = asyncio.run_coroutine_threadsafe(self._feed(wanted), self._loop)
        done.result(60)

    def serving(self, wanted: bool) -> None:
        """Stops the web server, as a restart of it does, or starts it anew at the same address."""
        done = asyncio.run_coroutine_threadsafe(self._web(wanted), self._loop)
        done.result(60)

    def recording(self, wanted: bool) -> None:
        """Lets the recorder lag behind the facts told from now on, or catch up."""
        if wanted:
            self._records.set()
            return
        self._rests.clear()
        self._records.clear()
        assert self._rests.wait(60), "the recorder goes on"

    async def _feed(self, wanted: bool) -> None:
        if self._feeding is not None:
            self._feeding.set()
            await asyncio.gather(self._feeder, self._counter)
            self._feeding = None
        if wanted:
            self._feeding = asyncio.Event()
            self._feeder = asyncio.create_task(Feeder().run(self._feeding))
            self._counter = asyncio.create_task(Counter().run(self._feeding))

    async def _web(self, wanted: bool) -> None:
        if not wanted:
            self._server.should_exit = True
            await self._serving
            return
        options = {"lifespan": "off", "log_level": "warning", "timeout_graceful_shutdown": 1}
        self._server = uvicorn.Server(uvicorn.Config(application, port=self.port, **options))
        self._server.install_signal_handlers = lambda: None
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.02)

    def _serve(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await self._feed(True)
            await self._web(True)
            self._ready.set()
            while not self._over.is_set():
                await asyncio.sleep(0.02)
            await self._web(False)

        asyncio.run(serve())

    def _record(self) -> None:
        from django.db import connection

        recorder = Recorder(bus.blocking_client(), f"test-{os.getpid()}")
        while not self._over.is_set():
            if self._records.is_set():
                recorder.attempt(block_ms=100)
            else:
                self._rests.set()
                self._records.wait(0.1)
        connection.close()


def until(condition, timeout: float = 60) -> None:
    """Waits for a condition; a test never sleeps for a time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
