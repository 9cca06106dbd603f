"""Makes the sounds that a new node needs, so that it speaks: prompts in Chinese and English, and queue music.

    python freeswitch-conf/prompts.py --out /var/lib/switchdesk/sounds [--language zh|en|both]

The voice is eSpeak NG's (from the wheel espeakng-loader), the music is computed here. All files are 8 kHz
mono WAV, the rate of the telephone, so the switch never resamples. Replace any by a recording of the same name.
"""

# ruff: noqa: T201 - a command: what it prints is its answer

import argparse
import array
import ctypes
import math
import sys
import wave
from pathlib import Path

RATE = 8000
LOUD = 20_000
"""Of 32,767: the loudest sample of a word."""

PROMPTS = {
    "ivr/greeting.wav": {
        "zh": "您好,欢迎致电客户服务中心。您的电话马上为您转接。",
        "en": "Hello, and welcome. We are connecting your call.",
    },
    "queue/wait.wav": {
        "zh": "座席正忙,请您不要挂机,我们会尽快为您服务。",
        "en": "All our agents are busy. Please stay on the line.",
    },
    "ivr/sorry.wav": {
        "zh": "很抱歉,现在无法接听您的电话,请稍后再拨。",
        "en": "We are sorry, we cannot take your call now. Please call again later.",
    },
    "ivr/room-pin.wav": {
        "zh": "请输入会议密码,按井号键结束。",
        "en": "Please enter the pin of the conference room, and then the hash key.",
    },
    "ivr/room-wrong.wav": {
        "zh": "会议密码不正确,请重新输入,按井号键结束。",
        "en": "This is not the pin of the room. Please enter it again, and then the hash key.",
    },
    "ivr/thanks.wav": {
        "zh": "感谢您的来电,再见。",
        "en": "Thank you for calling. Goodbye.",
    },
    "ivr/not-allowed.wav": {
        "zh": "您所拨的号码不正确,或者您没有拨打权限。",
        "en": "This number does not exist, or you may not dial it.",
    },
    "ivr/marked.wav": {
        "zh": "客户已标记。",
        "en": "The customer is marked.",
    },
    "ivr/not-now.wav": {
        "zh": "现在不能执行此操作,请查看您的座席页面。",
        "en": "This cannot be done now. Please look at your desk.",
    },
}
DIGITS = (
    ("零", "zero"), ("一", "one"), ("二", "two"), ("三", "three"), ("四", "four"),
    ("五", "five"), ("六", "six"), ("七", "seven"), ("八", "eight"), ("九", "nine"),
)  # fmt: skip
PIECES = {
    "ivr/agent-before.wav": {"zh": "工号", "en": "Agent"},
    "ivr/agent-after.wav": {"zh": "为您服务。", "en": "is at your service."},
    **{f"digits/{digit}.wav": {"zh": zh, "en": en} for digit, (zh, en) in enumerate(DIGITS)},
}
"""What is put together to one sentence: in one language, the first of those that are asked for."""
VOICES = {"zh": b"cmn", "en": b"en"}
WORDS_PER_MINUTE = {"zh": 190, "en": 160}

# Two loops of the five-tone scale: beats and note by turns; notes count half-tones from A4, a dot is a rest.
MELODIES = {
    "moh/evening.wav": (92, """
        2 -9  1 -7  1 -5  2 -2  2 0  1 -2  1 -5  2 -7  4 -9
        2 -5  1 -2  1 0  2 3  2 0  1 -2  1 -5  2 -7  3 -9  1 .
    """),
    "moh/lanterns.wav": (108, """
        1 0  1 3  2 5  1 3  1 0  2 -2  1 -4  1 -2  2 0  4 -7
        1 -4  1 -2  2 0  1 3  1 5  2 7  2 5  1 3  1 0  3 -2  1 .
    """),
}  # fmt: skip


class Speaker:
    """eSpeak NG by ctypes: text in, samples out. One per process; RuntimeError where the library refuses."""

    _SYNCHRONOUS = 2
    _UTF8 = 1
    _RATE_PARAMETER = 1

    def __init__(self) -> None:
        import espeakng_loader  # only this command needs it: the daemon and the site run without

        self._lib = ctypes.cdll.LoadLibrary(espeakng_loader.get_library_path())
        data = str(Path(espeakng_loader.get_data_path()).parent).encode()
        self.rate: int = self._lib.espeak_Initialize(self._SYNCHRONOUS, 0, data, 0)
        if self.rate <= 0:
            raise RuntimeError("eSpeak NG does not start: are its voices there?")
        self._samples = array.array("h")
        shape = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._take = shape(self._collect)  # kept, or ctypes frees it under the library's feet
        self._lib.espeak_SetSynthCallback(self._take)

    def _collect(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._samples.frombytes(ctypes.string_at(samples, count * 2))
        return 0

    def say(self, text: str, language: str) -> array.array:
        """16-bit samples at 8 kHz."""
        if self._lib.espeak_SetVoiceByName(VOICES[language]) != 0:
            raise RuntimeError(f"eSpeak NG has no voice {VOICES[language].decode()}")
        self._lib.espeak_SetParameter(self._RATE_PARAMETER, WORDS_PER_MINUTE[language], 0)
        self._samples = array.array("h")
        raw = text.encode()
        failed = self._lib.espeak_Synth(raw, len(raw) + 1, 0, 0, 0, self._UTF8, None, None)
        if failed or not self._samples:
            raise RuntimeError(f"eSpeak NG said nothing for {text!r}")
        return resample(self._samples, self.rate)


def resample(samples: array.array, rate: int, reach: int = 12) -> array.array:
    """To 8 kHz by a windowed sinc, cut off at 3.6 kHz so that nothing folds back into speech."""
    step = rate / RATE
    width = reach * step
    cut = 2 * 3600 / rate
    out = array.array("h")
    for index in range(int(len(samples) / step)):
        centre = index * step
        first, last = max(0, math.ceil(centre - width)), min(len(samples) - 1, math.floor(centre + width))
        total = 0.0
        for at in range(first, last + 1):
            x = at - centre
            sinc = cut if x == 0 else math.sin(math.pi * cut * x) / (math.pi * x)
            total += samples[at] * sinc * (0.54 + 0.46 * math.cos(math.pi * x / width))
        out.append(max(-32768, min(32767, round(total))))
    return out


def silence(seconds: float) -> array.array:
    return array.array("h", bytes(2 * round(seconds * RATE)))


def melody(beats_per_minute: int, score: str, rounds: int = 3) -> array.array:
    """A soft plucked line over its own octave; ends in silence so that the loop has no click."""
    beat = 60 / beats_per_minute / 2
    words = score.split() * rounds
    notes = [(int(beats), note) for beats, note in zip(words[::2], words[1::2], strict=True)]
    mix = [0.0] * round((sum(beats for beats, _ in notes) * beat + 2.0) * RATE)
    at = 0.0
    for beats, note in notes:
        if note != ".":
            pluck(mix, round(at * RATE), 440.0 * 2 ** (int(note) / 12))
        at += beats * beat
    return array.array("h", (max(-32768, min(32767, round(value))) for value in mix))


def pluck(mix: list[float], start: int, frequency: float) -> None:
    """Adds one note to the mix: three partials, a 10 ms attack, an exponential decay over 1.6 s."""
    seconds, loudness = 1.6, 3200.0
    for index in range(min(round(seconds * RATE), len(mix) - start)):
        time = index / RATE
        swell = min(1.0, time / 0.010) * math.exp(-2.6 * time) * min(1.0, (seconds - time) / 0.1)
        angle = 2 * math.pi * frequency * time
        tone = math.sin(angle) + 0.35 * math.sin(2 * angle) + 0.5 * math.sin(angle / 2)
        mix[start + index] += loudness * swell * tone


def write_wav(path: Path, samples: array.array) -> None:
    """8 kHz mono, 16 bit; whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with wave.open(str(part), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    part.replace(path)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="the switch's sound folder")
    parser.add_argument("--language", choices=("zh", "en", "both"), default="both", help="both: zh first")
    options = parser.parse_args(argv)

    languages = ("zh", "en") if options.language == "both" else (options.language,)
    speaker = Speaker()
    made = {}
    for name, texts in PROMPTS.items():
        samples = silence(0.2)
        for language in languages:
            samples += speaker.say(texts[language], language) + silence(0.3)
        made[name] = samples
    for name, texts in PIECES.items():
        samples = speaker.say(texts[languages[0]], languages[0])
        loudest = max(map(abs, samples))
        # single words come out too loud
        made[name] = array.array("h", (sample * LOUD // loudest for sample in samples))
    for name, (tempo, score) in MELODIES.items():
        made[name] = melody(tempo, score)
    for name, samples in made.items():
        write_wav(options.out / name, samples)
        print(f"{options.out / name}: {len(samples) / RATE:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
