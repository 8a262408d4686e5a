"""Addresses of hosted forms."""

from django.urls import path

from leadpact.web.forms import views

urlpatterns = [
    path("f/<slug:slug>/", views.hosted_form, name="hosted_form"),
    path("f/<slug:slug>/thanks/", views.thanks, name="hosted_form_thanks"),
]
