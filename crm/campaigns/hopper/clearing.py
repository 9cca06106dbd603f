"""Taking back what lies in a hopper."""

import logging

import redis

from crm import bus
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)


def hopper_clear(campaign_id: int, *, names: Names = MAIN) -> None:
    """Nothing that lies there is dialled: it expires, and its leads are free again. Where Redis is away it stays, for
    as long as an entry lives."""
    try:
        bus.client().delete(names.hopper(str(campaign_id)))
    except redis.RedisError:
        log.warning("the hopper of campaign %d could not be cleared", campaign_id)
