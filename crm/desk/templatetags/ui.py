"""Small pieces that all pages share: icons, durations, numbers."""

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.access.numbers import shown_number
from crm.calls.models import Outcome
from crm.live.words import duration, reason_words, why_words

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A Tabler icon of the sprite, drawn in the colour of the text."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true"><use href="{1}#{2}"/></svg>',
        size, static("vendor/tabler/icons.svg"), name,
    )  # fmt: skip


@register.filter
def length(milliseconds: int | None) -> str:
    """Milliseconds as m:ss; a dash for None."""
    return duration(None if milliseconds is None else milliseconds / 1000)


@register.filter
def seconds(value: float | None) -> str:
    """Seconds as m:ss; a dash for None."""
    return duration(value)


@register.simple_tag(takes_context=True)
def phone(context: Context, number: str) -> str:
    """A customer's number as people here write it, masked for those who may not see it whole."""
    return shown_number(number, whole="numbers.whole" in context.get("may", ()))


register.filter("why", why_words)


@register.filter
def outcome(code: str) -> str:
    """How a call went. A generated column has no ``get_…_display`` of its own."""
    return str(Outcome(code).label) if code in Outcome.values else code


@register.filter
def way(direction: str) -> str:
    """Whether a call came or was dialled."""
    return _("outbound") if direction == "outbound" else _("inbound")


@register.filter
def named(code: str, names: dict[str, str]) -> str:
    """What ``names`` calls the code, else the code in words."""
    return reason_words(code, names)


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG wants it, whatever the language."""
    return f"{value:.2f}"
