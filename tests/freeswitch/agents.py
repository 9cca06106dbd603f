"""Passwords of the phones, from the command that makes the directory."""

import runpy

from tests.freeswitch.switch import CONF, PHONES_SECRET

_command = runpy.run_path(str(CONF / "agents.py"))


def password(extension: str) -> str:
    value: str = _command["phone_password"](PHONES_SECRET, extension)
    return value
