"""Calls that are sent twice and done once: the header `Idempotency-Key`."""

import json
from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import blake2b
from http import HTTPStatus
from typing import Final

from django.conf import settings
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

_SHOWN_ONCE: Final = "_leadpact_shown_once"

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
            return Answer(given[0].status_code, _kept(request, given[0]))

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


def shown_once(request: HttpRequest, field: str) -> None:
    """Say that a field of the answer is a secret: it is told now and not kept, so that nobody reads it later."""
    setattr(request, _SHOWN_ONCE, field)


def _digest(request: HttpRequest) -> bytes:
    """Of all that a call says: its method, where it goes, and what it brings.

    Keyed: a call may bring a password, which nobody is to guess from what is kept.
    """
    key = blake2b(settings.SECRET_KEY.encode(), digest_size=32).digest()
    said = blake2b(f"{request.method} {request.get_full_path()}\n".encode(), digest_size=32, key=key)
    for part in _parts(request):
        said.update(len(part).to_bytes(8))
        said.update(part)
    return said.digest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    """A form by its fields and files: its boundary is another one each time."""
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield from (part.encode() for part in (name, *values))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            yield from (name.encode(), (file.name or "").encode(), *file.chunks())
            file.seek(0)


def _kept(request: HttpRequest, response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse), "operations that change something do not stream"
    body, secret = response.content.decode(), getattr(request, _SHOWN_ONCE, None)
    if secret is None or response.status_code != HTTPStatus.OK:
        return body
    return json.dumps({**json.loads(body), secret: None}, ensure_ascii=False)


def _repeated(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response[REPEATED] = "true"
    return response
