"""Reading sessions for others than the pages of this app."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from crm.logins.models import LoginSession
from crm.logins.sessions import is_idle, session_touch, sessions_end


def session_goes_on(session_key: str | None, *, at_work: bool) -> bool:
    """Whether an open page's session is alive. ``at_work``: its user works there, so it is not idle.

    One that nobody was at for too long is ended here, with all its pages.
    """
    if not Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).exists():
        return False
    row = LoginSession.objects.filter(session_key=session_key).first()
    if row is None:
        return True  # the next request makes it
    if at_work:
        session_touch(row)
    elif is_idle(row):
        sessions_end([row])
        return False
    return True
