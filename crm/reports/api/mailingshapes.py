"""How mailings look outside."""

from typing import Any

from rest_framework import serializers

from crm.reports.models import MailingRun, ReportMailing
from crm.rest.shapes import Body, Id, Shape
from crm.sheets.writing import TYPES

DAY = "Of the week (0: Monday), or of the month (1 to 31; of a shorter month the last); 0 of a daily one."
AT = "By the centre's clock, as 08:30."
FORMS = [(name, name) for name in TYPES]


class MailingShape(Shape):
    """A saved report that is mailed."""

    class MailingRecipient(Shape):
        id = serializers.IntegerField()
        login = serializers.CharField(source="username")

    id = serializers.IntegerField()
    report = serializers.IntegerField(source="report_id", help_text="Id of the saved report.")
    form = serializers.ChoiceField(FORMS)
    rhythm = serializers.ChoiceField(ReportMailing.Rhythm.choices)
    day = serializers.IntegerField(help_text=DAY)
    at = serializers.TimeField(format="%H:%M", help_text=AT)
    recipients = MailingRecipient(many=True, source="recipients_told")
    paused = serializers.BooleanField()
    next_at = serializers.DateTimeField(help_text="When it is due next, unless it is paused.")


class MailingBody(Body):
    report = Id(help_text="Id of a saved report of this integration.")
    form = serializers.ChoiceField(FORMS)
    rhythm = serializers.ChoiceField(ReportMailing.Rhythm.choices)
    day = serializers.IntegerField(min_value=0, max_value=31, default=0, help_text=DAY)
    at = serializers.TimeField(help_text=AT)
    recipients = serializers.ListField(
        child=Id(max_value=2**31 - 1), min_length=1, max_length=200, help_text="Ids of users who have a mail address."
    )


class MailingChangeBody(Body):
    paused = serializers.BooleanField()


class MailingRunShape(Shape):
    """One mail to one recipient for one due time."""

    id = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    recipient = serializers.CharField(source="recipient.username", help_text="A login.")
    state = serializers.ChoiceField(MailingRun.State.choices)
    finished_at = serializers.DateTimeField(allow_null=True)
    why = serializers.SerializerMethodField(help_text="Why it was not sent, in words; null where nothing is wrong.")

    def get_why(self, run: Any) -> str | None:
        return str(run.words) or None
