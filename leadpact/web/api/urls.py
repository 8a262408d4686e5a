"""Addresses of the API."""

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from leadpact.web.api.app import api
from leadpact.web.api.errors import nothing_here

urlpatterns = [
    path("api/v1/", api.urls),
    re_path(r"^api/(?P<rest>.*)$", csrf_exempt(nothing_here), name="api_nothing_here"),
]
