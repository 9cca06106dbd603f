"""The page of the state record."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.access.guard import needs
from crm.access.holding import may
from crm.calls.filters import SPANS as CALL_SPANS
from crm.calls.lists.chips import SPANS
from crm.calls.paging import COUNTED, counted, page
from crm.live.words import reasons, states
from crm.reports.files.orders import shown as files_shown
from crm.reports.saved.services import day_choices
from crm.reports.scope import SEE, seen_by
from crm.reports.staterecord.asking import SIGNED_IN, asked
from crm.reports.staterecord.selectors import BY, agents_of, lasted, states_found, sums
from crm.reports.staterecord.sheet import SOURCES, state_words

NO_DAYS = {"since": None, "until": None, "older": None, "newer": None}


@require_safe
@needs(SEE)
@never_cache
def record(request: HttpRequest) -> HttpResponse:
    """The newest first, today's unless other days are asked for."""
    user, wanted, now = request.user, asked(request.GET), timezone.now()
    seen, agents, span, known = seen_by(user), agents_of(user, wanted), wanted.span(), reasons()
    found = states_found(agents, wanted)
    shown = page(found, older=wanted.base.older, newer=wanted.base.newer, by=BY)
    rows = [
        (one, agents.get(one.agent, one.agent), state_words(one.state, one.reason, known), lasted(one, span, now),
         SOURCES.get(one.source, one.source))
        for one in shown.calls
    ]  # fmt: skip
    words = states()
    told: dict[str, Any] = {
        "page": "reports", "asked": wanted, "rows": rows, "agents": [] if seen.own else seen.agents.items(),
        "departments": [] if seen.own else seen.departments.items(),
        "states": [(code, words[code]) for code in SIGNED_IN],
        "spans": [(code, _(text), replace(wanted, base=replace(wanted.base, span=code, **NO_DAYS)).address())
                  for code, text in SPANS.items()],
        "sums": [(state, state_words(state, reason, known), total.total_seconds())
                 for state, reason, total in sums(found, span)],
        "count": counted(found), "counted": COUNTED, "said": wanted.said(), "report": "state_record",
        "newer": wanted.address(newer=shown.newer) if shown.newer else "",
        "older": wanted.address(older=shown.older) if shown.older else "",
        "exports": files_shown(user), "may_export": may(user, "reports.export"), "day_choices": day_choices(CALL_SPANS),
    }  # fmt: skip
    return render(request, "reports/record.html", told)
