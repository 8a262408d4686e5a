"""Addresses of disputes."""

from django.urls import path

from leadpact.web.disputes import lists, views

urlpatterns = [
    path("disputes/", lists.disputes, name="disputes"),
    path("disputes.csv", lists.disputes_csv, name="disputes_csv"),
    path("disputes/<int:dispute_id>/", views.dispute, name="dispute"),
    path("disputes/<int:dispute_id>/answer/", views.answer, name="dispute_answer"),
    path("leads/<int:person_id>/dispute/", views.contest, name="lead_contest"),
]
