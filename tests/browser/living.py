"""A whole centre under the pages: daemon and simulated switch as processes, a Redis that can be restarted."""

import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import redis

from ccsite.run.valkey import server
from crm import bus
from crm.numberlists.publish import lists_publish
from crm.telephony.publish import directory_publish
from tests.browser.site import Site, until
from tests.crm.carrier import carrier
from tests.daemon.switch import SECRET, SimulatedSwitch
from tests.nursery import Born, born


class Living:
    """``start`` returns when the daemon leads and pages are served; the phones ring until a page answers them.

    Redis keeps what it was told, as a production's does.
    """

    def __init__(self, folder: Path, free_port, settings) -> None:
        self.folder = folder
        self._redis_port, lease, self._http = free_port(), free_port(), free_port()
        self.url = f"redis://127.0.0.1:{self._redis_port}/0"
        self._settings = settings
        self.switch = SimulatedSwitch(folder, free_port(), lease, "--phones", "*=page", "--extensions", "2001-2099")
        self.environment = {
            **os.environ,
            "FREESWITCH_NODES": f"node1=esl://:{SECRET}@127.0.0.1:{self.switch.port}",
            "REDIS_URL": self.url,
            "SWITCHDESK_VAR": str(folder),
            "SWITCHCTL_LEASE": f"127.0.0.1:{lease}",
            "SWITCHCTL_HTTP": f"127.0.0.1:{self._http}",
        }
        self.site: Site | None = None
        self._valkey: subprocess.Popen | None = None
        self._daemon: Born | None = None

    def start(self) -> None:
        self.start_redis()
        self._settings.REDIS_URL = self.url
        layer = self._settings.CHANNEL_LAYERS["default"]
        hosts = [{**layer["CONFIG"]["hosts"][0], "address": self.url}]
        self._settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": hosts}}}
        bus.client.cache_clear()
        self._settings.DIAL_AREA = "10"
        carrier()
        directory_publish(force=True)
        lists_publish(force=True)
        self.switch.start()
        self.start_daemon()
        self.site = Site()
        self.site.start()

    def end(self) -> None:
        if self.site:
            self.site.stop()
        self.stop_daemon()
        self.switch.stop()
        self.stop_redis()
        bus.client.cache_clear()

    def start_redis(self) -> None:
        words = ["--port", self._redis_port, "--bind", "127.0.0.1", "--dir", self.folder, "--appendonly", "yes"]
        line = [server(), *map(str, words), "--save", "", "--appendfsync", "always"]
        self._valkey = subprocess.Popen(line, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url, socket_timeout=10) as client:
            until(lambda: _answers(client), 90)

    def stop_redis(self) -> None:
        """kill -9."""
        if self._valkey:
            self._valkey.kill()
            self._valkey.wait()
            self._valkey = None

    def start_daemon(self) -> None:
        with (self.folder / "daemon.log").open("a") as log:
            self._daemon = born(["switchctl"], environment=self.environment, output=log)
        until(self._leads, 90)

    def stop_daemon(self) -> None:
        """kill -9."""
        if self._daemon:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    def _leads(self) -> bool:
        assert self._daemon.poll() is None, (self.folder / "daemon.log").read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._http}/healthz", timeout=30) as answer:
                return json.load(answer)["role"] == "leader"
        except (OSError, urllib.error.HTTPError, ValueError):
            return False


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
