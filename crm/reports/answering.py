"""Answering: who may ask what, and the table that comes of it."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from crm.access.holding import may, refusal, require
from crm.accounts.models import User
from crm.reports.answers import REPORTS
from crm.reports.asking import Question
from crm.reports.periods import span_of
from crm.reports.report import Answer, Asked, Report
from crm.reports.scope import SEE, Seen, chosen_agents, chosen_queues, seen_by
from crm.reports.tables import Table
from crm.reports.targets import targets_read

__all__ = ["REPORTS", "answer", "answered", "reports_of"]


def answer(user: User, question: Question) -> Table:
    """The table of the report, in the active language, with what the user may see and nothing else. Raises
    PermissionDenied, also for a report that is not known."""
    return answered(user, question).table


def answered(user: User, question: Question) -> Answer:
    """The same with the sums of all of it."""
    require(user, SEE)
    report, seen = REPORTS.get(question.report), seen_by(user)
    if report is None or not report.open_to(seen):
        raise PermissionDenied(refusal(SEE))
    zone = timezone.get_current_timezone()
    return report.answer(
        Asked(
            user=user,
            question=question,
            seen=seen,
            queues=chosen_queues(seen, question.queues, question.departments),
            agents=chosen_agents(seen, question.agents, question.departments),
            targets=targets_read(),
            span=span_of(question.since, question.until, zone),
            zone=zone,
            now=timezone.now(),
            lists=may(user, "calls.see"),
        )
    )


def reports_of(seen: Seen) -> list[Report]:
    """Those that are open to who sees so much, in the order of the index."""
    return [report for report in REPORTS.values() if report.open_to(seen)]
