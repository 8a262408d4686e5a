"""The shared cast: a small company, set up through actions, with the default pact in force.

Sales: Hanna is the head; Ann, Ben and Cat sell.  Marketing: Milo is the head, Mia works there.
Olga runs revenue operations, Edda is the executive, Pat sells for a partner.
Everybody works Mon to Fri 09:00-17:30, London time, which is UTC until 29 March 2026.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from leadpact.flow import offering
from leadpact.flow.offering import Swept
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.pact import actions as pacts
from leadpact.pact.document import default_pact_text
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind, PersonFields
from leadpact.scoring import actions as scoring
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM, Actor, Role, Side, user_actor

FOUNDED = datetime(2026, 1, 5, 9, tzinfo=UTC)  # a Monday


def utc(text: str) -> datetime:
    """Return "2026-03-02 10:00" as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Everybody by id."""

    sales: int
    marketing: int
    partners: int
    hanna: int
    ann: int
    ben: int
    cat: int
    milo: int
    mia: int
    olga: int
    edda: int
    pat: int

    def by(self, user: int) -> Actor:
        return user_actor(user)


def found(*, pact: str | None = None, password: str | None = None) -> Cast:
    """Set the company up at `FOUNDED` with the default pact, or the given document, in force from then on."""
    team.ensure_defaults(by=SYSTEM, now=FOUNDED)
    sales, marketing = teams.teams(Side.SALES)[0].id, teams.teams(Side.MARKETING)[0].id
    partners = team.create_team("Partners", Side.PARTNER, by=SYSTEM, now=FOUNDED)

    def user(name: str, role: Role, of: int | None) -> int:
        email = f"{name.lower()}@ours.example"
        return team.create_user(email, password, name=name, roles=[role], team=of, by=SYSTEM, now=FOUNDED)

    cast = Cast(
        sales=sales,
        marketing=marketing,
        partners=partners,
        hanna=user("Hanna", Role.HEAD_OF_SALES, sales),
        ann=user("Ann", Role.SALES_REP, sales),
        ben=user("Ben", Role.SALES_REP, sales),
        cat=user("Cat", Role.SALES_REP, sales),
        milo=user("Milo", Role.HEAD_OF_MARKETING, marketing),
        mia=user("Mia", Role.MARKETER, marketing),
        olga=user("Olga", Role.REVENUE_OPERATIONS, None),
        edda=user("Edda", Role.EXECUTIVE, None),
        pat=user("Pat", Role.PARTNER, partners),
    )
    team.set_head(sales, cast.hanna, by=SYSTEM, now=FOUNDED)
    team.set_head(marketing, cast.milo, by=SYSTEM, now=FOUNDED)
    version = pacts.propose(default_pact_text() if pact is None else pact, by=SYSTEM, now=FOUNDED)
    pacts.put_in_force(version.number, since=FOUNDED, by=SYSTEM, now=FOUNDED)
    return cast


def person(email: str, *, name: str = "", at: datetime = FOUNDED) -> int:
    """Make a person; the company is that of the address."""
    fields = PersonFields(name=name or email.split("@")[0].title(), email=email)
    return people.create_person(fields, [], by=SYSTEM, now=at, happened_at=at).person


def act(email: str, kind: str, at: datetime, **properties: str | int | bool) -> int:
    """Let somebody do something and be judged again; returns the entry."""
    whom = [Identifier(IdentityKind.EMAIL, email)]
    seen = people.recognise(whom, happened_at=at, trusted=True, by=SYSTEM, now=at)
    entry = append_one(NewEntry(kind, at, identity=seen.identity, facts=properties), by=SYSTEM, now=at)
    scoring.mark_due([seen.person], at=at)
    return entry


def ask(email: str, at: datetime) -> int:
    """Let somebody send the contact form, which makes them ready at once; returns the person."""
    act(email, "form.submitted", at, form="contact")
    who = known.person_by(Identifier(IdentityKind.EMAIL, email))
    assert who is not None
    return who


def sweep(now: datetime) -> Swept:
    """Judge and offer, as the worker does."""
    return offering.sweep(now=now)
