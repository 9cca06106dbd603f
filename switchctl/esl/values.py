r"""The white lists of `commands`: what each kind of value may hold, and how it is written.

Quoting is what FreeSWITCH 1.10.12 was seen to understand: a blank needs quotes around the value, a comma needs
a backslash, inside the quotes too (`'a\, b'`). The quotes are gone after the first of two splits, so an
apostrophe inside a value (`'O\'Brien'`) works alone, but two of them in one command swallow what lies between:
refused. So is all else that means something to the switch: `{}` ends a block of variables, `${...}` runs
functions, `:_:` splits dial strings, `^^` changes the delimiter, a backslash escapes.
"""

import re
import unicodedata
from collections.abc import Mapping

UUID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
APP = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")
CAUSE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
EXTENSION = re.compile(r"[A-Za-z0-9+*#][A-Za-z0-9_.+*#-]{0,127}")  # a leading `-` would be an option
CONTEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
# A phone of the directory, or a number through a gateway: a number that a person typed names no other endpoint.
DIAL = re.compile(
    r"user/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}(@[A-Za-z0-9][A-Za-z0-9.-]{0,127})?"
    r"|sofia/siblings/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}@([A-Za-z0-9][A-Za-z0-9.-]{0,127}|\[[0-9a-fA-F:.]{2,45}\]):[1-9][0-9]{0,4}"
    r"|sofia/gateway/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/\+?[0-9*#]{1,20}"
)
GLOBAL_VALUE = re.compile(r"[A-Za-z0-9_.:@/+-]{1,255}")
WORD = re.compile(r"[A-Za-z0-9_@+][A-Za-z0-9_.@:/+-]{0,127}")
SOUND = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}")  # below the switch's sound folder
# How the fail-safe queue reaches an agent: only phones of the directory, with a time limit.
CONTACT = re.compile(r"\[leg_timeout=[1-9][0-9]{0,3}\]user/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_PHRASE = re.compile(r"[A-Za-z0-9(][A-Za-z0-9_.@:/+() -]{0,127}")

VALUE_LIMIT = 1000
ARG_LIMIT = 4000
_SPLIT = ":_:"  # separates dial strings wherever it stands, in a value too


class CommandError(ValueError):
    """A value that may not stand in a command. The text names the kind of value, never the value."""


def line(*lines: str) -> bytes:
    """The lowest layer: one command of these lines; no line may hold a line break or NUL, whoever made it."""
    for text in lines:
        if not text or "\n" in text or "\r" in text or "\0" in text:
            raise CommandError("a line break or NUL in a command")
    try:
        return ("\n".join(lines) + "\n\n").encode()
    except UnicodeEncodeError:
        raise CommandError("half a character (lone surrogate) in a command") from None


def whole_command(data: bytes) -> bytes:
    """`data` if it is exactly one command: bytes that could hold a second one never reach a socket."""
    if len(data) < 3 or data.find(b"\n\n") != len(data) - 2 or b"\r" in data or b"\0" in data:
        raise CommandError("not exactly one command")
    return data


def check(kind: re.Pattern[str], value: str, what: str) -> str:
    """`value` if the whole of it is of this kind."""
    if not kind.fullmatch(value):
        raise CommandError(f"not a valid {what}")
    return value


def number(value: int, what: str, low: int, high: int) -> int:
    """`value` if it is an int in the range."""
    if type(value) is not int or not low <= value <= high:
        raise CommandError(f"{what} must be a whole number from {low} to {high}")
    return value


def app_text(value: str) -> str:
    """An application's argument: anything printable, but no `${`, which the switch would expand and run."""
    if len(value) > ARG_LIMIT:
        raise CommandError("an argument that long")
    if not _printable(value):
        raise CommandError("a control character in an argument")
    if "${" in value:
        raise CommandError("a ${...} in an argument")
    if value != value.strip():
        raise CommandError("an argument that begins or ends with a blank")
    return value


def quoted_word(value: str) -> str:
    """A word or a contact as it is, a phrase in quotes."""
    if WORD.fullmatch(value) or CONTACT.fullmatch(value):
        return value
    return f"'{check(_PHRASE, value, 'phrase')}'"


def _printable(value: str) -> bool:
    return all(unicodedata.category(sign) not in ("Cc", "Cs", "Zl", "Zp") for sign in value)


class _Variable:
    """The rules for a channel variable's value."""

    _SIGNS = frozenset(" ,-_.:/+@#*!?()=;|%&~")

    def allows(self, sign: str) -> bool:
        """Whether one character may stand in a value: the signs above, letters, digits, marks, symbols."""
        if sign < "\x7f":
            return sign in self._SIGNS or sign.isalnum()
        # The zero-width joiner holds emoji together.
        return unicodedata.category(sign)[0] in "LMNSP" or sign == "\u200d"

    def plain(self, value: str) -> str:
        """As the rest of a line, for the uuid_setvar commands."""
        if len(value) > VALUE_LIMIT:
            raise CommandError("a variable's value that long")
        if not all(self.allows(sign) for sign in value):
            raise CommandError("a variable's value with a character that cannot be passed on")
        if _SPLIT in value or value.startswith("ARRAY::"):
            raise CommandError("a variable's value that would be taken apart")
        if value != value.strip():
            raise CommandError("a variable's value that begins or ends with a blank")
        return value

    def in_block(self, value: str) -> str:
        """Inside the `{...}` of an originate: quotes for blanks, a backslash for each comma."""
        written = self.plain(value).replace(",", "\\,")
        return f"'{written}'" if " " in written else written


variable = _Variable()


def variable_list(values: Mapping[str, str]) -> str:
    """`a=1,b='two words'` for the block of an originate."""
    return ",".join(f"{check(NAME, name, 'variable')}={variable.in_block(value)}" for name, value in values.items())
