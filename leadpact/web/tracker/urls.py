"""The addresses of the tracker and of the script for pages written for Mautic."""

from django.urls import path

from leadpact.web.tracker import views

urlpatterns = [
    path("t.js", views.tracker, name="tracker"),
    path("mtc.js", views.for_mautic, name="tracker_for_mautic"),
]
