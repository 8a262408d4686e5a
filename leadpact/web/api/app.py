"""The API as one: its operations, how it recognises callers, how it answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from leadpact.web.api import companies, deals, errors, explaining, leads, me, offers, pacts, pursuits, reports
from leadpact.web.api.access import Bearer


class Api(NinjaAPI):
    """Nothing it answers may lie in a cache: it is about persons, and another caller may see less."""

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        answer = super().create_response(request, data, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer


api = Api(
    title="Leadpact",
    version="1",
    description="What the pages do, for scripts. An error is always {code, message, what_to_do, details}. Moments "
    "carry their offset, points and amounts are numbers, lists come page by page: send `next` of one as `after`.",
    docs_url=None,
    urls_namespace="api",
    auth=Bearer(),
)
errors.answer_errors(api)
for tag, module in {
    "me": me, "leads": leads, "companies": companies, "offers": offers, "pursuits": pursuits, "deals": deals,
    "pact": pacts, "reports": reports, "explain": explaining,
}.items():  # fmt: skip
    api.add_router("", module.router, tags=[tag])
