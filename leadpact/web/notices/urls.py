"""Addresses of notices."""

from django.urls import path

from leadpact.web.notices import preferences, views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices.csv", views.notices_csv, name="notices_csv"),
    path("notices/unread/", views.unread, name="notices_unread"),
    path("notices/preferences/", preferences.preferences, name="notice_preferences"),
    path("notices/<int:notice_id>/", views.notice, name="notice"),
    path("notices/<int:notice_id>/read/", views.read_one, name="notice_read"),
    path("notices/<int:notice_id>/unread/", views.unread_one, name="notice_unread"),
]
