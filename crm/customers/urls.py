from django.urls import path

from crm.customers.views import card, pages

urlpatterns = [
    path("", pages.customers, name="customers"),
    path("new/", pages.new, name="customer_new"),
    path("<int:customer_id>/", pages.customer, name="customer"),
    path("numbers/<int:number_id>/", pages.open_number, name="customer_number"),
    path("card/<str:call_id>/", card.card, name="caller_card"),
    path("card/<str:call_id>/found/", card.found, name="caller_found"),
    path("card/<str:call_id>/choose/", card.choose, name="caller_choose"),
    path("card/<str:call_id>/form/", card.form, name="caller_form"),
]
