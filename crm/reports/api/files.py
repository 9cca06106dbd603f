"""Files of reports, and of the lists among them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from crm.live.words import STATES
from crm.reports.answering import REPORTS
from crm.reports.api.reports import plain
from crm.reports.api.shapes import RunAsked
from crm.reports.asking import SPANS
from crm.reports.files.drawing import FORMS
from crm.reports.files.orders import SHELF, file_ask
from crm.reports.files.sources import LISTS, source_of
from crm.reports.lost.asking import LOST, Fate
from crm.reports.lost.asking import TAKEN as OF_LOST
from crm.reports.models import ReportFile
from crm.reports.scope import seen_by
from crm.reports.staterecord.asking import SIGNED_IN
from crm.reports.staterecord.asking import TAKEN as OF_RECORD
from crm.rest.fileorders import Kind, OrdersDoor, OrderShape, file_doors
from crm.rest.problems import Problem
from crm.rest.shapes import Body, Id

OF_LISTS = {"lost_calls": {*OF_LOST, "fate"}, "state_record": {*OF_RECORD, "state"}}
"""What may be asked of a list."""
ONLY_LISTS = ("queue", "outcome", "number", "fate", "agent", "department", "state")


class ReportFileShape(OrderShape):
    """An order to write a report, or a list of rows, into a file."""

    report = serializers.CharField()
    asked = serializers.DictField(
        source="said", child=serializers.CharField(), help_text="As parameters. A number is forgotten once it is ready."
    )


class FileAsked(RunAsked):
    """Parameters of running a report; of a list those that are its filters."""

    queue = serializers.CharField(max_length=32, required=False, help_text="Of lost_calls: code.")
    outcome = serializers.ChoiceField(list(LOST), required=False, help_text="Of lost_calls.")
    number = serializers.CharField(max_length=64, required=False, help_text="Of lost_calls: as in the list of calls.")
    fate = serializers.ChoiceField(Fate.choices, required=False, help_text="Of lost_calls: what became of the caller.")
    agent = serializers.CharField(max_length=32, required=False, help_text="Of state_record: login.")
    department = Id(max_value=2**31 - 1, required=False, help_text="Of state_record: id; those below it count, too.")
    state = serializers.ChoiceField(
        [(code, STATES[code]) for code in SIGNED_IN], required=False, help_text="Of state_record."
    )


class ReportFileBody(Body):
    report = serializers.CharField(
        max_length=32, help_text="Code of a report, or lost_calls (needs `calls.export`) or state_record."
    )
    form = serializers.ChoiceField(list(FORMS))
    asked = FileAsked(required=False)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        """A filter that means nothing there would be passed over, and the file would hold more than was wanted."""
        source, asked = source_of(said["report"]), said.get("asked", {})
        if source is None:
            raise serializers.ValidationError({"report": _("There is no such report.")})
        wrong = set(asked) - OF_LISTS[source.code] if source.code in LISTS else set(asked) & set(ONLY_LISTS)
        if asked.get("span", SPANS[0]) not in source.spans:
            wrong.add("span")
        if wrong:
            sentence = _("This cannot be asked of %(report)s.") % {"report": source.code}
            raise serializers.ValidationError({"asked": {name: [sentence] for name in sorted(wrong)}})
        return said


def _ask(door: OrdersDoor, said: dict[str, Any]) -> ReportFile:
    user, report = door.request.user, said["report"]
    if report in REPORTS and not REPORTS[report].open_to(seen_by(user)):
        raise Problem("invalid", errors={"report": [_("There is no such report.")]})
    return file_ask(user=user, report=report, form=said["form"], said=plain(said.get("asked", {})))


FILES = file_doors(Kind(
    place="reports/files", name="report_files", what="reports", tags=["Reports"],
    needs="reports.export or calls.export", shelf=SHELF, shape=ReportFileShape, body=ReportFileBody, forms=FORMS,
    ask=_ask, stem=lambda order: order.report.replace("_", "-"),
))  # fmt: skip
