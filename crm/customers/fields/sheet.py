"""The centre's fields and the projects as a form shows them: what is typed, what it was before, what is wrong.

A form of the page and the card of a caller have the fields of all projects in use; a piece of JavaScript shows those
of the projects that are ticked, and the server asks for no others.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from crm.accounts.models import User
from crm.customers.fields import values
from crm.customers.fields.files import file_keep, file_usable
from crm.customers.fields.filetypes import ACCEPT
from crm.customers.fields.selectors import fields_active, projects_active
from crm.customers.fields.writing import PREFIX, values_checked
from crm.customers.models import Customer, CustomerField, CustomerFile, FieldKind, Project

PROJECTS = "projects"
MARK = "sheet"
"""Name of a hidden field: the form had the fields of the centre. A program's form that knows none touches none."""


@dataclass
class Entry:
    """One field on the form. ``texts``: what it says (of several choices each code); ``file``: its file now."""

    field: CustomerField
    texts: list[str]
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    """Code, label and whether it is chosen."""
    file: CustomerFile | None = None
    errors: list[str] = field(default_factory=list)
    news: str = ""

    @property
    def name(self) -> str:
        return PREFIX + self.field.code

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else ""


class Sheet:
    """``data``: what was sent, changed where somebody else was quicker; None for a form that nobody filled in yet."""

    accept = ACCEPT

    def __init__(self, user: User, customer: Customer | None, data: QueryDict | None) -> None:
        self.user, self.customer = user, customer
        self.data = data if data is not None and MARK in data else None
        self.fields, self.every_project = fields_active(), projects_active()
        self.wrong: dict[str, list[str]] = {}
        self.news: dict[str, str] = {}

    @cached_property
    def _had(self) -> dict[str, str]:
        """Name in the form → what is true now, as one text."""
        one = self.customer
        hers = set(one.projects.values_list("pk", flat=True)) if one else set()
        projects = [project.pk for project in self.every_project if project.pk in hers]
        told = {PREFIX + field.code: values.said(one.values.get(field.code) if one else None) for field in self.fields}
        return {PROJECTS: ",".join(map(str, projects)), **told}

    def projects(self) -> list[tuple[Project, bool]]:
        """Those in use, and whether they are ticked."""
        ticked = set(self._now(PROJECTS).split(","))
        return [(one, str(one.pk) in ticked) for one in self.every_project]

    def projects_said(self) -> list[Project] | None:
        """Those ticked, with hers that are no longer in use; None when the form did not ask."""
        if self.data is None:
            return None if self.customer else []
        ticked = set(self._now(PROJECTS).split(","))
        kept = list(self.customer.projects.filter(active=False)) if self.customer else []
        return [one for one in self.every_project if str(one.pk) in ticked] + kept

    def typed(self) -> dict[str, Any] | None:
        """Code → what was typed, for the service; None when the form did not ask."""
        if self.data is None:
            return None
        return {one.code: self._texts(one) if one.kind == FieldKind.CHOICES else self._now(PREFIX + one.code)
                for one in self._asked()}  # fmt: skip

    def check(self) -> None:
        """Finds what is wrong, as the service will."""
        if self.data is not None:
            typed = self.typed() or {}
            _good, wrong = values_checked(user=self.user, customer=self.customer, fields=self._asked(), typed=typed)
            for name, sentences in wrong.items():
                self.wrong.setdefault(name, sentences)

    def refuse(self, name: str, sentences: list[str]) -> bool:
        """Takes sentences of the service; False when the field is none of these."""
        mine = name in {PREFIX + field.code for field in self.fields}
        if mine:
            self.wrong[name] = list(sentences)
        return mine

    def files_take(self, files: MultiValueDict[str, UploadedFile]) -> None:
        """Keeps what was uploaded, so that it need not be chosen again when something else is wrong."""
        for one in self.fields:
            name = PREFIX + one.code
            upload = files.get(f"{name}_file") if one.kind == FieldKind.FILE else None
            if upload is None or self.data is None:
                continue
            try:
                self.data[name] = str(file_keep(user=self.user, field=one, upload=upload).pk)
                self.data.pop(f"{name}_remove", None)
            except ValidationError as error:
                self.wrong[name] = list(error.messages)

    def entries(self) -> list[Entry]:
        return [self._entry(one) for one in self.fields]

    def was(self) -> list[tuple[str, str]]:
        names = [PROJECTS] * bool(self.every_project) + [PREFIX + one.code for one in self.fields]
        return [(MARK, "1"), *((f"was_{name}", self._was(name)) for name in names)]

    def rebase(self, current: Customer) -> None:
        """Somebody was quicker: what was not touched says what is true now, what was typed stays."""
        if self.data is None:
            return
        self.customer = current
        self.__dict__.pop("_had", None)
        for name, now in self._had.items():
            typed, was = self._now(name), self._was(name)
            if now != was and typed == was:
                self.data.setlist(name, now.split(",") if now and self._several(name) else [now])
            elif now not in (was, typed):
                self.news[name] = self._words(name, now)
            self.data[f"was_{name}"] = now

    def project_news(self) -> str:
        return self.news.get(PROJECTS, "")

    def _entry(self, one: CustomerField) -> Entry:
        name = PREFIX + one.code
        texts = self._texts(one)
        chosen = set(texts)
        choices = [
            (choice.code, choice.label, choice.code in chosen)
            for choice in one.choices.all()
            if choice.active or choice.code in chosen
        ] if one.kind in (FieldKind.CHOICE, FieldKind.CHOICES) else []  # fmt: skip
        file = None
        if one.kind == FieldKind.FILE and texts and values_key(texts[0]):
            file = file_usable(user=self.user, customer=self.customer, field=one, key=texts[0])
        return Entry(one, texts, choices, file, self.wrong.get(name, []), self.news.get(name, ""))

    def _asked(self) -> list[CustomerField]:
        """Fields of no project, and of those that are ticked."""
        ticked = set(self._now(PROJECTS).split(","))
        return [one for one in self.fields if one.project_id is None or str(one.project_id) in ticked]

    def _texts(self, one: CustomerField) -> list[str]:
        now = self._now(PREFIX + one.code)
        return [text for text in now.split(",") if text] if one.kind == FieldKind.CHOICES else [now] * bool(now)

    def _several(self, name: str) -> bool:
        return name == PROJECTS or any(
            one.kind == FieldKind.CHOICES for one in self.fields if PREFIX + one.code == name
        )

    def _now(self, name: str) -> str:
        """What the form says, as one text: ticked boxes with commas between, in the field's order."""
        if self.data is None:
            return self._had[name]
        texts = [text.replace("\x00", "") for text in self.data.getlist(name)]
        if self.data.get(f"{name}_remove") and name in self._file_names:
            return ""
        if not self._several(name):
            return texts[-1].strip() if texts else ""
        order = {code: place for place, code in enumerate(self._codes(name))}
        return ",".join(sorted({text for text in texts if text}, key=lambda text: order.get(text, len(order))))

    @cached_property
    def _file_names(self) -> set[str]:
        return {PREFIX + one.code for one in self.fields if one.kind == FieldKind.FILE}

    def _codes(self, name: str) -> list[str]:
        if name == PROJECTS:
            return [str(one.pk) for one in self.every_project]
        return [choice.code for one in self.fields if PREFIX + one.code == name for choice in one.choices.all()]

    def _was(self, name: str) -> str:
        return self.data.get(f"was_{name}", "") if self.data is not None else self._had[name]

    def _words(self, name: str, now: str) -> str:
        """What is true now, for people."""
        if name == PROJECTS:
            labels = {str(one.pk): one.label for one in self.every_project}
            return ", ".join(labels.get(key, "") for key in now.split(",") if key) or "—"
        one = next(one for one in self.fields if PREFIX + one.code == name)
        stored = self.customer.values.get(one.code) if self.customer else None
        if one.kind == FieldKind.FILE and stored:
            file = file_usable(user=self.user, customer=self.customer, field=one, key=str(stored))
            return file.name if file else "—"
        return values.shown(one, stored) or "—"


def values_key(text: str) -> bool:
    """Whether it may be the key of a file."""
    try:
        return values.cleaned(CustomerField(kind=FieldKind.FILE), text) == text
    except ValidationError:
        return False
