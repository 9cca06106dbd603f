"""What is printed under each form of a report: how it was counted, so that two papers can be compared."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.reports.kpi.figures import FIGURES
from crm.reports.report import Asked
from crm.reports.tables import Column
from crm.reports.times import before

ATTRIBUTION = {"offered", "event"}


def notes(asked: Asked, columns: list[Column], *, attributed: bool = True, level: bool = False) -> list[str]:
    """Days and zone; attribution and variant where the report has them; versions of the formulas in it."""
    question = asked.question
    said = [
        _("Days: %(since)s to %(until)s, time zone %(zone)s.")
        % {"since": day(question.since), "until": day(question.until), "zone": asked.zone}
    ]
    if question.compare:
        since, until = before(question.since, question.until, question.compare, question.step)
        said.append(_("Compared with %(since)s to %(until)s.") % {"since": day(since), "until": day(until)})
    if attributed and question.attribution == "event":
        said.append(_("Counted when it happened: an answer in the time of the answer (event time)."))
    elif attributed:
        said.append(_("Counted when the caller came: all that became of her belongs to that time (offered time)."))
    if level:
        said.append(_("Service level in variant %(variant)s.") % {"variant": question.variant})
    figures = [FIGURES[column.figure] for column in columns if column.figure]
    if figures:
        versions = ", ".join(f"{figure.id} {figure.version}" for figure in figures)
        said.append(_("Versions of the formulas: %(versions)s.") % {"versions": versions})
    if asked.lists and not asked.seen.everything:
        said.append(_("The list behind a count shows the calls that you may see, and says how many more were counted."))
    return said


def day(date: object) -> str:
    return date_format(date, "Y-m-d")
