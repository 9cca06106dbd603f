from django.urls import path

from crm.campaigns.callbacks import views

urlpatterns = [
    path("", views.callbacks, name="callbacks"),
    path("<int:callback_id>/move/", views.move, name="callback_move"),
    path("<int:callback_id>/cancel/", views.cancel, name="callback_cancel"),
    path("<int:callback_id>/hand-over/", views.hand_over, name="callback_hand_over"),
]
