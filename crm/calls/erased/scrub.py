"""Taking a person's numbers and names out of values of any shape. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.numbers import national

SHORTEST_NAME = 2
_PRESSED = ("keys", "digits_dialed")
"""What a fact and what the switch's record call the keys that somebody pressed."""
_OF_A_CALLER = re.compile("name|display|caller|from|contact|identity", re.I)


@dataclass(frozen=True)
class Scrub:
    """``tokens``: E.164 number → what stands for it. ``names``: texts that go where they are a
    caller's whole name."""

    tokens: Mapping[str, str]
    names: frozenset[str] = frozenset()
    _forms: Mapping[str, str] = field(init=False)
    _pattern: Any = field(init=False)

    def __post_init__(self) -> None:
        found = {form: token for number, token in self.tokens.items() for form in forms(number)}
        object.__setattr__(self, "_forms", found)
        longest = sorted(found, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        object.__setattr__(self, "_pattern", pattern)

    def text(self, value: str) -> str:
        """Each way to write one of the numbers becomes its token."""
        return self._pattern.sub(lambda found: self._forms[found[0]], value) if self._pattern else value

    def value(self, value: Any, key: str = "") -> Any:
        """The same in lists and dicts, where a name goes, too. A queue may be called as somebody is: only what its key
        says to be about the caller is a name."""
        if isinstance(value, str):
            return "" if value in self.names and _OF_A_CALLER.search(key) else self.text(value)
        if isinstance(value, dict):
            return {name: self.value(one, name) for name, one in value.items()}
        return [self.value(one, key) for one in value] if isinstance(value, list) else value

    def hers(self, value: Any) -> Any:
        """The same in what is known to be about one of them: what she pressed goes, too, for it may be anything."""
        return _keyless(self.value(value))

    def raw(self, value: bytes) -> bytes:
        """The same in the bytes of a JSON; in others only numbers can be told. What needs no change stays as it was."""
        try:
            told = json.loads(value)
        except ValueError:
            return self.text(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        clean = self.value(told)
        return value if clean == told else json.dumps(_keyless(clean), ensure_ascii=False).encode()


def _keyless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "" if name in _PRESSED else _keyless(one) for name, one in value.items()}
    return [_keyless(one) for one in value] if isinstance(value, list) else value


def forms(number: str) -> list[str]:
    """The ways in which trunks and people write an E.164 number: with +, 00, the country's code or none, a leading 0,
    and with blanks."""
    bare, at_home = number.removeprefix("+"), national(number)
    digits = "".join(c for c in at_home if c.isdigit())
    local = digits if not at_home.startswith("+") else bare
    found = {number, bare, f"00{bare}", at_home, local, local.removeprefix("0"), f"0{local.removeprefix('0')}"}
    return [form for form in found if sum(c.isdigit() for c in form) >= 7]


def names_worth(names: Iterable[str]) -> frozenset[str]:
    """Names that can be looked for: not empty, not a single letter."""
    return frozenset(name for name in names if len(name.strip()) >= SHORTEST_NAME)
