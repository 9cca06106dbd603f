"""The way of news to the pages, on a real Valkey."""

import asyncio

import pytest
from channels.layers import channel_layers


@pytest.mark.slow
async def test_a_page_that_hears_nothing_for_long_is_not_cut_off(redis_client):
    """redis-py 8 ends a blocking read after 5 s unless the layer's hosts say otherwise."""
    layer = channel_layers.make_backend("default")
    channel = await layer.new_channel()
    hearing = asyncio.ensure_future(layer.receive(channel))
    done, _ = await asyncio.wait([hearing], timeout=7)
    assert not done, hearing.exception()
    await layer.send(channel, {"type": "news"})
    assert await asyncio.wait_for(hearing, 5) == {"type": "news"}
