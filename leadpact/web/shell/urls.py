"""Addresses that belong to no area."""

from django.urls import path

from leadpact.web.shell import assets, theme

urlpatterns = [
    path("styles.css", assets.serve_styles, name="styles"),
    path("theme/", theme.choose_theme, name="theme"),
]
