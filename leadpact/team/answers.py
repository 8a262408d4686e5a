"""Answers that are kept, so that a call sent twice is done once.

The claim of a key, what the call does and its answer are one transaction: whoever sends the same call meanwhile
waits for it, and a crash leaves neither the deed nor the claim.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import IntegrityError, transaction

from leadpact.base.wording import worded
from leadpact.team.errors import BadKey, KeyReused
from leadpact.team.models import KeptAnswer

KEPT_FOR: Final = timedelta(hours=24)
LONGEST_KEY: Final = 200
# Whoever sends it again when they may, or when there is room, asks anew.
_NOT_KEPT: Final = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(frozen=True)
class Answer:
    """`is_repeated`: it was given before, and nothing was done now."""

    status: int
    body: str
    is_repeated: bool = False


@dataclass(frozen=True)
class Asked:
    """A call with a key of its sender's own; `digest` of all that it asks."""

    token: int
    key: str
    digest: bytes


def answer_once(asked: Asked, act: Callable[[], Answer], *, now: datetime) -> Answer:
    """Do what is asked and keep the answer, or return the one given before.

    Raises `BadKey`, and `KeyReused` when the key came with another call within a day.
    """
    if not (0 < len(asked.key) <= LONGEST_KEY and asked.key.isprintable() and asked.key == asked.key.strip()):
        raise BadKey(worded("The Idempotency-Key cannot be kept."))
    with transaction.atomic():
        forget(now)
        kept = KeptAnswer(token_id=asked.token, key=asked.key, request=asked.digest, status=0, body="", created_at=now)
        try:
            with transaction.atomic():
                kept.save(force_insert=True)
        except IntegrityError:
            return _given(asked)
        answer = act()
        if answer.status in _NOT_KEPT or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            kept.delete()
        else:
            kept.status, kept.body = answer.status, answer.body
            kept.save(update_fields=["status", "body"])
    return answer


def forget(now: datetime) -> int:
    """Delete answers older than a day; returns how many."""
    return KeptAnswer.objects.filter(created_at__lte=now - KEPT_FOR).delete()[0]


def _given(asked: Asked) -> Answer:
    before = KeptAnswer.objects.get(token=asked.token, key=asked.key)
    if bytes(before.request) != asked.digest:
        raise KeyReused(worded("This Idempotency-Key came with another call before."), details={"key": asked.key})
    return Answer(before.status, before.body, is_repeated=True)
