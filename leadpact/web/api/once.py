"""Calls that are sent twice and done once: the header `Idempotency-Key`."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from leadpact.base.errors import LeadpactError
from leadpact.team import reads
from leadpact.team.answers import Answer, Asked, answer_once
from leadpact.web.api.access import LONGEST, LOOKS
from leadpact.web.api.errors import problem
from leadpact.web.shell.access import now_of
from leadpact.web.shell.errors import status_of

HEADER: Final = "Idempotency-Key"
REPEATED: Final = "Idempotency-Replayed"
PARAMETER: Final = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A text of your own for this call, such as a UUID. Sent again with the same key within 24 hours, "
    "the call is not done again and answered as before.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}

type Run = Callable[..., HttpResponseBase]


def once(run: Run) -> Run:
    """Answer a call with a key as it was answered before; those that only look are done anew."""

    @wraps(run)
    def answer(request: HttpRequest, **kw: object) -> HttpResponseBase:
        key = request.headers.get(HEADER)
        if key is None or request.method in LOOKS:
            return run(request, **kw)
        token = _token(request)
        if token is None:  # nobody: the operation says so
            return run(request, **kw)
        given: list[HttpResponseBase] = []

        def act() -> Answer:
            given.append(run(request, **kw))
            return Answer(given[0].status_code, _body(given[0]))

        try:
            found = answer_once(Asked(token, key, _digest(request)), act, now=now_of(request))
        except LeadpactError as error:  # of the key; what an operation raises is an answer already
            return problem(status_of(error), error.as_dict())
        return _repeated(found) if found.is_repeated else given[0]

    return answer


def _token(request: HttpRequest) -> int | None:
    word, _space, plain = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer" or not 0 < len(plain) <= LONGEST:
        return None
    holder = reads.holder_of(plain)
    return None if holder is None else holder.token


def _digest(request: HttpRequest) -> bytes:
    """Of all that a call says: its method, where it goes, and what it brings."""
    asked = f"{request.method} {request.get_full_path()}\n".encode()
    return blake2b(asked + request.body, digest_size=32).digest()


def _body(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse), "operations that change something do not stream"
    return response.content.decode()


def _repeated(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response[REPEATED] = "true"
    return response
