"""A sound goes out, to a page's player or to a program."""

from django.http import Http404, HttpRequest, HttpResponseBase

from crm.campaigns.models import Sound
from crm.campaigns.sounds.files import path_of
from crm.sheets.seeking import file_sought


def sound_sent(request: HttpRequest, sound: Sound) -> HttpResponseBase:
    """Or a part of it, as players ask. Raises Http404 for one that lies on the switches only."""
    path = path_of(sound.file)
    if path is None or not path.is_file():
        raise Http404
    return file_sought(request, f"sound-{sound.pk}.wav", "audio/wav", path, sound.sha256)
