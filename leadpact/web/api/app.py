"""The API as one: its operations, how it recognises callers, how it answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from leadpact.web.api import (
    arrivals,
    bulk,
    campaigns,
    comments,
    companies,
    dealing,
    disputes,
    errors,
    explaining,
    first_steps,
    hosted,
    house,
    imports,
    keys,
    lists,
    machines,
    mails,
    me,
    merging,
    notices,
    offers,
    pacts,
    papers,
    persons,
    preferences,
    privacy,
    pursuits,
    replays,
    reports,
    scores,
    searching,
    staff,
)
from leadpact.web.api import converters as converters  # registers what the addresses below are made of
from leadpact.web.api.access import Bearer
from leadpact.web.api.once import PARAMETER, once
from leadpact.web.api.strictness import known_only

PROBLEM = {
    "type": "object",
    "required": ["code", "message", "what_to_do", "details"],
    "properties": {
        **{name: {"type": "string"} for name in ("code", "message", "what_to_do")},
        "details": {"type": "object"},
    },
}


class _Exact(NinjaJSONEncoder):
    """Moments to the microsecond, as they are kept; Django's own encoder cuts them to thousandths."""

    def default(self, o: Any) -> Any:
        return o.isoformat().replace("+00:00", "Z") if isinstance(o, datetime) else super().default(o)


class _Renderer(JSONRenderer):
    encoder_class = _Exact
    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Nothing it answers may lie in a cache: it is about persons, and another caller may see less."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    _described: OpenAPISchema | None = None

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description, made once in the life of a process: nobody may change what comes back."""
        if self._described is None:
            self._described = self._describe(**kwargs)
        return self._described

    def _describe(self, **kwargs: Any) -> OpenAPISchema:
        """Say of every operation how it answers an error, which verb it needs, and that a change may be sent twice."""
        schema = super().get_openapi_schema(**kwargs)
        verbs = dict(self._verbs())
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["x-verb"] = verbs[operation["operationId"]]
                if method == "post":
                    operation.setdefault("parameters", []).append(PARAMETER)
                operation["responses"]["default"] = {
                    "description": "An error",
                    "content": {"application/json": {"schema": PROBLEM}},
                }
        return schema

    def _verbs(self) -> Iterator[tuple[str, str]]:
        for _prefix, router in self._routers:
            for view in router.path_operations.values():
                for operation in view.operations:
                    guard = operation.auth_param
                    yield operation.view_func.__name__, guard.verb or "" if isinstance(guard, Bearer) else ""

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
    renderer=_Renderer(),
)
errors.answer_errors(api)
api.add_decorator(once, mode="view")
api.add_decorator(known_only, mode="operation")
assert comments.router is merging.router is persons.router  # which knows all operations on one lead
for tag, modules in (
    ("me", (me,)), ("leads", (persons, scores, bulk, lists)), ("companies", (companies,)), ("offers", (offers,)),
    ("pursuits", (pursuits,)), ("disputes", (disputes,)), ("deals", (dealing,)),
    ("campaigns", (campaigns, papers, mails)), ("pact", (pacts, replays)),
    ("reports", (reports,)), ("explain", (explaining,)), ("search", (searching,)),
    ("notices", (notices, preferences)), ("imports", (imports,)),
    ("house", (house, staff, hosted, keys, first_steps)), ("arrivals", (arrivals, machines)),
    ("privacy", (privacy,)),
):  # fmt: skip
    for module in modules:
        api.add_router("", module.router, tags=[tag])
