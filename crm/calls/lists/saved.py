"""Saved views and chosen columns: each user's own, and what others share with her roles."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.access.holding import require
from crm.accounts.models import Role, User
from crm.calls.filters import PERSONAL, Filters
from crm.calls.lists.columns import USUAL, chosen
from crm.calls.models import CallChoice, CallView

AT_MOST = 40
NAME = 60


def views_offered(user: User) -> QuerySet[CallView]:
    """Her own and those of her roles, by name."""
    hers = Q(owner=user) | Q(roles__in=user.roles.all(), owner__is_active=True)
    return CallView.objects.filter(hers).select_related("owner").distinct().order_by("name", "pk")


def choice_of(user: User) -> CallChoice:
    """What she chose; an unsaved row when she never did."""
    return CallChoice.objects.filter(user=user).first() or CallChoice(user=user)


@transaction.atomic
def view_save(
    *, user: User, name: str, asked: Filters, columns: Iterable[str], roles: Iterable[str] = (), begin: bool = False
) -> CallView:
    """Makes the view, or changes hers of this name; ``roles``: ids of those that share it; ``begin``: her list begins
    with it. A number or a text of notes is not kept in it. Raises PermissionDenied, and ValidationError."""
    require(user, "calls.see")
    name = " ".join(name.replace("\x00", "").split())[:NAME]
    if not name:
        raise ValidationError(_("Give the view a name."))
    if any(value in asked.said() for value in PERSONAL):
        raise ValidationError(_("A view keeps no number and no text of notes. Take these away first."))
    if CallView.objects.filter(owner=user).exclude(name=name).count() >= AT_MOST:
        raise ValidationError(_("You have %(n)s views already. Remove one first.") % {"n": AT_MOST})
    shared = [int(role) for role in roles if role.isascii() and role.isdigit() and len(role) < 10]
    if shared:
        require(user, "calls.share")
    wanted = {"filters": asked.said(), "columns": [column.code for column in chosen(columns)]}
    view, _made = CallView.objects.update_or_create(owner=user, name=name, defaults=wanted)
    view.roles.set(Role.objects.filter(pk__in=shared))
    if begin:
        view_begin(user=user, view_id=view.pk)
    return view


def view_remove(*, user: User, view_id: int) -> bool:
    """Only her own; others that begin with it begin with all calls again."""
    return CallView.objects.filter(owner=user, pk=view_id).delete()[0] > 0


def view_begin(*, user: User, view_id: int) -> bool:
    """Her list begins with this view from now on; with all calls again if it did already."""
    view = views_offered(user).filter(pk=view_id).first()
    if view is None:
        return False
    choice = choice_of(user)
    choice.view = None if choice.view_id == view.pk else view
    choice.save()
    return True


def columns_choose(*, user: User, codes: Iterable[str]) -> None:
    """Her columns from now on; the usual ones when none of them is known."""
    choice = choice_of(user)
    wanted = [column.code for column in chosen(codes)]
    choice.columns = [] if wanted == list(USUAL) else wanted
    choice.save()
