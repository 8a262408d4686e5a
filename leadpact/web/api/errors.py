"""Errors as JSON: always {code, message, what_to_do, details}."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.defaults import server_error as page_of_server_error
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from leadpact.base.errors import ErrorDocument, LeadpactError
from leadpact.web.api.access import OutOfScope
from leadpact.web.shell.errors import status_of


def answer_errors(api: NinjaAPI) -> None:
    """Let the API answer every error it foresees in our shape; what nobody foresaw goes on to Django's log."""
    api.add_exception_handler(LeadpactError, _ours)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(OutOfScope, _out_of_scope)
    api.add_exception_handler(PermissionDenied, _not_allowed)
    api.add_exception_handler(ValidationError, _not_understood)
    api.add_exception_handler(AuthenticationError, _who_are_you)
    api.add_exception_handler(Throttled, _too_many)
    api.add_exception_handler(HttpError, _other)


def _ours(request: HttpRequest, error: LeadpactError | type[LeadpactError]) -> HttpResponse:
    assert isinstance(error, LeadpactError)
    return problem(status_of(error), error.as_dict())


def _not_found(request: HttpRequest, error: object) -> HttpResponse:
    """The same for what is not there and for what one may not know of."""
    return problem(HTTPStatus.NOT_FOUND, _said("not_found", "There is nothing at this address.", "Check the number."))


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any address under the API's that there is not."""
    what_to_do = "Read /api/v1/openapi.json: it lists every address."
    return problem(HTTPStatus.NOT_FOUND, _said("no_such_address", "The API has no such address.", what_to_do))


def speak_json(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: whoever asks the API with a method it does not have is told so in our shape, too."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        found = get_response(request)
        if found.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not request.path.startswith("/api/"):
            return found
        said = _said("wrong_method", f"{request.method} is not for this address.", f"Use {found['Allow']}.")
        told = problem(HTTPStatus.METHOD_NOT_ALLOWED, said)
        told["Allow"] = found["Allow"]
        return told

    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw: Django has logged it; a script gets our shape, a person a page."""
    if not request.path.startswith("/api/"):
        return page_of_server_error(request)
    what_to_do = "Try it again; if it stays, the server's log says more."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, _said("server_error", "Something broke on our side.", what_to_do))


def _not_allowed(request: HttpRequest, error: object) -> HttpResponse:
    what_to_do = "Ask somebody whose role may: docs/reference/who-may.md says who."
    return problem(HTTPStatus.FORBIDDEN, _said("not_allowed", "Your role may not do this.", what_to_do))


def _out_of_scope(request: HttpRequest, error: object) -> HttpResponse:
    what_to_do = "Make a token with a scope that covers this; GET /api/v1/me says what yours has."
    said = _said("out_of_scope", "You may do this, but this token was made for less.", what_to_do)
    return problem(HTTPStatus.FORBIDDEN, said)


def _not_understood(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """Name every field that is wrong; never repeat what was sent, which may be a secret."""
    assert isinstance(error, ValidationError)
    fields = [{"field": _field(each["loc"]), "message": each["msg"]} for each in error.errors]
    first = f"{fields[0]['field']}: {fields[0]['message']}."
    said = _said("bad_request", first, "Put right the fields that are listed.")
    return problem(HTTPStatus.BAD_REQUEST, said | {"details": {"fields": fields}})


def _field(place: tuple[str | int, ...]) -> str:
    """Return "until" for ("body", "said", "until"): the names of our own arguments tell a caller nothing."""
    known = [str(part) for part in place]
    if known[0] == "body":
        return ".".join(known[2:]) or "body"
    return ".".join(known[-1:])


def _who_are_you(request: HttpRequest, error: object) -> HttpResponse:
    what_to_do = "Send the header `Authorization: Bearer TOKEN`; tokens are made under Tokens in your own menu."
    answer = problem(HTTPStatus.UNAUTHORIZED, _said("no_token", "A valid token is missing.", what_to_do))
    answer["WWW-Authenticate"] = 'Bearer realm="leadpact"'
    return answer


def _too_many(request: HttpRequest, error: Throttled | type[Throttled]) -> HttpResponse:
    assert isinstance(error, Throttled)
    wait = error.wait or 1
    said = _said("too_many_wrong_tokens", "Too many wrong tokens came from this address.", f"Wait {wait} seconds.")
    answer = problem(HTTPStatus.TOO_MANY_REQUESTS, said)
    answer["Retry-After"] = str(wait)
    return answer


def _other(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)
    return problem(error.status_code, _said("bad_request", error.message, "Send a JSON document in UTF-8."))


def _said(code: str, message: str, what_to_do: str) -> ErrorDocument:
    return {"code": code, "message": message, "what_to_do": what_to_do, "details": {}}


def problem(status: int, said: ErrorDocument) -> HttpResponse:
    answer = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "private, no-store"
    return answer
