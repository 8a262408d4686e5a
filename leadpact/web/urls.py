"""Addresses of pages, forms and the API; each folder of `web` brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("leadpact.web.shell.urls")),
    path("", include("leadpact.web.today.urls")),
    path("", include("leadpact.web.notices.urls")),
    path("", include("leadpact.web.login.urls")),
    path("", include("leadpact.web.forms.urls")),
    path("", include("leadpact.web.leads.urls")),
    path("", include("leadpact.web.offers.urls")),
    path("", include("leadpact.web.disputes.urls")),
    path("", include("leadpact.web.companies.urls")),
    path("", include("leadpact.web.deals.urls")),
    path("", include("leadpact.web.search.urls")),
    path("", include("leadpact.web.pact.urls")),
    path("", include("leadpact.web.loop.urls")),
    path("", include("leadpact.web.downloads.urls")),
    path("", include("leadpact.web.mailing.urls")),
    path("", include("leadpact.web.campaigns.urls")),
    path("", include("leadpact.web.importing.urls")),
    path("", include("leadpact.web.settings.urls")),
    path("", include("leadpact.web.arrivals.urls")),
    path("", include("leadpact.web.privacy.urls")),
    path("", include("leadpact.web.tracker.urls")),
    path("", include("leadpact.web.api.urls")),
]
