"""Addresses of leads."""

from django.urls import path

from leadpact.web.leads import views

urlpatterns = [path("leads/", views.lead_list, name="leads")]
