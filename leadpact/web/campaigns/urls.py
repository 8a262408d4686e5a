"""Addresses of campaigns."""

from django.urls import path

from leadpact.web.campaigns import editing, lists, record, rows

urlpatterns = [
    path("campaigns/", lists.campaigns, name="campaigns"),
    path("campaigns.csv", lists.campaigns_csv, name="campaigns_csv"),
    path("campaigns/new/", editing.add, name="campaign_add"),
    path("campaigns/links/", editing.links, name="campaign_links"),
    path("campaigns/costs/<int:cost_id>/", editing.cost, name="campaign_cost"),
    path("campaigns/<int:campaign_id>/", record.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/edit/", editing.edit, name="campaign_edit"),
    path("campaigns/<int:campaign_id>/costs/", editing.add_cost, name="campaign_add_cost"),
    path("campaigns/<int:campaign_id>/rows/<slug:what>/", rows.rows, name="campaign_rows"),
    path("campaigns/<int:campaign_id>/rows/<slug:what>.csv", rows.rows_csv, name="campaign_rows_csv"),
]
