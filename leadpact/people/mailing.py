"""Who may be written to, for many persons at once; the same rule as `reads.may_mail`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched
from typing import Final

from leadpact.base.text import BadEmail, normalise_email
from leadpact.people import reads
from leadpact.people.consents import address_digest
from leadpact.people.models import Consent, Identity, Suppression
from leadpact.people.types import IdentityKind, PersonView, Purpose

_AT_ONCE: Final = 1_000


class NoBasis(StrEnum):
    """Why a person is not written to."""

    NO_ADDRESS = "no_address"
    NO_CONSENT = "no_consent"
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Basis:
    """Whether we may write to a person, and follow what they click; `refused` is None where we may.

    address   where to, "" for none;  address_key  the same, normalised: one mail to one address
    identity  what an entry about the mail hangs on
    """

    person: int
    name: str
    company: str
    address: str
    address_key: str
    identity: int | None
    refused: NoBasis | None
    may_follow: bool


def bases(person_ids: Collection[int]) -> dict[int, Basis]:
    """Return by the id that was asked for what we may send; persons that do not exist are left out."""
    found: dict[int, Basis] = {}
    for some in batched(sorted(set(person_ids)), _AT_ONCE):
        views = reads.persons(some)
        said = _said(views)
        addresses = _addresses(views)
        closed = _suppressed({each for mine in addresses.values() for each in mine})
        for asked, view in views.items():
            found[asked] = _basis(view, said.get(view.id, {}), addresses[view.id], closed)
    return found


def _basis(view: PersonView, said: Mapping[str, bool], addresses: Mapping[str, int], closed: frozenset[str]) -> Basis:
    key = _normalised(view.email)
    given = said.get(Purpose.MAIL)
    refused: NoBasis | None = None
    if not key:
        refused = NoBasis.NO_ADDRESS
    elif closed & {key, *addresses}:
        refused = NoBasis.SUPPRESSED
    elif not given:
        refused = NoBasis.NO_CONSENT if given is None else NoBasis.WITHDRAWN
    identity = addresses.get(key) or next(iter(view.identities), None)
    may_follow = said.get(Purpose.MAIL_TRACKING) is True
    return Basis(view.id, view.name, view.company_name, view.email, key, identity, refused, may_follow)


def _said(views: Mapping[int, PersonView]) -> dict[int, dict[str, bool]]:
    """Return by person what they say now by purpose; of the rows merged into one the strictest holds."""
    holders = {row: view.id for view in views.values() for row in (view.id, *view.merged)}
    newest: dict[tuple[int, str], bool] = {}
    rows = Consent.objects.filter(person__in=holders, purpose__in=[Purpose.MAIL, Purpose.MAIL_TRACKING])
    for person, purpose, given in rows.order_by("happened_at", "id").values_list("person", "purpose", "given"):
        newest[person, purpose] = given
    found: dict[int, dict[str, bool]] = {}
    for (row, purpose), given in newest.items():
        mine = found.setdefault(holders[row], {})
        mine[purpose] = given and mine.get(purpose, True)
    return found


def _addresses(views: Mapping[int, PersonView]) -> dict[int, dict[str, int]]:
    """Return by person their addresses, each with its identity."""
    found: dict[int, dict[str, int]] = {view.id: {} for view in views.values()}
    rows = Identity.objects.filter(person__in=found, kind=IdentityKind.EMAIL).order_by("id")
    for person, value, number in rows.values_list("person", "value", "id"):
        found[person].setdefault(value, number)
    return found


def _suppressed(addresses: Collection[str]) -> frozenset[str]:
    digests: dict[bytes, str] = {}
    for address in addresses:
        try:
            digests[address_digest(address)] = address
        except BadEmail:
            continue
    rows = Suppression.objects.filter(address_digest__in=list(digests)).values_list("address_digest", flat=True)
    return frozenset(digests[bytes(digest)] for digest in rows)


def _normalised(email: str) -> str:
    try:
        return normalise_email(email) if email else ""
    except BadEmail:
        return ""
