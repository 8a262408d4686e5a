"""Addresses of pages, forms and the API; each folder of `web` brings its own list."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
