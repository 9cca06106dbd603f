from django.contrib.auth.views import LogoutView
from django.urls import path

from crm.access.guard import public
from crm.accounts import views

urlpatterns = [
    path("login/", public(views.LogIn.as_view()), name="login"),
    path("logout/", public(LogoutView.as_view()), name="logout"),
    path("language/", views.language, name="set_language"),
]
