from typing import Any

from django.core.management.base import BaseCommand

from crm.campaigns.evidence.check import check


class Command(BaseCommand):
    """Ends with 1 when the evidence is not as it was written; raises no alarm and notes nothing."""

    help = (
        "Check the evidence of campaigns: each row, its chain, what the audit noted of it. Names the first wrong row."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = check()
        last = f"row {verdict.last}, {verdict.digest}" if verdict.rows else "empty"
        said = f"{verdict.rows} rows ({verdict.blanked} of persons who were erased), {verdict.anchors} anchors"
        self.stdout.write(f"{said}; the chain ends at {last}.")
        if verdict.first:
            text, params = verdict.first
            self.stdout.write(text % params)
            if verdict.wrong > 1:
                self.stdout.write(f"In all {verdict.wrong} things are wrong.")
            raise SystemExit(1)
        self.stdout.write("All is as it was written.")
