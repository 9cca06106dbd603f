"""What ours is measured against: each fact to everybody. An ASGI application with one channel group, and its feeder.

Same channel layer, same web server; only whom a message is for is left out.
"""

import asyncio
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccsite.settings")

import django  # noqa: E402  after the settings

django.setup()

import redis.asyncio as redis  # noqa: E402
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from switchctl.contract import facts  # noqa: E402
from switchctl.contract.names import MAIN  # noqa: E402

GROUP = "bench.everybody"


class Everybody(AsyncJsonWebsocketConsumer):
    groups = [GROUP]

    async def bench_fact(self, message):
        await self.send_json(message)


application = ProtocolTypeRouter({"websocket": Everybody.as_asgi()})


async def feed() -> None:
    """Follows the stream from its end on; for ever."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    layer, cursor = get_channel_layer(), "$"
    print("following", flush=True)
    while True:
        found = await client.xread({MAIN.facts: cursor}, count=1000, block=1000)
        for entry, fields in found[0][1] if found else ():
            cursor = entry
            fact = facts.decode(fields[b"f"])
            told = {"type": "bench.fact", "seq": fact.seq, "fact": fields[b"f"].decode()}
            await layer.group_send(GROUP, told)


if __name__ == "__main__":
    sys.exit(asyncio.run(feed()))
