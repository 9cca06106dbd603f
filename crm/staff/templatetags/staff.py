"""What only the people's pages need."""

from collections.abc import Sized

from django import template

register = template.Library()


@register.filter
def size(things: Sized) -> int:
    """How many. (``length`` of the shared pieces is a duration.)"""
    return len(things)
