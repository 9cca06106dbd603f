"""Users as rows of a sheet: what is exported can be imported again."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from crm.accounts.models import Department, Dialling, Role, User
from crm.staff.person import Handling, Person

COLUMNS: dict[str, Any] = {
    "login": pgettext_lazy("of a user", "Login"),
    "name": gettext_lazy("Name"),
    "work_number": gettext_lazy("Work number"),
    "department": gettext_lazy("Department"),
    "extension": gettext_lazy("Extension"),
    "roles": gettext_lazy("Roles"),
    "takes_calls": gettext_lazy("Takes queue calls"),
    "caller_number": gettext_lazy("Number shown"),
    "dialling": gettext_lazy("May dial"),
    "allowed_numbers": gettext_lazy("Numbers of the list"),
    "language": gettext_lazy("Language"),
    "email": gettext_lazy("E-mail"),
    "password": gettext_lazy("Password"),
}
"""Key → head. A head may be the key, or the word in any of the languages."""

NEEDED = ("login", "name")
LEVEL_MARK = " / "
YES = ("yes", "y", "1", "true", "是")
NO = ("", "no", "n", "0", "false", "否")
EXAMPLE = ("lina", "Li Na", "10086", "", "8001", "agent", "yes", "", "national", "", "zh-hans", "", "")


def heads() -> list[str]:
    return [str(head) for head in COLUMNS.values()]


def exported(users: Iterable[User]) -> Iterator[list[str]]:
    """Heads, then a row for each. No password, but its column: the file fits the import."""
    places = Places()
    yield heads()
    for user in users:
        yield [
            user.username, user.display_name, user.work_number or "", places.path(user.department_id),
            user.extension or "", ", ".join(role.code for role in user.roles.all()),
            _("yes") if hasattr(user, "agent_profile") else _("no"), user.caller_number, user.dialling,
            ", ".join(user.allowed_numbers), user.language, user.email, "",
        ]  # fmt: skip


class Places:
    """Departments by path in either language ("Contact centre / Sales"), or by a name that only one of them has."""

    def __init__(self) -> None:
        self._all = {place.pk: place for place in Department.objects.all()}
        self._named: dict[str, set[int]] = {}
        for pk in self._all:
            for words in (self._words(pk, "name"), self._words(pk, "name_zh")):
                for name in (LEVEL_MARK.join(words), words[-1]):
                    self._named.setdefault(_folded(name), set()).add(pk)

    def path(self, pk: int | None) -> str:
        return LEVEL_MARK.join(self._words(pk, "label")) if pk else ""

    def find(self, name: str) -> Department | None:
        """Raises ValidationError when no department or several have the name."""
        if not name:
            return None
        found = self._named.get(_folded(name), set())
        if len(found) != 1:
            sentence = _("Several departments are called %(name)s: write the whole path.") if found else None
            raise ValidationError({"department": (sentence or _("There is no department %(name)s.")) % {"name": name}})
        return self._all[next(iter(found))]

    def _words(self, pk: int | None, field: str) -> list[str]:
        words: list[str] = []
        while pk in self._all and len(words) < 50:
            place = self._all[pk]
            words.insert(0, getattr(place, field) or place.name)
            pk = place.parent_id
        return words


class Reader:
    """Rows of a sheet as persons. ``heads`` is the first row; raises ValidationError when a needed column misses."""

    def __init__(self, first: list[str]) -> None:
        known = {_folded(word): key for key in COLUMNS for word in _heads_of(key)}
        self.keys = [known.get(_folded(head), "") for head in first]
        missing = [str(COLUMNS[key]) for key in NEEDED if key not in self.keys]
        if missing:
            raise ValidationError(
                _("The first row must name the columns; missing: %(columns)s.") % {"columns": ", ".join(missing)}
            )
        self._places = Places()
        self._roles: dict[str, Role] = {}
        for role in Role.objects.all():
            self._roles |= {_folded(word): role for word in (role.name, role.name_zh, role.code) if word}

    def login(self, row: list[str]) -> str:
        return dict(zip(self.keys, row, strict=False)).get("login", "").lower()

    def person(self, row: list[str]) -> tuple[str, Person]:
        """Password ("": one is made), and the rest. Raises ValidationError by column."""
        said = dict(zip(self.keys, row, strict=False))
        takes_calls = _yes(said.get("takes_calls", ""))
        person = Person(
            display_name=said.get("name", ""),
            work_number=said.get("work_number", ""),
            department=self._places.find(said.get("department", "")),
            extension=said.get("extension", ""),
            email=said.get("email", ""),
            language=_one_of("language", said, dict(settings.LANGUAGES), ""),
            caller_number=said.get("caller_number", ""),
            dialling=_one_of("dialling", said, dict(Dialling.choices), Dialling.NATIONAL),
            allowed_numbers=tuple(_words(said.get("allowed_numbers", ""))),
            roles=frozenset(map(self._role, _words(said.get("roles", "")))),
            agent=Handling() if takes_calls else None,
        )
        return said.get("password", ""), person

    def _role(self, name: str) -> Role:
        if role := self._roles.get(_folded(name)):
            return role
        raise ValidationError({"roles": _("There is no role %(name)s.") % {"name": name}})


def _heads_of(key: str) -> Iterator[str]:
    yield key
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(COLUMNS[key])


def _folded(word: str) -> str:
    return " ".join(word.lower().split())


def _words(text: str) -> list[str]:
    for mark in ";，；、\n":
        text = text.replace(mark, ",")
    return [word.strip() for word in text.split(",") if word.strip()]


def _yes(text: str) -> bool:
    if _folded(text) in (*YES, *NO):
        return _folded(text) in YES
    raise ValidationError({"takes_calls": _("Write yes or no, not %(text)s.") % {"text": text}})


def _one_of(key: str, said: Mapping[str, str], choices: Mapping[str, Any], default: str) -> str:
    """A code of the choices, by itself or by its words."""
    text = said.get(key, "")
    if not text:
        return default
    for code, label in choices.items():
        if _folded(text) in (_folded(code), _folded(str(label))):
            return code
    raise ValidationError({key: _("%(text)s is none of: %(choices)s.") % {"text": text, "choices": ", ".join(choices)}})
