"""Why a number may not be called now, in a sentence."""

from django.utils.translation import gettext_lazy as _

WHY = {
    "not_running": _("The campaign does not run."),
    "no_number": _("There is no number that could be called."),
    "hours": _("At the customer's place nobody is called at this hour."),
    "do_not_call": _("The number is on the do-not-call list."),
    "black": _("The number is on the black list."),
    "not_opened": _("Numbers that begin so are not dialled from here (DIAL_PREFIXES)."),
    "closed": _("The number was found to be no use."),
    "no_consent": _("Nobody noted that the customer agreed to be called at this number."),
    "calling": _("The customer is being called at this moment."),
    "number_day": _("The number was called as often as it may be in a day."),
    "number_week": _("The number was called as often as it may be in a week."),
    "number_all": _("The number was called as often as it may be in this campaign."),
    "person_day": _("The customer was called as often as she may be in a day."),
    "person_week": _("The customer was called as often as she may be in a week."),
}
"""Code of a ruling → sentence."""
