"""Addresses of offers."""

from django.urls import path

from leadpact.web.offers import links, views

urlpatterns = [
    path("offers/<int:offer_id>/accept/", views.accept, name="offer_accept"),
    path("offers/<int:offer_id>/reject/", views.reject, name="offer_reject"),
    path("offers/<int:offer_id>/later/", views.later, name="offer_later"),
    path("o/<str:token>/", links.answer, name="offer_link"),
]
