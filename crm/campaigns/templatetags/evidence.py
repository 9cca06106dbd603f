"""Words of the evidence's pages."""

from django import template
from django.utils.translation import gettext as _

from crm.campaigns.callbacks.words import why
from crm.campaigns.evidence.check import Verdict
from crm.campaigns.evidence.words import outcome

register = template.Library()
register.filter("attempt_outcome", outcome)
register.filter("callback_why", why)


@register.filter
def broken(verdict: Verdict) -> str:
    """What is wrong first; "" when nothing is."""
    if verdict.first is None:
        return ""
    text, params = verdict.first
    return _(text) % params
