"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("leadpact.web.urls"))]

handler500 = "leadpact.web.api.errors.server_error"
