"""Agents as the live view knows them, in stories of campaigns."""

from crm.accounts.models import SkillGroup, SkillMember, User
from crm.campaigns.models import Campaign
from crm.live.state import Saved, encode
from switchctl.contract.live import LiveAgent, LiveView
from switchctl.contract.names import MAIN


def works_for(campaign: Campaign, *people: User) -> None:
    """They have the skill that it asks for."""
    group = SkillGroup.objects.create(name=f"of {campaign.name}")
    for user in people:
        SkillMember.objects.create(group=group, user=user)
    campaign.skill_group = group
    campaign.save()


def states(redis, **told: str) -> None:
    """Login → state; who is named first has been in it the longest."""
    agents = {login: LiveAgent(id=login, state=state, since=n) for n, (login, state) in enumerate(told.items(), 1)}
    redis.set(MAIN.live, encode(Saved(view=LiveView(agents=agents))))
