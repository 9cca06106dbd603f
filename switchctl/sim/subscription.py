"""What a connection listens to: event names, CUSTOM subclasses, filters, and `myevents` of one channel."""

import re

from .events import NAMES, Event

# What `myevents` brings of its own channel, as measured; other events are added by `event` after it.
MYEVENTS = frozenset(
    {
        "CHANNEL_STATE",
        "CHANNEL_ANSWER",
        "CHANNEL_PROGRESS_MEDIA",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_PARK",
        "CHANNEL_UNPARK",
        "CHANNEL_BRIDGE",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE",
        "DTMF",
    }
)
FORMS = ("plain", "json", "xml")


class Subscription:
    """Nothing at first. `own` is the channel of `myevents`, empty for all channels."""

    def __init__(self) -> None:
        self.form = "plain"
        self.all = False
        self.names: set[str] = set()
        self.subclasses: set[str] = set()
        self.filters: list[tuple[str, str]] = []
        self.own = ""

    @property
    def active(self) -> bool:
        return self.all or bool(self.names) or bool(self.subclasses)

    def add(self, words: list[str]) -> bool:
        """`event [plain|json|xml] NAME… [CUSTOM subclass…]`; False when no word names an event."""
        if words and words[0].lower() in FORMS:
            form = words[0].lower()
            words = words[1:]
        else:
            form = "plain"
        found = False
        custom = False
        for word in words:
            if custom:
                self.subclasses.add(word)
            elif word.upper() == "ALL":
                self.all = found = True
            elif word.upper() == "CUSTOM":
                custom = found = True
            elif word.upper() in NAMES:
                self.names.add(word.upper())
                found = True
        if found:
            self.form = form
        return found

    def drop(self, words: list[str]) -> bool:
        """`nixevent NAME…`; False when no word names an event."""
        found = False
        custom = False
        for word in words:
            if custom:
                self.subclasses.discard(word)
            elif word.upper() == "CUSTOM":
                custom = found = True
            elif word.upper() in NAMES or word.upper() == "ALL":
                found = True
                if self.all:
                    self.all = False
                    self.names |= NAMES
                self.names.discard(word.upper())
        return found

    def clear(self) -> None:
        self.all = False
        self.names.clear()
        self.subclasses.clear()

    def may(self, name: str, subclass: str) -> bool:
        """Asked for by name; the filters are looked at later, when the headers are there."""
        if self.all:
            return True
        if name == "CUSTOM":
            return subclass in self.subclasses
        return name in self.names

    def wants(self, event: Event) -> bool:
        if self.own and event.uuid != self.own:
            return False
        if not self.may(event.name, event.subclass):
            return False
        return not self.filters or self._let_through(event)

    def _let_through(self, event: Event) -> bool:
        """One that matches is needed; a value that begins with a minus holds back what it matches, whatever else
        does."""
        through = False
        for name, value in self.filters:
            bare = value.lstrip("+- ")
            against = "-" in value[: len(value) - len(bare)]
            if self._passes(event, name, bare):
                if against:
                    return False
                through = True
        return through

    @staticmethod
    def _passes(event: Event, name: str, value: str) -> bool:
        found = event.headers.get(name)
        if found is None:
            return False
        texts = [found] if isinstance(found, str) else found
        if len(value) > 1 and value.startswith("/") and value.endswith("/"):
            return any(re.search(value[1:-1], text) for text in texts)
        return any(text.lower() == value.lower() for text in texts)
