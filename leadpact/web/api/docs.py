"""The page that says what the API can do, made of its own description."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from leadpact.team.policy import Verb
from leadpact.web.api.app import api
from leadpact.web.shell.access import needs
from leadpact.web.shell.context import Shell

TAGS: Final[Mapping[str, str | Promise]] = {
    "me": gettext_lazy("The token itself"),
    "leads": gettext_lazy("Leads"),
    "companies": gettext_lazy("Companies"),
    "offers": gettext_lazy("Offers"),
    "pursuits": gettext_lazy("Hand-overs"),
    "disputes": gettext_lazy("Disputes"),
    "deals": gettext_lazy("Deals"),
    "campaigns": gettext_lazy("Campaigns"),
    "pact": gettext_lazy("The pact"),
    "reports": gettext_lazy("Numbers and their rows"),
    "explain": gettext_lazy("Why an entry was written"),
    "search": gettext_lazy("Search"),
    "notices": gettext_lazy("Notices"),
    "imports": gettext_lazy("Imports"),
    "house": gettext_lazy("Our own side"),
}
PLACES: Final[Mapping[str, str | Promise]] = {
    "path": gettext_lazy("in the address"),
    "query": gettext_lazy("after the question mark"),
    "header": gettext_lazy("header"),
    "body": gettext_lazy("in the body"),
}
EXAMPLES: Final[Mapping[str, object]] = {
    "date": "2026-12-01", "date-time": "2026-12-01T09:00:00Z", "integer": 1, "number": 480, "string": "…",
    "boolean": True, "array": [], "object": {},
}  # fmt: skip

type Node = Mapping[str, Any]  # a piece of the description


@dataclass(frozen=True)
class Value:
    """Something that is sent: a parameter or a field of the body."""

    name: str
    place: str | Promise
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Described:
    """One operation in words."""

    name: str
    method: str
    address: str
    verb: str
    summary: str
    description: SafeString
    values: tuple[Value, ...]
    example: str


@dataclass(frozen=True)
class Chapter:
    tag: str
    title: str | Promise
    operations: tuple[Described, ...]


@dataclass(frozen=True)
class Description:
    """The OpenAPI document, read for people; `base`: where this installation is reached."""

    document: Node
    base: str

    @cached_property
    def chapters(self) -> list[Chapter]:
        found: dict[str, list[Described]] = {}
        for address, operations in self.document["paths"].items():
            for method, operation in operations.items():
                found.setdefault(operation["tags"][0], []).append(self._operation(method.upper(), address, operation))
        return [Chapter(tag, TAGS.get(tag, tag), tuple(each)) for tag, each in found.items()]

    def _operation(self, method: str, address: str, operation: Node) -> Described:
        media, content = next(iter(operation.get("requestBody", {}).get("content", {}).items()), ("", {}))
        body = self._resolved(content)
        parameters = [each for each in operation.get("parameters", []) if each["in"] != "header"]
        values = [
            Value(each["name"], PLACES[each["in"]], self._type(each["schema"]), each.get("required", False),
                  each.get("description", ""))
            for each in parameters
        ]  # fmt: skip
        return Described(
            operation["operationId"], method, address, operation["x-verb"], operation["summary"],
            _coded(" ".join(part for part in (operation.get("description", ""), body.get("description", "")) if part)),
            (*values, *self._fields(body)), self._example(method, address, body, media),
        )  # fmt: skip

    def _fields(self, body: Node) -> Iterator[Value]:
        required = body.get("required", ())
        for name, schema in body.get("properties", {}).items():
            said = schema.get("description") or self._resolved(schema).get("description", "")
            yield Value(name, PLACES["body"], self._type(schema), name in required, said)

    def _example(self, method: str, address: str, body: Node, media: str) -> str:
        url = self.base.rstrip("/") + address.replace("{key}", "qualified_leads")
        while "{" in url:
            before, _open, rest = url.partition("{")
            url = f"{before}1{rest.partition('}')[2]}"
        lines = [f'curl "{url}"', '-H "Authorization: Bearer $TOKEN"']
        if media == "multipart/form-data":
            lines.append('-H "Idempotency-Key: $(uuidgen)"')
            lines += [f"-F '{name}={self._part(body['properties'][name])}'" for name in body.get("required", ())]
        elif method == "POST":
            lines.append('-H "Idempotency-Key: $(uuidgen)"')
            said = {name: self._value(body["properties"][name]) for name in body.get("required", ())}
            content = json.dumps(said, ensure_ascii=False)
            lines += ['-H "Content-Type: application/json"', f"-d '{content}'"] if body else ["-X POST"]
        return " \\\n  ".join(lines)

    def _part(self, schema: Node) -> object:
        return "@a-file" if schema.get("format") == "binary" else self._value(schema)

    def _value(self, schema: Node) -> object:
        schema = self._resolved(schema)
        if schema.get("enum"):
            return schema["enum"][0]
        return EXAMPLES[schema.get("format", "") if schema.get("format") in EXAMPLES else schema.get("type", "string")]

    def _type(self, schema: Node) -> str:
        """What may be sent: "whole number", "one of lead, ready"."""
        schema = self._resolved(schema)
        if schema.get("enum"):
            return _("one of %(values)s") % {"values": ", ".join(str(each) for each in schema["enum"])}
        if "const" in schema:
            return str(schema["const"])
        words = {
            "integer": _("whole number"), "number": _("number"), "boolean": _("true or false"), "date": _("day"),
            "date-time": _("moment with its offset"), "array": _("list"), "object": _("object"),
        }  # fmt: skip
        return words.get(schema.get("format", ""), "") or words.get(schema.get("type", ""), _("text"))

    def _resolved(self, schema: Node) -> Node:
        """The piece that is meant: behind a reference, without "or null", with what was said beside it."""
        if "schema" in schema:
            return self._resolved(schema["schema"])
        if "$ref" in schema:
            named = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            return self._resolved(named)
        other = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        return self._resolved(other[0]) if other else schema


def _coded(text: str) -> SafeString:
    """Names between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts)
    )


@require_GET
@needs("token.own")
def docs(request: HttpRequest) -> HttpResponse:
    verbs = Shell(request).verbs
    count, operations = _operations(get_language() or "", request.build_absolute_uri("/"), verbs)
    return render(request, "api/docs.html", {"count": count, "operations": operations})


@lru_cache(maxsize=24)
def _operations(language: str, base: str, verbs: frozenset[Verb]) -> tuple[int, SafeString]:
    """Return how many operations there are, and what the page says of them to whoever may do these verbs.

    A process says it once for each language and set of roles: it is long, and the same until the next version.
    """
    with override(language):
        chapters = Description(api.get_openapi_schema(), base).chapters
        said = render_to_string("api/operations.html", {"chapters": chapters, "verbs": verbs})
    return sum(len(chapter.operations) for chapter in chapters), said
