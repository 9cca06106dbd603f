import sys
from typing import Any

from django.core.management.base import BaseCommand

from crm.calls.models import Fact
from crm.calls.recording.replay import Replay


class Command(BaseCommand):
    """``python -m switchctl.told var/switchctl/journal | manage.py record_facts``: a journal into rows."""

    help = "Turn facts from standard input, one JSON a line, into rows."
    requires_system_checks = []  # they load every page, and `migrate` has made them

    def handle(self, *args: Any, **options: Any) -> None:
        before = Fact.objects.count()
        count = Replay().run_through(sys.stdin.buffer)
        self.stdout.write(f"{count} facts read, {Fact.objects.count() - before} of them were not rows yet.")
