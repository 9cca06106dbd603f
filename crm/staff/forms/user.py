"""The form of one user."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.access.holding import may, reach
from crm.accounts.models import Department, Dialling, Role, SkillGroup, User
from crm.accounts.models.skill import BEST
from crm.staff.authority import covers_department, may_give
from crm.staff.filters import number
from crm.staff.person import Handling, Person
from crm.staff.sheet import Places
from crm.telephony.models import Queue

TIERS = range(1, 10)
_DEFAULT = Handling()
_HANDLING = tuple(field.name for field in dataclasses.fields(Handling))


class UserForm(forms.Form):
    """Fields of one user; roles, skills and queues are chosen beside them (``roles``, ``skills``, ``queues``)."""

    username = forms.CharField(
        label=pgettext_lazy("of a user", "Login"), max_length=32, help_text=_("Stays the same for ever.")
    )
    display_name = forms.CharField(label=_("Name"), max_length=80)
    work_number = forms.CharField(label=_("Work number"), max_length=16, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("the browser's")), *settings.LANGUAGES]
    )
    extension = forms.CharField(label=_("Extension"), max_length=8, required=False)
    agent = forms.BooleanField(label=_("Takes calls of queues"), required=False)
    wrap_up_s = forms.IntegerField(
        label=_("After-call work, s"), initial=_DEFAULT.wrap_up_s, min_value=0, max_value=3600
    )
    wrap_up_extend_s = forms.IntegerField(
        label=_("One extension of it, s"), initial=_DEFAULT.wrap_up_extend_s, min_value=0, max_value=3600
    )
    wrap_up_extensions = forms.IntegerField(
        label=_("Extensions for one call"), initial=_DEFAULT.wrap_up_extensions, min_value=0, max_value=50
    )
    ring_s = forms.IntegerField(label=_("Ringing, s"), initial=_DEFAULT.ring_s, min_value=3, max_value=120)
    max_misses = forms.IntegerField(
        label=_("Missed calls until paused"), initial=_DEFAULT.max_misses, min_value=1, max_value=50
    )
    caller_number = forms.CharField(label=_("Number shown when calling out"), max_length=21, required=False)
    dialling = forms.ChoiceField(label=_("May dial"), choices=Dialling.choices, initial=Dialling.NATIONAL)
    allowed_numbers = forms.CharField(
        label=_("Numbers of her list"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: a whole number, or the beginning of numbers and a star, such as 021*."),
    )  # fmt: skip

    def __init__(self, actor: User, user: User | None, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(user) if user else {"language": "zh-hans"})
        self.actor, self.user, self.asked = actor, user, data
        self.fields["department"].choices = self._departments()
        if user:
            del self.fields["username"]
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def _departments(self) -> list[tuple[str, str]]:
        """Those within reach, and the one in which she is."""
        reached, places = reach(self.actor, "users.manage"), Places()
        mine = self.user.department_id if self.user else 0
        found = [
            (str(place.pk), places.path(place.pk))
            for place in Department.objects.all()
            if covers_department(reached, place) or place.pk == mine
        ]
        nobody = reached.everything or not mine and self.user is not None
        return [*([("", _("none"))] if nobody else []), *sorted(found, key=lambda place: place[1])]

    def roles(self) -> list[tuple[Role, bool, bool]]:
        """Each role, whether it is chosen, and whether the actor may change that."""
        held = self._held()
        chosen = {role.pk for role in self.roles_chosen()} if self.asked is not None else held
        return [(role, role.pk in chosen, may_give(self.actor, role)) for role in Role.objects.all()]

    def skills(self) -> list[tuple[SkillGroup, int]]:
        """Each skill group with her level, 0 for none; empty for who may not set skills."""
        if not may(self.actor, "skills.manage"):
            return []
        have = dict(self.user.skills.values_list("group_id", "level")) if self.user else {}
        return [(group, self._number(f"skill_{group.pk}", have.get(group.pk, 0))) for group in SkillGroup.objects.all()]

    def queues(self) -> list[tuple[Queue, int]]:
        """Each queue with her tier, 0 for none."""
        have = dict(self.user.memberships.values_list("queue_id", "tier")) if self.user else {}
        return [(queue, self._number(f"queue_{queue.pk}", have.get(queue.pk, 0))) for queue in Queue.objects.all()]

    def roles_chosen(self) -> list[Role]:
        """Those that were marked, and those that the actor cannot take away."""
        marked = {number(word) for word in self.asked.getlist("roles")} if self.asked is not None else set()
        held = self._held()
        return [
            role
            for role in Role.objects.all()
            if role.pk in marked or (role.pk in held and not may_give(self.actor, role))
        ]

    def person(self) -> Person:
        """What the valid form says."""
        said = self.cleaned_data
        place = Department.objects.filter(pk=number(said["department"])).first()
        agent = Handling(**{name: said[name] for name in _HANDLING}) if said["agent"] else None
        text = {name: said[name] for name in ("display_name", "work_number", "extension", "email", "language",
                                              "caller_number", "dialling")}  # fmt: skip
        return Person(
            **text,
            department=place,
            allowed_numbers=tuple(line.strip() for line in said["allowed_numbers"].splitlines() if line.strip()),
            roles=frozenset(self.roles_chosen()),
            agent=agent,
            skills={group: level for group, level in self.skills() if level}
            if may(self.actor, "skills.manage")
            else None,
            queues={queue: tier for queue, tier in self.queues() if tier},
        )

    def refuse(self, errors: Mapping[str, list[str]]) -> None:
        """Sentences of the service, at their fields where the form has them."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def _held(self) -> set[int]:
        return set(self.user.roles.values_list("pk", flat=True)) if self.user else set()

    def _number(self, name: str, otherwise: int) -> int:
        return min(number(self.asked.get(name, "")), BEST) if self.asked is not None else otherwise


def _initial(user: User) -> dict[str, Any]:
    profile = getattr(user, "agent_profile", None)
    handling = {name: getattr(profile, name) for name in _HANDLING} if profile else {}
    return {
        **{name: getattr(user, name) or "" for name in ("display_name", "work_number", "extension", "email", "language",
                                                        "caller_number", "dialling")},
        **handling,
        "department": user.department_id or "",
        "agent": profile is not None,
        "allowed_numbers": "\n".join(user.allowed_numbers),
    }  # fmt: skip
