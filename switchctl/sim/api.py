"""The table of api commands. Each takes the switch and its argument text and returns the answer's text; an
empty answer is told as `-ERR no reply`. Rooms: api_calls, api_channels, api_show, api_system, api_sim."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .switch import Switch

Api = Callable[["Switch", str], str]
COMMANDS: dict[str, Api] = {}

NO_CHANNEL = "-ERR No such channel!\n"
NO_SESSION = "-ERR Cannot locate session!\n"
OK = "+OK\n"


def command(name: str) -> Callable[[Api], Api]:
    """Register an api command under its name."""

    def register(function: Api) -> Api:
        COMMANDS[name] = function
        return function

    return register


def run(switch: Switch, line: str) -> str:
    """Run one command line. It may take its time (originate, msleep): only the caller's greenlet waits."""
    name, _, argument = line.strip().partition(" ")
    extra = {"API_Command": name}
    if argument:
        extra["API_Command_Argument"] = argument
    switch.bus.fire("API", **extra)
    function = COMMANDS.get(name)
    if function is None:
        return f"-ERR {name} Command not found!\n"
    try:
        return function(switch, argument.strip())
    except (ValueError, IndexError):  # a number that is none, a word that is missing
        return "-ERR invalid arguments\n"
