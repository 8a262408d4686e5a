"""What a person agreed to, by which wording; and addresses we may not write to, whatever else is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.db import transaction

from leadpact.base.text import normalise_email
from leadpact.base.wording import worded
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.people.errors import NoConsentText
from leadpact.people.models import Consent, ConsentText, Identity, Suppression
from leadpact.people.survivors import survivor
from leadpact.people.types import Purpose
from leadpact.team.types import Actor


def add_consent_text(purpose: Purpose, text: str, *, names_partners: bool = False, by: Actor, now: datetime) -> int:
    """Write down a wording and return its version; the newest version again where it is word for word the same."""
    with transaction.atomic():
        newest = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
        if newest and newest.text == text and newest.names_partners == names_partners:
            return newest.version
        version = newest.version + 1 if newest else 1
        row = ConsentText.objects.create(
            purpose=purpose, version=version, text=text, names_partners=names_partners, created_at=now
        )
        facts = {"purpose": str(purpose), "version": row.version, "text": text, "names_partners": names_partners}
        append_one(NewEntry("consent.worded", now, facts=facts), by=by, now=now)
    return version


def give_consent(
    person: int,
    purpose: Purpose,
    *,
    text_version: int | None,
    source: str,
    happened_at: datetime,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
    identity: int | None = None,
) -> int:
    """Note that a person agreed, by which version of our wording (None: a wording that is not ours) and where.

    identity   which of theirs said so, where one did

    Returns the entry.  Raises `NoConsentText` for a version that was never written down.
    """
    text = None
    if text_version is not None:
        text = ConsentText.objects.filter(purpose=purpose, version=text_version).first()
    if text_version is not None and text is None:
        raise NoConsentText(
            worded(
                "There is no version {version} of the wording for {purpose}.",
                version=text_version,
                purpose=purpose,
            )
        )
    facts = {"purpose": str(purpose), "text_version": text_version, "source": source[:80]}
    said = _Said(purpose, happened_at, caused_by, identity)
    return _say(person, said, text, facts, given=True, by=by, now=now)


def withdraw_consent(
    person: int,
    purpose: Purpose,
    *,
    source: str,
    happened_at: datetime,
    by: Actor,
    now: datetime,
    caused_by: int | None = None,
    identity: int | None = None,
) -> int:
    """Note that a person does not agree any more; returns the entry."""
    facts = {"purpose": str(purpose), "source": source[:80]}
    said = _Said(purpose, happened_at, caused_by, identity)
    return _say(person, said, None, facts, given=False, by=by, now=now)


def object_to_profiling(person: int, *, source: str, happened_at: datetime, by: Actor, now: datetime) -> int:
    """Note that a person said "do not score me"; direct requests of theirs still reach sales.  Returns the entry."""
    with transaction.atomic():
        facts = {"purpose": str(Purpose.PROFILING), "source": source[:80]}
        whom = survivor(person)
        entry = NewEntry("objection.raised", happened_at, _identity(whom), f"person:{whom}", facts)
        raised = append_one(entry, by=by, now=now)
        return withdraw_consent(
            whom, Purpose.PROFILING, source=source, happened_at=happened_at, by=by, now=now, caused_by=raised
        )


def suppress(email: str, reason: str, *, by: Actor, now: datetime) -> bool:
    """Never write to an address again, whoever it belongs to; False where that holds already.  Raises `BadEmail`."""
    with transaction.atomic():
        digest = address_digest(email)
        _row, is_new = Suppression.objects.get_or_create(
            address_digest=digest, defaults={"reason": reason[:40], "created_at": now}
        )
        if is_new:
            facts = {"address": digest.hex(), "reason": reason[:40]}
            append_one(NewEntry("address.suppressed", now, facts=facts), by=by, now=now)
    return is_new


def lift_suppression(email: str, *, by: Actor, now: datetime) -> bool:
    """Allow an address again, at its owner's own wish; False where it was not suppressed."""
    with transaction.atomic():
        digest = address_digest(email)
        gone, _by_table = Suppression.objects.filter(address_digest=digest).delete()
        if gone:
            append_one(NewEntry("address.allowed", now, facts={"address": digest.hex()}), by=by, now=now)
    return bool(gone)


def address_digest(email: str) -> bytes:
    """Return what is kept of a suppressed address, so that it outlives the person; raises `BadEmail`."""
    return blake2b(normalise_email(email).encode(), digest_size=32, person=b"lp suppressed").digest()


@dataclass(frozen=True)
class _Said:
    purpose: Purpose
    happened_at: datetime
    caused_by: int | None
    identity: int | None


def _say(
    person: int,
    said: _Said,
    text: ConsentText | None,
    facts: Mapping[str, str | int | None],
    *,
    given: bool,
    by: Actor,
    now: datetime,
) -> int:
    with transaction.atomic():
        whom = survivor(person)
        kind = "consent.given" if given else "consent.withdrawn"
        identity = _identity(whom) if said.identity is None else said.identity
        new = NewEntry(kind, said.happened_at, identity, f"person:{whom}", facts, caused_by=said.caused_by)
        entry = append_one(new, by=by, now=now)
        Consent.objects.create(
            person_id=whom,
            purpose=said.purpose,
            given=given,
            text=text,
            happened_at=said.happened_at,
            source=str(facts["source"]),
            entry=entry,
        )
    return entry


def _identity(person: int) -> int | None:
    return Identity.objects.filter(person=person).order_by("id").values_list("id", flat=True).first()
