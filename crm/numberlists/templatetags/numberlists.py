"""What templates of the number lists say."""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
CALL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@register.filter
def with_calls(text: str, link: bool) -> SafeString:
    """Ids of calls in a text, each cut to its beginning; with ``link`` it leads to the call."""
    found, last = SafeString(), 0
    for match in CALL.finditer(text):
        call_id = match.group()
        found += escape(text[last : match.start()])
        if link:
            address = reverse("call", args=[call_id])
            found += format_html('<a href="{}" title="{}">{}</a>', address, call_id, call_id[:8])
        else:
            found += call_id[:8]
        last = match.end()
    return mark_safe(found + escape(text[last:]))  # noqa: S308  each part of it is escaped
