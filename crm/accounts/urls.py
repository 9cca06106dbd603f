from django.contrib.auth.views import LogoutView
from django.urls import path

from crm.accounts import views

urlpatterns = [
    path("login/", views.LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", views.language, name="set_language"),
]
