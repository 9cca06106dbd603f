"""What a column of a file can become: the customer's own fields, and those of the centre."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.customers.fields.selectors import fields_active, fields_of
from crm.customers.fields.writing import PREFIX
from crm.customers.models import CustomerField, FieldKind, Project

LANGUAGES = [code for code, _name in settings.LANGUAGES]
OWN: dict[str, tuple[str | Promise, str]] = {
    "name": (
        pgettext_lazy("of a person", "Name"),
        "customer, customer name, full name, contact, 名称, 姓名, 客户, 客户姓名, 客户名称, 联系人",
    ),
    "number": (
        gettext_lazy("Number"),
        "phone, phone number, telephone, tel, mobile, mobile phone, 号码, 电话, 电话号码, 手机, 手机号, 手机号码, "
        "联系电话",
    ),
    "number2": (
        gettext_lazy("Second number"),
        "number 2, phone 2, other number, 第二号码, 号码2, 电话2, 备用号码, 备用电话, 其他号码, 其他电话",
    ),
    "company": (gettext_lazy("Company"), "employer, organisation, organization, 公司, 公司名称, 单位, 工作单位, 企业"),
    "level": (gettext_lazy("Level"), "customer level, 级别, 等级, 客户级别, 客户等级"),
    "note": (pgettext_lazy("of a customer", "Note"), "notes, remark, remarks, comment, 备注, 说明"),
    "kind": (gettext_lazy("Kind"), "type, 类型, 客户类型"),
}
"""Code → its label, and how files call it, too."""
TEMPLATE = ("name", "number", "number2", "company", "level", "note")


@dataclass(frozen=True)
class Targets:
    """Those of a project, or (None) of customers without one."""

    project: Project | None

    @cached_property
    def fields(self) -> list[CustomerField]:
        """Fields of the centre that a cell can fill: not files."""
        found = fields_of(fields_active(), [self.project.pk] if self.project else [])
        return [field for field in found if field.kind != FieldKind.FILE]

    @cached_property
    def by_code(self) -> dict[str, CustomerField]:
        return {PREFIX + field.code: field for field in self.fields}

    def choices(self) -> list[tuple[str, str]]:
        """Code and label, in the reader's language."""
        return [(code, str(label)) for code, (label, _names) in OWN.items()] + [
            (PREFIX + field.code, self._label(field)) for field in self.fields
        ]

    def label(self, code: str) -> str:
        return dict(self.choices()).get(code, code)

    def template(self) -> list[str]:
        """The first row of a template."""
        told = dict(self.choices())
        return [told[code] for code in told if code in TEMPLATE or code in self.by_code]

    def guess(self, header: Sequence[str]) -> dict[str, str]:
        """Place of a column, as text → code. What a template says is always right; each code is given once."""
        known: dict[str, str] = {}
        for said, code in [*self._labels(), *self._synonyms()]:
            known.setdefault(_bare(said), code)
        found: dict[str, str] = {}
        for place, text in enumerate(header):
            code = known.get(_bare(text), "")
            if code and code not in found.values():
                found[str(place)] = code
        return found

    def checked(self, mapping: dict[str, str]) -> dict[str, str]:
        """The mapping without columns that nothing is made of. Raises ValidationError with a sentence."""
        labels = dict(self.choices())
        said = {place: code for place, code in mapping.items() if code in labels}
        twice = [code for code in labels if list(said.values()).count(code) > 1]
        if twice:
            raise ValidationError(_("“%(what)s” was chosen for two columns.") % {"what": labels[twice[0]]})
        if not {"name", "number"} & set(said.values()):
            raise ValidationError(_("Choose the column of the names, or that of the numbers."))
        missing = [self._label(f) for code, f in self.by_code.items() if f.required and code not in said.values()]
        if missing:
            raise ValidationError(_("“%(what)s” must be filled in: choose its column.") % {"what": missing[0]})
        return said

    def _labels(self) -> Iterator[tuple[str, str]]:
        for language in LANGUAGES:
            with translation.override(language):
                yield from [(label, code) for code, label in self.choices()]

    def _synonyms(self) -> Iterator[tuple[str, str]]:
        for field in self.fields:
            yield from [(said, PREFIX + field.code) for said in (field.name, field.name_zh, field.code) if said]
        for code, (_label, names) in OWN.items():
            yield from [(said, code) for said in [code, *names.split(", ")]]

    def _label(self, field: CustomerField) -> str:
        """With the code where another column is called so, in any language."""
        mine = {name.casefold() for name in (field.name, field.name_zh) if name}
        return f"{field.label} ({field.code})" if mine & self._others[field.code] else field.label

    @cached_property
    def _others(self) -> dict[str, set[str]]:
        """Code of a field → how all else is called."""
        own = set()
        for language in LANGUAGES:
            with translation.override(language):
                own |= {str(label).casefold() for label, _names in OWN.values()}
        return {
            field.code: own.union(
                name.casefold() for one in self.fields if one != field for name in (one.name, one.name_zh) if name
            )
            for field in self.fields
        }


def _bare(text: str) -> str:
    """As it is compared: without case, blanks and signs around it."""
    return "".join(text.casefold().split()).strip("*:：_-#\ufeff")
