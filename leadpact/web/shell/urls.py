"""Addresses that belong to no area."""

from django.urls import path

from leadpact.web.shell import theme, views

urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:notice_id>/", views.notice, name="notice"),
    path("theme/", theme.choose_theme, name="theme"),
]
