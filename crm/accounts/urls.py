from django.urls import path

from crm.accounts import views

urlpatterns = [path("language/", views.language, name="set_language")]
