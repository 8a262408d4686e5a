"""Addresses of the page one lands on."""

from django.urls import path

from leadpact.web.today import views

urlpatterns = [
    path("", views.today, name="home"),
]
