"""What mail and webhooks say of an alarm: opened, worsened, over."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.alarms.ledger import OVER, Entry
from crm.alarms.words import advice, sentence, title


@dataclass(frozen=True)
class Message:
    """``id`` stays the same over all tries, so that a receiver knows a repeat."""

    what: str
    code: str
    subject: str
    severity: str
    text: str
    params: dict[str, Any]
    raised_at: datetime
    cleared_at: datetime | None
    count: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: datetime = field(default_factory=timezone.now)

    def __str__(self) -> str:
        return f"{self.what}: {self.code} {self.subject}".strip()

    def mail(self) -> tuple[str, str]:
        """Subject and text, in the site's language."""
        with translation.override(settings.LANGUAGE_CODE):
            name = title(self.code)
            subject = _("Over: %(alarm)s") % {"alarm": name} if self.what == OVER else name
            lines = [sentence(self.text, self.params)]
            if self.what != OVER and (todo := advice(self.code)):
                lines += ["", _("What to do: %(advice)s") % {"advice": todo}]
            lines += ["", f"{_local(self.raised_at)} – {_local(self.cleared_at) if self.cleared_at else ''}".rstrip()]
            return f"[Switchdesk] {subject}", "\n".join(lines)

    def body(self) -> bytes:
        """The body of a webhook: docs/operations.md says what its fields mean. Fields are only ever added."""
        words: dict[str, dict[str, str]] = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                words[language] = {
                    "title": title(self.code),
                    "text": sentence(self.text, self.params),
                    "advice": advice(self.code),
                }
        told = {
            "version": 1,
            "id": self.id,
            "event": self.what,
            "at": _utc(self.at),
            "alarm": {
                "code": self.code,
                "subject": self.subject,
                "severity": self.severity,
                "params": self.params,
                "raised_at": _utc(self.raised_at),
                "cleared_at": _utc(self.cleared_at) if self.cleared_at else None,
                "count": self.count,
            },
            "words": words,
        }
        return json.dumps(told, ensure_ascii=False, default=str).encode()


def message(what: str, alarm: Entry) -> Message:
    """Of an alarm that the watch found."""
    return Message(
        what, alarm.code, alarm.subject, alarm.severity, alarm.text, alarm.params, alarm.raised_at, alarm.cleared_at,
        alarm.count,
    )  # fmt: skip


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
