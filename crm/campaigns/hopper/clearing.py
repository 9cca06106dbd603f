"""Taking back what lies in a hopper."""

import logging

import redis

from crm import bus
from crm.campaigns.models import Campaign, CampaignState
from switchctl.contract.names import MAIN, Names

log = logging.getLogger(__name__)


def hopper_clear(*campaign_ids: int, names: Names = MAIN) -> None:
    """Nothing that lies there is dialled: it expires, and its leads are free again. Where Redis is away it stays, for
    as long as an entry lives."""
    if not campaign_ids:
        return
    try:
        bus.client().delete(*(names.hopper(str(one)) for one in campaign_ids))
    except redis.RedisError:
        log.warning("the hoppers of campaigns %s could not be cleared", ", ".join(map(str, campaign_ids)))


def hoppers_clear(*, names: Names = MAIN) -> None:
    """Of all campaigns that call nobody on holidays, for those have changed. Also of paused ones: what lies there may
    be dialled when they go on."""
    resting = Campaign.objects.filter(holidays=True, state__in=(CampaignState.RUNNING, CampaignState.PAUSED))
    hopper_clear(*resting.order_by().values_list("pk", flat=True), names=names)
