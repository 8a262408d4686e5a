"""Addresses of the API."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from leadpact.web.api.app import api
from leadpact.web.api.docs import docs
from leadpact.web.api.errors import nothing_here

urlpatterns = [
    path("api/docs/", docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", csrf_exempt(nothing_here), name="api_nothing_here"),
]
