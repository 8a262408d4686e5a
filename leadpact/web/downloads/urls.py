"""Addresses of papers to download."""

from django.urls import path

from leadpact.web.downloads import public, views

urlpatterns = [
    path("d/<slug:slug>/", public.paper, name="paper"),
    path("download/<str:token>/", public.ready, name="paper_ready"),
    path("download/<str:token>/file/", public.file, name="paper_file"),
    path("campaigns/papers/", views.listed, name="papers"),
    path("campaigns/papers.csv", views.listed_csv, name="papers_csv"),
    path("campaigns/papers/new/", views.add, name="paper_add"),
    path("campaigns/papers/<int:paper_id>/", views.edit, name="paper_edit"),
    path("campaigns/papers/<int:paper_id>/close/", views.close, name="paper_close"),
    path("campaigns/papers/<int:paper_id>/reopen/", views.reopen, name="paper_reopen"),
]
