"""Addresses that belong to no area."""

from django.urls import path

from leadpact.web.shell import theme

urlpatterns = [
    path("theme/", theme.choose_theme, name="theme"),
]
