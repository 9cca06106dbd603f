"""Why an agent passes a lead on."""

from django.utils.translation import gettext_lazy as _

SKIPS = {
    "later": _("Better at another time"),
    "unfit": _("Not for me"),
    "spoken": _("Was spoken with already"),
    "data": _("What is known of her is wrong"),
    "other": _("Another reason"),
}
"""Code → words."""
