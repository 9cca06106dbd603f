"""The form of rules: of a template, and with what only a campaign has, of a campaign."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from crm.accounts.models import Department, SkillGroup
from crm.campaigns.forms.hours import hours_shown, hours_typed
from crm.campaigns.forms.retries import retries_shown, retries_typed, thens
from crm.campaigns.models import Campaign, CampaignTemplate, Mode, SoundKind, Verdict
from crm.campaigns.running.shown import numbers_shown
from crm.campaigns.running.writing import OWN, RULES, rules_told
from crm.campaigns.sounds.selectors import STREAM, sound_choices
from crm.customers.models import Project
from crm.telephony.models import Disposition

MOMENT = "%Y-%m-%dT%H:%M"


class RulesForm(forms.ModelForm):
    """Plain fields as Django knows them; hours, retries and meanings are grids of their own."""

    class Meta:
        model = CampaignTemplate
        fields = [name for name in RULES if name not in ("hours", "retries")]
        widgets = {"script": forms.Textarea(attrs={"rows": 8})}

    departments = forms.ModelMultipleChoiceField(Department.objects.none(), required=False, label=_("departments"))

    def __init__(self, rules: Any, data: Any = None) -> None:
        told = rules_told(rules) if rules is not None and rules.pk else None
        fresh = rules if rules is not None else self._meta.model()
        self.told = told or {"departments": [], "meanings": {}} | {name: getattr(fresh, name) for name in RULES}
        super().__init__(data, instance=fresh, initial={"departments": self.told["departments"]}, auto_id="id_%s")
        self.fields["departments"].queryset = Department.objects.all()
        self.fields["skill_group"].queryset = SkillGroup.objects.all()
        self.fields["skill_group"].empty_label = "—"
        self.fields["mode"].choices = Mode.choices
        self.fields["caller_number"].widget = forms.Select(choices=self._numbers(fresh.caller_number))
        music = [(STREAM, str(_("the switch’s own music")))]
        self.fields["music"].widget = forms.Select(choices=[*music, *sound_choices(SoundKind.MUSIC)])
        prompts = [("", str(_("none"))), *sound_choices(SoundKind.PROMPT)]
        self.fields["prompt"].widget = forms.Select(choices=prompts)
        self.fields["name"].label = pgettext("of a thing", "Name")
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]

    def _numbers(self, chosen: str) -> list[tuple[str, str]]:
        """Those that it may show, and the one that it has: it may not show that any more."""
        known = numbers_shown()
        own = [chosen] if chosen and chosen not in known else []
        return [("", str(_("the centre’s number"))), *((one, one) for one in [*own, *known])]

    def _post_clean(self) -> None:
        """The services check the rules, all at once; here a text only becomes a value."""

    def fields_told(self) -> dict[str, Any]:
        """What the services take."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "departments"}
        return told | {
            "departments": list(self.cleaned_data["departments"]),
            "hours": hours_typed(self.data),
            "retries": retries_typed(self.data),
            "meanings": self.meanings_typed(),
        }

    def refused(self, error: ValidationError) -> None:
        """What a service found wrong, at its field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            self.add_error(field if field in self.fields else None, errors)

    def days(self) -> list[Any]:
        return hours_shown(hours_typed(self.data) if self.is_bound else self.told["hours"])

    def retry_lines(self) -> list[Any]:
        return retries_shown(retries_typed(self.data) if self.is_bound else self.told["retries"])

    def thens(self) -> list[tuple[str, Any]]:
        return thens()

    def verdicts(self) -> list[tuple[str, Any]]:
        return list(Verdict.choices)

    def meaning_lines(self) -> list[tuple[Disposition, str]]:
        """Each disposition of the centre, and what it means here ("" = not offered)."""
        told = self.meanings_typed() if self.is_bound else self.told["meanings"]
        return [(one, told.get(one.pk, "")) for one in Disposition.objects.all()]

    def meanings_typed(self) -> dict[int, str]:
        known = Disposition.objects.values_list("pk", flat=True)
        return {pk: verdict for pk in known if (verdict := self.data.get(f"meaning_{pk}", ""))}

    def departments_picked(self) -> list[tuple[Department, bool]]:
        """Each department, and whether it is chosen."""
        picked = (
            self.data.getlist("departments") if self.is_bound else [str(one.pk) for one in self.told["departments"]]
        )
        return [(one, str(one.pk) in picked) for one in Department.objects.all()]


class CampaignForm(RulesForm):
    class Meta(RulesForm.Meta):
        model = Campaign
        fields = [*RulesForm.Meta.fields, *OWN]
        widgets = RulesForm.Meta.widgets | {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
            for name in ("starts_at", "ends_at")
        }

    def __init__(self, rules: Campaign | None, data: Any = None, template: CampaignTemplate | None = None) -> None:
        begun = rules
        if begun is None and template is not None:
            begun = Campaign(**{name: getattr(template, name) for name in RULES})
        super().__init__(begun, data)
        if rules is None and template is not None:
            self.told = rules_told(template)
            self.initial["departments"] = self.told["departments"]
        chosen = rules.project_id if rules is not None else None
        self.fields["project"].empty_label = "—"
        self.fields["project"].queryset = Project.objects.filter(Q(active=True) | Q(pk=chosen))
        for name in ("starts_at", "ends_at"):
            at = getattr(rules, name, None)
            self.initial[name] = timezone.localtime(at).strftime(MOMENT) if at else ""
