"""Campaigns begin and end by the clock, too: what is published is compared with what should be."""

from datetime import datetime

from crm.campaigns.models import Mode
from crm.campaigns.running.publish import campaigns_working
from crm.telephony.publish import directory_changed, published
from switchctl.contract.names import MAIN, Names


def campaigns_keep_time(at: datetime, *, names: Names = MAIN) -> bool:
    """Publishes the directory when a campaign has begun or is over since; whether it did. Raises redis.RedisError."""
    out = published(names=names)
    if out is None:
        return False  # whoever keeps the directory published writes it whole
    wanted = {str(pk) for pk in campaigns_working(at).filter(mode=Mode.PROGRESSIVE).values_list("pk", flat=True)}
    if wanted == {campaign.id for campaign in out.campaigns}:
        return False
    directory_changed()
    return True
