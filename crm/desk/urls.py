from django.urls import path

from crm.desk.views import callbacks, desk, leads, notes, orders, outside, scheduling, transfers

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("desk/idle/", desk.idle, name="desk_idle"),
    path("desk/dialled/", desk.dialled, name="desk_dialled"),
    path("desk/work/<str:call_id>/", desk.work, name="desk_work"),
    path("desk/outside/<str:call_id>/", outside.outside, name="desk_outside"),
    path("desk/outside/<str:call_id>/popups/<int:popup_id>/", outside.popup, name="desk_popup"),
    path("desk/outside/<str:call_id>/lookups/<int:lookup_id>/", outside.lookup, name="desk_lookup"),
    path("desk/windows/<int:popup_id>/", outside.window, name="desk_window"),
    path("desk/orders/", orders.orders, name="desk_orders"),
    path("desk/targets/", transfers.choices, name="desk_targets"),
    path("desk/redirect/", transfers.choices_of, name="desk_targets_of"),
    path("desk/ringing/", transfers.ringing, name="desk_ringing"),
    path("desk/speed/", transfers.speed, name="desk_speed"),
    path("desk/dial/", orders.dial, name="desk_dial"),
    path("desk/notes/<str:call_id>/", notes.notes, name="desk_notes"),
    path("desk/next/", leads.card, name="desk_next"),
    path("desk/next/take/", leads.take, name="desk_next_take"),
    path("desk/next/<str:attempt_id>/call/", leads.accept, name="desk_lead_accept"),
    path("desk/next/<str:attempt_id>/skip/", leads.skip, name="desk_lead_skip"),
    path("desk/leads/<int:campaign_id>/", leads.leads, name="desk_leads"),
    path("desk/leads/<int:lead_id>/call/", leads.call, name="desk_lead_call"),
    path("desk/callbacks/", callbacks.card, name="desk_callbacks"),
    path("desk/callbacks/<int:callback_id>/call/", callbacks.call, name="desk_callback_call"),
    path("desk/callbacks/<int:callback_id>/move/", callbacks.move, name="desk_callback_move"),
    path("desk/callbacks/<int:callback_id>/cancel/", callbacks.cancel, name="desk_callback_cancel"),
    path("desk/schedule/", scheduling.schedule, name="desk_schedule"),
]
