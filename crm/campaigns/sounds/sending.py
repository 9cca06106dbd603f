"""A sound goes out, to a page's player or to a program."""

from django.http import Http404, HttpRequest, StreamingHttpResponse

from crm.campaigns.models import Sound
from crm.campaigns.sounds.files import path_of
from crm.sheets.writing import download, file_pieces


def sound_sent(request: HttpRequest, sound: Sound) -> StreamingHttpResponse:
    """Raises Http404 for one that lies on the switches only."""
    path = path_of(sound.file)
    if path is None or not path.is_file():
        raise Http404
    answer = download(request, f"sound-{sound.pk}.wav", "audio/wav", file_pieces(path))
    answer["Content-Length"] = str(sound.size)
    return answer
