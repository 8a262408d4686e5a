"""Addresses of leads."""

from django.urls import path

from leadpact.web.leads import deeds, lists, views

urlpatterns = [
    path("leads/", lists.leads, name="leads"),
    path("leads.csv", lists.leads_csv, name="leads_csv"),
    path("leads/hand-on/", lists.hand_on, name="leads_hand_on"),
    path("leads/<int:person_id>/", views.lead, name="lead"),
    path("leads/<int:person_id>/log/", deeds.log, name="lead_log"),
    path("leads/<int:person_id>/pull/", deeds.pull, name="lead_pull"),
    path("leads/<int:person_id>/keep/", deeds.keep, name="lead_keep"),
    path("leads/<int:person_id>/recycle/", deeds.recycle, name="lead_recycle"),
    path("leads/<int:person_id>/disqualify/", deeds.disqualify, name="lead_disqualify"),
    path("leads/<int:person_id>/deal/", deeds.open_deal, name="lead_open_deal"),
    path("ledger/<int:entry_id>/", views.entry, name="entry"),
    path("promises/<int:promise_id>/", views.receipt, name="receipt"),
]
