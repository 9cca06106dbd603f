"""What a form or a template says becomes the fields of rules."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.accounts.models import Department
from crm.campaigns.models import Campaign, CampaignTemplate, Rules, Verdict
from crm.telephony.models import Disposition

RULES = tuple(field.name for field in Rules._meta.fields)
"""What templates and campaigns share, but for departments and the meanings of dispositions."""
OWN = ("project", "priority", "starts_at", "ends_at")
"""What only a campaign has."""
Meanings = Mapping[int, str]
"""Id of a disposition → what it means (``Verdict``)."""


def rules_told(rules: Campaign | CampaignTemplate) -> dict[str, Any]:
    """All that another may be made of: fields, ``departments`` and ``meanings``."""
    told = {name: getattr(rules, name) for name in RULES}
    told["departments"] = list(rules.departments.all())
    told["meanings"] = dict(rules.meanings.values_list("disposition_id", "verdict"))
    return told


def rules_fill(rules: Rules, fields: Mapping[str, Any]) -> set[str]:
    """Sets plain fields that are told; which ones changed."""
    names = (*RULES, *OWN) if isinstance(rules, Campaign) else RULES
    changed = {name for name in names if name in fields and getattr(rules, name) != fields[name]}
    for name in changed:
        setattr(rules, name, fields[name])
    return changed


def departments_set(rules: Campaign | CampaignTemplate, departments: list[Department]) -> bool:
    """Whether they are others than before."""
    if {one.pk for one in departments} == set(rules.departments.values_list("pk", flat=True)):
        return False
    rules.departments.set(departments)
    return True


def meanings_set(rules: Campaign | CampaignTemplate, meanings: Meanings) -> bool:
    """Exactly these dispositions, with these meanings; whether they are others than before. Raises ValidationError."""
    if dict(meanings) == dict(rules.meanings.values_list("disposition_id", "verdict")):
        return False
    known = set(Disposition.objects.filter(pk__in=meanings).values_list("pk", flat=True))
    if known != set(meanings) or not set(meanings.values()) <= set(Verdict.values):
        raise ValidationError({"meanings": [_("Choose dispositions of the centre, each with a meaning.")]})
    rules.meanings.exclude(disposition__in=known).delete()
    have = {one.disposition_id: one for one in rules.meanings.all()}
    for disposition, verdict in meanings.items():
        if disposition not in have:
            rules.meanings.create(disposition_id=disposition, verdict=verdict)
        elif have[disposition].verdict != verdict:
            have[disposition].verdict = verdict
            have[disposition].save(update_fields=["verdict"])
    return True
