"""The demonstration's sounds: a gong for a prompt, a few bars to wait by. Nobody owns them: they are reckoned."""

import math
import struct

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.accounts.models import User
from crm.campaigns.models import SoundKind
from crm.campaigns.sounds.services import sound_upload
from crm.campaigns.sounds.wav import wav_file

RATE = 8000
BEAT_S = 0.4
GONG = (784, 0, 587, 0)
BARS = (523, 659, 784, 659, 587, 698, 880, 698, 523, 659, 784, 1047, 988, 784, 659, 587)
SOUNDS = (("提示音（演示）", SoundKind.PROMPT, GONG), ("等待音乐（演示）", SoundKind.MUSIC, BARS))


def sounds_seed(who: User) -> None:
    for name, kind, notes in SOUNDS:
        sound_upload(user=who, name=name, kind=kind, upload=SimpleUploadedFile("demo.wav", _wav(notes)))


def _wav(notes: tuple[int, ...]) -> bytes:
    """Each note, in Hz (0: none), for a beat, and fading."""
    samples = []
    for note in notes:
        for at in range(int(RATE * BEAT_S)):
            told = math.sin(2 * math.pi * note * at / RATE) * math.exp(-4 * at / RATE / BEAT_S)
            samples.append(int(9000 * told))
    return wav_file(struct.pack(f"<{len(samples)}h", *samples), RATE)
