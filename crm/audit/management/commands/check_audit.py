from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from crm.audit.check import check


class Command(BaseCommand):
    """Ends with 1 when the trail is not as it was written; raises no alarm and casts no anchor."""

    help = "Check the audit trail: each entry, the chain, the anchors, the triggers. Names the first that is wrong."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def add_arguments(self, parser: CommandParser) -> None:
        default = Path(settings.AUDIT_ANCHORS)
        parser.add_argument("--anchors", type=Path, default=default, help=f"file of anchors; {default} without it")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = check(options["anchors"])
        last = f"link {verdict.tip.seq}, {verdict.tip.chain.hex()}" if verdict.tip.seq else "empty"
        self.stdout.write(f"{verdict.entries} entries, {verdict.anchors} anchors; the chain ends at {last}.")
        if verdict.first:
            text, params = verdict.first
            self.stdout.write(text % params)
            if verdict.wrong > 1:
                self.stdout.write(f"In all {verdict.wrong} things are wrong.")
            raise SystemExit(1)
        self.stdout.write("All is as it was written.")
