"""Addresses of the loop."""

from django.urls import path

from leadpact.web.loop import views

urlpatterns = [
    path("loop/", views.loop, name="loop"),
    path("loop/<slug:key>/", views.rows, name="loop_rows"),
    path("loop/<slug:key>.csv", views.rows_csv, name="loop_csv"),
]
