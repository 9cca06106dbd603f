"""Phones and their registrations: which extensions exist, which are registered, and how each behaves."""

from __future__ import annotations

import time
import uuid as uuids
from fnmatch import fnmatch
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from .bus import Bus

MODES = ("page", "auto", "noanswer", "busy", "reject", "unregistered", "unknown")
EXPIRES = 3600
GRACE = 60  # measured: the list of registrations keeps them for so much longer than the phone asked


class Manner(msgspec.Struct):
    """How a phone takes a call. `low` and `high` are seconds until it acts (answers or rejects)."""

    mode: str
    low: float
    high: float


def parse_manner(text: str) -> Manner:
    """`auto`, `auto:2`, `auto:1-3`, `reject:0.5`, `page`, `busy`, `noanswer`, `unregistered`, `unknown`."""
    mode, _, span = text.partition(":")
    if mode not in MODES:
        raise ValueError(f"{mode!r} is no way a phone behaves; there are: {', '.join(MODES)}")
    usual = {"auto": "1-3", "reject": "0.5"}.get(mode, "0")
    low, _, high = (span or usual).partition("-")
    return Manner(mode, float(low), float(high or low))


def parse_phones(text: str) -> dict[str, Manner]:
    """`1001=page,1002=auto:1-2,*=auto`: patterns are tried in the order given."""
    found = {}
    for pair in filter(None, text.split(",")):
        pattern, _, manner = pair.partition("=")
        found[pattern.strip()] = parse_manner(manner.strip())
    return found


class Registry:
    """Extensions `first` to `last` exist, and every one named in the manners without a wildcard."""

    def __init__(self, bus: Bus, domain: str, first: int, last: int, manners: dict[str, Manner]) -> None:
        self.bus = bus
        self.domain = domain
        self.manners = manners
        self.extensions = {str(number) for number in range(first, last + 1)}
        self.extensions |= {pattern for pattern in manners if "*" not in pattern and "?" not in pattern}
        self._tokens: dict[str, str] = {}
        self._until: dict[str, int] = {}
        self._own: dict[str, Manner] = {}
        for extension in sorted(self.extensions):
            if self.manner(extension).mode not in ("unregistered", "unknown"):
                self._tokens[extension] = str(uuids.uuid4())
                self._until[extension] = int(time.time()) + EXPIRES

    def manner(self, extension: str) -> Manner:
        if extension in self._own:
            return self._own[extension]
        for pattern, manner in self.manners.items():
            if fnmatch(extension, pattern):
                return manner
        return parse_manner("auto")

    def refusal(self, extension: str) -> str:
        """Why a call to this extension makes no channel at all; empty when it rings."""
        if extension not in self.extensions or self.manner(extension).mode == "unknown":
            return "SUBSCRIBER_ABSENT"
        return "" if extension in self._tokens else "USER_NOT_REGISTERED"

    def behave(self, extension: str, manner: Manner) -> None:
        """Change a phone while the switch runs; it registers or unregisters as the manner says."""
        self._own[extension] = manner
        self.extensions.add(extension)
        if manner.mode in ("unregistered", "unknown"):
            self.unregister(extension)
        else:
            self.register(extension)

    def register(self, extension: str) -> None:
        self.extensions.add(extension)
        self._tokens.setdefault(extension, str(uuids.uuid4()))
        self._until[extension] = int(time.time()) + EXPIRES
        self._tell("sofia::register", extension, str(EXPIRES))

    def unregister(self, extension: str) -> None:
        if self._tokens.pop(extension, None) is not None:
            self._tell("sofia::unregister", extension, "0")

    def expire(self, extension: str) -> None:
        """Power loss: the registration runs out. Its event names the user in keys of its own, as measured."""
        if self._tokens.pop(extension, None) is not None:
            self.bus.fire(
                "CUSTOM",
                "sofia::expire",
                profile_name="internal",
                user=extension,
                username=extension,
                host=self.domain,
                realm=self.domain,
                contact=self.contact(extension),
            )

    def contact(self, extension: str) -> str:
        return f'"" <sip:{extension}@127.0.0.1:5100;transport=udp>'

    def _tell(self, subclass: str, extension: str, expires: str) -> None:
        self.bus.fire(
            "CUSTOM",
            subclass,
            profile_name="internal",
            from_user=extension,
            from_host=self.domain,
            contact=self.contact(extension),
            status="Registered(UDP)",
            expires=expires,
            to_user=extension,
            to_host=self.domain,
            network_ip="127.0.0.1",
            network_port="5100",
            username=extension,
            realm=self.domain,
            user_agent="switchctl.sim",
            call_id=self._tokens.get(extension, str(uuids.uuid4())),
        )

    def rows(self) -> list[dict[str, str]]:
        """As `show registrations as json` lists them."""
        return [
            {
                "reg_user": extension,
                "realm": self.domain,
                "token": token,
                "url": f"sofia/internal/sip:{extension}@127.0.0.1:5100;transport=udp",
                "expires": str(self._until[extension] + GRACE),
                "network_ip": "127.0.0.1",
                "network_port": "5100",
                "network_proto": "udp",
                "hostname": "sim",
                "metadata": "",
            }
            for extension, token in self._tokens.items()
        ]
