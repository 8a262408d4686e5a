"""Addresses of the search."""

from django.urls import path

from leadpact.web.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search.json", views.search_json, name="search_json"),
]
