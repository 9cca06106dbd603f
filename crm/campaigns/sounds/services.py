"""Sounds are uploaded, renamed and removed."""

import hashlib
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import User
from crm.campaigns.models import Sound, SoundKind
from crm.campaigns.sounds.files import file_keep, file_name, file_remove
from crm.campaigns.sounds.selectors import sound_uses
from crm.campaigns.sounds.wav import wav_read

MANAGE = "campaigns.manage"
MOST_MB = 20
LEAST_MS, PROMPT_MS = 1000, 60_000
"""Shorter music, played over and over, would keep the switch busy; a longer prompt is given up by it."""


@transaction.atomic
def sound_upload(*, user: User, name: str, kind: str, upload: UploadedFile) -> Sound:
    """Raises ValidationError by field, with sentences that say what to do, and PermissionDenied."""
    require(user, MANAGE)
    made = Sound(name=name.strip(), kind=kind, added_by=user)
    try:
        if (upload.size or 0) > MOST_MB * 1024 * 1024:
            raise ValidationError(_("A file has at most %(n)d MB.") % {"n": MOST_MB})
        wav = wav_read(upload.read())
        _long_enough(kind, wav.ms)
    except ValidationError as error:
        raise ValidationError({"file": error.messages}) from error
    made.sha256 = hashlib.sha256(wav.file).hexdigest()
    made.file, made.size, made.ms = file_name(made.sha256), len(wav.file), wav.ms
    _save(made)
    file_keep(made.file, wav.file)
    return made


@transaction.atomic
def sound_rename(*, user: User, sound_id: int, name: str) -> Sound:
    """What is played stays the same. Raises ValidationError by field, PermissionDenied, Http404."""
    found = _locked(user, sound_id)
    found.name = name.strip()
    _save(found)
    return found


@transaction.atomic
def sound_delete(*, user: User, sound_id: int) -> None:
    """Raises ValidationError while it is in use, PermissionDenied, Http404."""
    found = _locked(user, sound_id)
    uses = sound_uses(found, user)
    if uses:
        raise ValidationError(
            _("“%(name)s” is in use: %(where)s. Choose another sound there first.")
            % {"name": found.name, "where": ", ".join(uses)}
        )
    found.delete()
    transaction.on_commit(partial(file_remove, found.file))


def _locked(user: User, sound_id: int) -> Sound:
    require(user, MANAGE)
    found = Sound.objects.select_for_update().filter(pk=sound_id).first()
    if found is None:
        raise Http404
    return found


def _save(sound: Sound) -> None:
    try:
        sound.full_clean()
    except ValidationError as error:  # two fields at once would be nobody's
        messages = error.message_dict
        if "__all__" in messages:
            messages["name"] = [*messages.get("name", []), *messages.pop("__all__")]
        raise ValidationError(messages) from error
    sound.save()


def _long_enough(kind: str, ms: int) -> None:
    if ms < LEAST_MS:
        raise ValidationError(_("A sound lasts at least a second. Lengthen it by silence."))
    if kind == SoundKind.PROMPT and ms > PROMPT_MS:
        raise ValidationError(
            _("A prompt lasts at most %(most)s seconds, this one %(has)s. Shorten it.")
            % {"most": PROMPT_MS // 1000, "has": -(-ms // 1000)}
        )
