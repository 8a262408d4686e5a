"""What can be done to pacts: propose a version, put it in force.  A version is never edited."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from leadpact.base.wording import worded
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.pact import models, reads
from leadpact.pact.document import parse_pact
from leadpact.pact.errors import PactAlreadyInForce, PactHasErrors, PactInThePast
from leadpact.pact.rules import errors, lint
from leadpact.pact.types import PactInForce, PactVersion
from leadpact.team.reads import calendars
from leadpact.team.types import Actor

_TRIES: Final = 5  # two people may propose at once; each then takes the next number


def propose(text: str, *, note: str = "", by: Actor, now: datetime) -> PactVersion:
    """Keep `text` as the next version; it holds nothing yet, and may still have errors of meaning.

    The very text of the newest version is not kept twice.  Raises `BadPact` when it is no pact document.
    """
    pact = parse_pact(text)
    for _attempt in range(_TRIES - 1):
        try:
            return _propose(text, pact.digest, note, by, now)
        except IntegrityError:
            continue  # somebody else took the number
    return _propose(text, pact.digest, note, by, now)


@transaction.atomic
def _propose(text: str, digest: str, note: str, by: Actor, now: datetime) -> PactVersion:
    newest = models.PactVersion.objects.order_by("-number").first()
    if newest is not None and newest.document == text:
        return reads.version(newest.number)
    number = 1 if newest is None else newest.number + 1
    models.PactVersion.objects.create(
        number=number, document=text, digest=digest, note=note, proposed_by=str(by), proposed_at=now
    )
    facts = {"version": number, "digest": digest}
    append_one(NewEntry("pact.proposed", now, about=f"pact:{number}", facts=facts), by=by, now=now)
    return reads.version(number)


@transaction.atomic
def put_in_force(
    number: int, *, since: datetime, kinds: Collection[str] | None = None, by: Actor, now: datetime
) -> PactInForce:
    """Let version `number` hold from `since` on, until another one does.

    since   not before `now`, as decisions were taken under the pact of their moment; the very first version may
            hold from any time
    kinds   the kinds of act there are; None: not checked

    Raises `NoSuchVersion`, `PactHasErrors`, `PactInThePast` and `PactAlreadyInForce`.
    """
    if since.tzinfo is None:
        raise ValueError("need an aware moment")
    pact = reads.pact_of(number)
    found = errors(lint(pact, kinds=kinds, calendars=calendars()))
    if found:
        raise PactHasErrors(found)
    held = models.InForce.objects.select_for_update().filter(since__lte=since).order_by("-since").first()
    if since < now and models.InForce.objects.exists():
        raise PactInThePast(
            worded("Version {number} cannot come in force in the past.", number=number),
            details={"since": since.isoformat()},
        )
    if held is not None and (held.since == since or held.version.number == number):
        raise PactAlreadyInForce(
            worded(
                "From {since} on version {number} holds already.", since=since.isoformat(), number=held.version.number
            ),
            details={"version": held.version.number, "since": held.since.isoformat()},
        )
    version = models.PactVersion.objects.get(number=number)
    models.InForce.objects.create(version=version, since=since, put_by=str(by), recorded_at=now)
    facts = {"version": number, "digest": version.digest, "since": since.isoformat()}
    append_one(NewEntry("pact.in_force", now, about=f"pact:{number}", facts=facts), by=by, now=now)
    return PactInForce(number, pact, since, now)
