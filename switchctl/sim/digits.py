"""play_and_get_digits and read, with their ways to fail as measured."""

from __future__ import annotations

import re

from . import course
from .channel import Channel
from .playing import play
from .runner import app, run_order
from .waiting import pause


def collect(
    ch: Channel, low: int, high: int, seconds: float, enders: str, prompt: str, digit_seconds: float
) -> tuple[str, bool]:
    """Play and take digits. Returns what was typed and whether it is complete (enough, or ended by a key)."""
    typed: list[str] = []
    ended = [False]

    def take(digit: str) -> bool:
        if digit in enders:
            ch.variables["read_terminator_used"] = digit
            ended[0] = True
        else:
            typed.append(digit)
        return True

    def full() -> bool:
        return ended[0] or len(typed) >= high

    ch.variables.pop("read_terminator_used", None)
    if prompt and play(ch, prompt, take) == "gone":
        return "".join(typed), False
    while not full() and ch.ready:
        wait = digit_seconds if typed else seconds
        if pause(ch, wait, run_order, take) != "digit":
            break
    return "".join(typed), len(typed) >= low and (full() or bool(typed))


@app("play_and_get_digits")
def _play_and_get_digits(ch: Channel, data: str) -> None:
    """`<min> <max> <tries> <timeout ms> <terminators> <file> <invalid file> <var> <regexp> [<digit timeout>]
    ['<target> <dialplan> <context>']`."""
    words = data.split(" ")
    if len(words) < 9:
        return
    low, high, tries, timeout = int(words[0]), int(words[1]), int(words[2]), int(words[3])
    enders, prompt, wrong, name, pattern = words[4:9]
    digit_timeout = int(words[9]) if len(words) > 9 and words[9].isdigit() else timeout
    failure = " ".join(words[10:]).strip("'").split()
    ch.variables.pop("read_result", None)
    enders = "" if enders == "none" else enders
    for _ in range(tries):
        typed, complete = collect(ch, low, high, timeout / 1000, enders, prompt, digit_timeout / 1000)
        if not ch.ready:
            return
        if complete and re.fullmatch(pattern.strip("'"), typed):
            ch.put(name, typed)
            ch.variables["read_result"] = "success"
            return
        if typed:
            ch.variables[f"{name}_invalid"] = typed
        ch.put(name, typed)  # measured: after a failure it may hold the partial input
        if wrong and wrong != "silence":
            play(ch, wrong)
    ch.variables["read_result"] = "failure"
    if failure:
        target, dialplan, context = (failure + ["XML", ch.profile.context][len(failure) - 1 :])[:3]
        course.transfer(ch, target, dialplan, context)


@app("read")
def _read(ch: Channel, data: str) -> None:
    """`<min> <max> <file> <var> <timeout ms> <terminators>`."""
    words = data.split()
    if len(words) < 4:
        return
    timeout = int(words[4]) / 1000 if len(words) > 4 else 1.0
    enders = words[5] if len(words) > 5 else "#"
    typed, complete = collect(ch, int(words[0]), int(words[1]), timeout, enders, words[2], timeout)
    ch.put(words[3], typed)
    ch.variables["read_result"] = "success" if complete else "timeout" if not typed else "failure"
