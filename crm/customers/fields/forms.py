"""Forms of who defines projects and fields."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.customers.fields.defining import Line
from crm.customers.models import CustomerField, FieldKind, Project, TextForm

NEW_LINES = 4
OF_TEXT, OF_NUMBER = ("form", "longest"), ("least", "most", "decimals")
CODE = _("Only for programs and exports; made of the name when it is empty. It never changes.")


class ProjectForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80, required=False)
    code = forms.CharField(label=pgettext_lazy("of a thing", "Code"), max_length=32, required=False, help_text=CODE)
    active = forms.BooleanField(label=_("in use"), required=False)

    def __init__(self, project: Project | None, data: QueryDict | None = None) -> None:
        names = ("name", "name_zh", "active")
        said = {name: getattr(project, name) for name in names} if project else {"active": True}
        super().__init__(data, initial=said, auto_id="project_%s")
        if project is not None:
            del self.fields["code"]


class FieldForm(forms.Form):
    """``field``: None for a new one, whose kind is chosen here."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: _caps(FieldKind.choices))
    code = forms.CharField(label=pgettext_lazy("of a thing", "Code"), max_length=32, required=False, help_text=CODE)
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.none(), required=False, empty_label=_("all customers")
    )
    order = forms.IntegerField(label=_("Order"), min_value=0, max_value=9999, help_text=_("Small numbers come first."))
    help = forms.CharField(label=_("Help"), max_length=160, required=False)
    help_zh = forms.CharField(label=_("Help in Chinese"), max_length=160, required=False)
    form = forms.ChoiceField(label=_("Form of the text"), choices=lambda: _caps(TextForm.choices), required=False)
    longest = forms.IntegerField(label=_("Characters at most"), required=False)
    least = forms.DecimalField(label=_("Smallest"), max_digits=15, decimal_places=6, required=False)
    most = forms.DecimalField(label=_("Greatest"), max_digits=15, decimal_places=6, required=False)
    decimals = forms.IntegerField(label=_("Decimal places"), min_value=0, required=False)
    required = forms.BooleanField(label=_("must be filled in"), required=False)
    column = forms.BooleanField(label=_("a column of the list"), required=False)
    searchable = forms.BooleanField(label=_("found by the search"), required=False)
    on_card = forms.BooleanField(label=_("on the card of a caller"), required=False)
    active = forms.BooleanField(label=_("in use"), required=False)

    def __init__(self, field: CustomerField | None, data: QueryDict | None = None) -> None:
        one = field or CustomerField()
        said = {name: getattr(one, name) for name in self.base_fields if name not in ("project", "least", "most")}
        said |= {"project": one.project_id, "least": _figure(one.least), "most": _figure(one.most)}
        super().__init__(data, initial=said, auto_id="field_%s")
        self.field = field
        projects: Any = self.fields["project"]
        projects.queryset = Project.objects.all()
        if field is not None:
            gone = ["kind", "code"]
            gone += OF_TEXT if field.kind != FieldKind.TEXT else ()
            gone += OF_NUMBER if field.kind != FieldKind.NUMBER else ()
            gone += ["searchable"] if field.kind == FieldKind.FILE else []
            for name in gone:
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        """For the service; what was left empty is as it is for a new field."""
        usual = CustomerField()
        told = dict(self.cleaned_data)
        for name in ("longest", "decimals"):
            if name in told and told[name] is None:
                told[name] = getattr(usual, name)
        return told

    def refuse(self, errors: dict[str, list[str]]) -> list[str]:
        """Sentences of the service at their fields; those about the choices come back."""
        for name, sentences in errors.items():
            for sentence in sentences if name != "choices" else []:
                self.add_error(name if name in self.fields else None, sentence)
        return errors.get("choices", [])


def lines_of(field: CustomerField | None, data: QueryDict | None) -> list[Line]:
    """The choices as the form says them, with empty lines for new ones."""
    have = list(field.choices.all()) if field else []
    if data is None:
        lines = [Line(one.pk, one.name, one.name_zh, one.order, one.active) for one in have]
    else:
        lines = [_line(data, str(one.pk), one.pk) for one in have]
        lines += [_line(data, f"new{n}", None) for n in range(200) if f"new{n}_name" in data]
    empty = sum(1 for line in lines if line.id is None and not (line.name or line.name_zh))
    last = max([line.order for line in lines if line.name or line.name_zh], default=0)
    return lines + [Line(None, "", "", last + 10 * (n + 1), True) for n in range(max(0, NEW_LINES - empty))]


def _line(data: QueryDict, key: str, id_: int | None) -> Line:
    order = data.get(f"{key}_order", "")
    return Line(
        id_,
        data.get(f"{key}_name", "").replace("\x00", "")[:80],
        data.get(f"{key}_name_zh", "").replace("\x00", "")[:80],
        int(order) if order.isascii() and order.isdigit() and len(order) < 5 else 100,
        bool(data.get(f"{key}_active")),
    )


def _caps(choices: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(code, capfirst(label)) for code, label in choices]


def _figure(value: Any) -> str:
    return "" if value is None else f"{value.normalize():f}"
