"""Which sounds there are, who may see them, and who plays them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.models import Campaign, CampaignState, CampaignTemplate, Sound, SoundKind
from crm.campaigns.running.selectors import campaigns_seen
from crm.telephony.models import Queue, Route

STREAM = "local_stream://moh"
"""The switch's own music; there is no sound of it here."""
FIELDS = {SoundKind.PROMPT: "prompt", SoundKind.MUSIC: "music"}
"""Kind → where rules name one."""


def sounds_seen(user: User) -> QuerySet[Sound]:
    """They are the whole centre's. Raises PermissionDenied."""
    require(user, "campaigns.see")
    return Sound.objects.select_related("added_by")


def sound_choices(kind: str) -> list[tuple[str, str]]:
    """File and name of those that rules can name."""
    found = Sound.objects.filter(kind=kind)
    return [(one.file, f"{one.name} ({_clock(one.ms)})" if one.ms else one.name) for one in found]


def sound_hold(kind: str, file: str) -> bool:
    """Whether there is one; then it is not removed before the end of this transaction."""
    return Sound.objects.select_for_update().filter(kind=kind, file=file).first() is not None


def sound_shown(file: str) -> str:
    """Its name now, if it has one, and the file, which tells what it is for ever."""
    found = Sound.objects.filter(kind=SoundKind.PROMPT, file=file).first()
    return f"{found.name} ({file})" if found is not None and found.name != file else file


def sound_uses(sound: Sound, user: User) -> list[str]:
    """The campaigns that have not ended, the templates, queues and numbers that name it; of campaigns that she does not
    see, only that there are some."""
    named: dict[str, Any] = {FIELDS[SoundKind(sound.kind)]: sound.file}
    living = Campaign.objects.filter(**named).exclude(state=CampaignState.ENDED)
    seen = campaigns_seen(user).filter(pk__in=living.order_by().values("pk")).values_list("name", flat=True)
    told = [*seen, *CampaignTemplate.objects.filter(**named).values_list("name", flat=True)]
    if sound.kind == SoundKind.PROMPT:
        told += [queue.label for queue in Queue.objects.filter(whisper=sound.file)]
        told += Route.objects.filter(greeting=sound.file).values_list("number", flat=True)
    return [*told, _("campaigns beyond your data scope")] if len(seen) < living.count() else told


def _clock(ms: int) -> str:
    seconds = round(ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02}"
