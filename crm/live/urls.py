from django.urls import path

from crm.live import views

urlpatterns = [path("floor/", views.floor, name="floor")]
