from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import public
from crm.logins.views import account, entry, places, signon

urlpatterns = [
    path("login/", public(require_http_methods(["GET", "HEAD", "POST"])(entry.LogIn.as_view())), name="login"),
    path("login/code/", entry.code, name="login_code"),
    path("login/sign-on/", signon.sign_on, name="sign_on"),
    path("login/sign-on/back/", signon.sign_on_back, name="sign_on_back"),
    path("logout/", public(require_POST(LogoutView.as_view())), name="logout"),
    path("profile/", account.profile, name="profile"),
    path("profile/password/", account.password, name="password"),
    path("profile/factor/", account.factor, name="factor"),
    path("profile/factor/change/", account.factor_change, name="factor_change"),
    path("profile/sessions/end/", places.sessions_end_others, name="sessions_end_others"),
    path("sessions/", places.sessions, name="sessions"),
    path("sessions/end/", places.session_end, name="session_end"),
    path("session/left/", places.session_left, name="session_left"),
    path("session/stay/", places.session_stay, name="session_stay"),
    path("ticket/", places.ticket, name="ticket"),
]
