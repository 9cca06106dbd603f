"""Of which calls somebody may see the evidence, and whether there is any."""

from django.db.models import Q, QuerySet

from crm.access.holding import may, reach
from crm.accounts.models import User
from crm.campaigns.models import Attempt, Evidence
from crm.campaigns.running.sight import campaigns_within

CODE = "campaigns.evidence"


def attempts_within(user: User) -> QuerySet[Attempt]:
    """Of campaigns that ``campaigns.evidence`` reaches; of no campaign, those that agents made whom it reaches. Raises
    PermissionDenied."""
    campaigns = campaigns_within(user, CODE).order_by().values("pk")
    reached = reach(user, CODE)
    if reached.everything:
        return Attempt.objects.all()
    hers = Q(campaign__isnull=True, agent__in=reached.users().order_by().values("pk"))
    return Attempt.objects.filter(Q(campaign__in=campaigns) | hers)


def evidence_opens(user: User, call_id: str) -> bool:
    """Whether there is evidence of this call for her: one that was dialled for a campaign or a callback has the id of
    its attempt. Whose campaign is gone is for those only who reach all."""
    if not may(user, CODE) or not Evidence.objects.filter(attempt=call_id).exists():
        return False
    return reach(user, CODE).everything or attempts_within(user).filter(pk=call_id).exists()
