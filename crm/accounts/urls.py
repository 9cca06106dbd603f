from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from crm.access.guard import public
from crm.accounts import views

urlpatterns = [
    path("login/", public(require_http_methods(["GET", "HEAD", "POST"])(views.LogIn.as_view())), name="login"),
    path("logout/", public(require_POST(LogoutView.as_view())), name="logout"),
    path("language/", views.language, name="set_language"),
]
