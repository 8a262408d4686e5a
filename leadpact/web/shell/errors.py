"""Errors as pages: what happened, what was kept, what to do."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from leadpact.base.errors import BadInput, LeadpactError

LARGEST = 2**63 - 1


def status_of(error: LeadpactError) -> HTTPStatus:
    return HTTPStatus.BAD_REQUEST if isinstance(error, BadInput) else HTTPStatus.CONFLICT


class SayWhatToDo:
    """Turn a `LeadpactError` that a view let through into a page, or into JSON for a script."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[object, ...], named: dict[str, object]
    ) -> None:
        """A number that no database can hold is the number of nothing."""
        if any(isinstance(value, int) and value > LARGEST for value in named.values()):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LeadpactError):
            return None
        if request.accepts("text/html"):
            return render(request, "shell/problem.html", {"error": error}, status=status_of(error))
        return JsonResponse(error.as_dict(), status=status_of(error))
