"""Addresses of the settings."""

from django.urls import path

from leadpact.web.settings import token_views

urlpatterns = [
    path("tokens/", token_views.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", token_views.revoke_token, name="token_revoke"),
]
