"""Addresses of the list of leads, its saved views and what is done with several leads at once."""

from django.urls import path

from leadpact.web.leads import bulk, lists, saved

urlpatterns = [
    path("leads/", lists.leads, name="leads"),
    path("leads.csv", lists.leads_csv, name="leads_csv"),
    path("leads/hand-on/", bulk.hand_on, name="leads_hand_on"),
    path("leads/note/", bulk.note, name="leads_note"),
    path("leads/send-back/", bulk.send_back, name="leads_send_back"),
    path("leads/write/", bulk.write, name="leads_write"),
    path("leads/undo/", bulk.undo, name="leads_undo"),
    path("leads/columns/", saved.choose_columns, name="leads_columns"),
    path("leads/views/", saved.views, name="leads_views"),
    path("leads/views/save/", saved.save, name="leads_view_save"),
    path("leads/views/<int:view_id>/change/", saved.change, name="leads_view_change"),
    path("leads/views/<int:view_id>/open/", saved.open_with, name="leads_view_open"),
    path("leads/views/<int:view_id>/drop/", saved.drop, name="leads_view_drop"),
]
