"""Ordering a file, and giving it up again."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.access.holding import token_of
from crm.accounts.models import User
from crm.sheets.orders.rows import PENDING, Order
from crm.sheets.orders.shelf import Shelf

AT_ONCE = 3
"""Orders of one user (of a program: token) and kind that may be under way."""


def order_make(*, shelf: Shelf, user: User, form: str, forms: Collection[str], **fields: Any) -> Any:
    """Notes the order, in the language that she reads now; a worker begins within seconds. Inside a transaction, after
    her permission was asked for. Raises ValidationError with a sentence."""
    if form not in forms:
        raise ValidationError(_("There is no such form of a file."))
    User.objects.select_for_update().get(pk=user.pk)  # two tabs
    if shelf.of(user).filter(state__in=PENDING).count() >= AT_ONCE:
        raise ValidationError(_("Three of your exports are not finished yet. Wait for one, or cancel it."))
    language = get_language() or "en"
    return shelf.orders.objects.create(owner=user, token_id=token_of(user), form=form, language=language, **fields)


def order_cancel(*, shelf: Shelf, user: User, order_id: int) -> bool:
    """Gives up an order of hers that is not finished; the worker stops at its next rows. False when there is none."""
    mine = shelf.of(user).filter(pk=order_id, state__in=PENDING)
    return shelf.forget(mine, Order.State.CANCELLED) > 0
