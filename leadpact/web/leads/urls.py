"""Addresses of leads."""

from django.urls import include, path

from leadpact.web.leads import adding, comments, deeds, likely, merging, raw, views

urlpatterns = [
    path("", include("leadpact.web.leads.list_urls")),
    path("leads/<int:person_id>/", views.lead, name="lead"),
    path("leads/new/", adding.new_lead, name="lead_new"),
    path("leads/<int:person_id>/edit/", adding.edit, name="lead_edit"),
    path("leads/<int:person_id>/hand-on/", deeds.hand_on, name="lead_hand_on"),
    path("leads/<int:person_id>/comments/", comments.add, name="lead_comment"),
    path("leads/<int:person_id>/comments/<int:number>/", comments.change, name="lead_comment_change"),
    path("leads/<int:person_id>/comments/<int:number>/remove/", comments.remove, name="lead_comment_remove"),
    path("leads/<int:person_id>/comments/<int:number>/restore/", comments.restore, name="lead_comment_restore"),
    path("leads/<int:person_id>/log/", deeds.log, name="lead_log"),
    path("leads/<int:person_id>/pull/", deeds.pull, name="lead_pull"),
    path("leads/<int:person_id>/keep/", deeds.keep, name="lead_keep"),
    path("leads/<int:person_id>/recycle/", deeds.recycle, name="lead_recycle"),
    path("leads/<int:person_id>/disqualify/", deeds.disqualify, name="lead_disqualify"),
    path("leads/<int:person_id>/deal/", deeds.open_deal, name="lead_open_deal"),
    path("leads/<int:person_id>/merge/<int:other_id>/", merging.compare, name="lead_merge"),
    path("leads/<int:person_id>/merge/<int:other_id>/now/", merging.merge, name="lead_merge_do"),
    path("leads/<int:person_id>/unmerge/", merging.unmerge, name="lead_unmerge"),
    path("leads/likely/", likely.rows, name="likely_rows"),
    path("leads/likely.csv", likely.rows_csv, name="likely_rows_csv"),
    path("ledger/<int:entry_id>/", raw.entry, name="entry"),
    path("promises/<int:promise_id>/", raw.receipt, name="receipt"),
]
