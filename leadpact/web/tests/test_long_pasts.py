"""What every address of one thing may ask of the database when a lead has all that a lead can have.

Rejected and contested, handed over again and accepted, with a deal, voided acts, comments, promises and records merged
into it: as often for three things as for forty, and never more than a page may.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.capture import actions as capture
from leadpact.engagement import actions as engagement
from leadpact.flow import answering, clock, commenting, disputing, following, merging, qualifying
from leadpact.handover import reads as handover
from leadpact.handover.disputed import Contest, Ruling
from leadpact.handover.types import PursuitView
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.promises import actions as promises
from leadpact.promises import reads as promised
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HANNAH: Final = "hannah@northgate.example"
MOST: Final = 12
FEW, MANY = 3, 40
ADDRESSES: Final = Path(__file__).parents[3] / "docs" / "reference" / "addresses.csv"
EXPLAINED: Final = ("lead.qualified", "lead.offered", "promise.kept", "deal.opened", "event.voided", "comment.added")
# All that is known of a person, out of every store there is: a file for them, not a page.
WHOLE_PERSON: Final = ("/leads/<int:person_id>/data.json", "/api/v1/leads/<row:person_id>/data")


@dataclass(frozen=True)
class Lead:
    company: Cast
    person: int
    pursuit: int
    rep: int
    things: Mapping[str, int]


@pytest.fixture
def lead() -> Lead:
    """Hannah asked, was rejected, which marketing contests, asked again, was accepted, and a deal is open."""
    company, now = cast.found(), clock.now()
    person = cast.ask(HANNAH, now - timedelta(days=9))
    by = company.by(offered(person, now - timedelta(days=9)).owner or 0)
    first = handover.offers_of(offered(person, now).id)[0]
    over = answering.reject(first.id, "too_small", note="12", by=by, now=now - timedelta(days=8))
    milo = company.by(company.milo)
    dispute = disputing.contest(over.id, Contest.AS_AGREED, "40", by=milo, now=now - timedelta(days=7))
    disputing.answer(dispute.id, Ruling.UPHELD, "No", by=company.by(company.hanna), now=now - timedelta(days=6))
    cast.ask(HANNAH, now - timedelta(hours=30))
    running = offered(person, now - timedelta(hours=30))
    rep = running.owner or 0
    second = next(each for each in handover.offers_of(running.id) if each.is_open)
    answering.accept(second.id, by=company.by(rep), now=now - timedelta(hours=29))
    deal = qualifying.open_deal(
        running.id, amount=None, currency="GBP", next_step="Demo", by=company.by(rep), now=now - timedelta(hours=28)
    )
    campaign = capture.create_campaign("Fair", by=SYSTEM, now=now).id
    things = {
        "person_id": person, "company_id": people.person(person).company or 0, "deal_id": deal.id,
        "pursuit_id": running.id, "dispute_id": dispute.id, "campaign_id": campaign, "offer_id": second.id,
    }  # fmt: skip
    return Lead(company, person, running.id, rep, things)


def offered(person: int, now: datetime) -> PursuitView:
    cast.sweep(now)
    found = handover.active_of_person(person)
    assert found is not None
    return found


def grown(lead: Lead, first: int, last: int) -> None:
    """Let so many more things of each kind happen to Hannah; every third act stops to count."""
    now = clock.now()
    by, names = lead.company.by(lead.rep), {lead.company.mia: "Mia"}
    about = f"pursuit:{lead.pursuit}"
    pattern = promised.all_of(about)[0]
    for number in range(first, last):
        at = now - timedelta(minutes=20 * number + 1)
        act = cast.act(HANNAH, "page.viewed", at, path=f"/blog/{number}")
        if number % 3 == 1:
            engagement.void(act, "test", by=by, now=now)
        commenting.comment(lead.person, f"Note {number} for @Mia", names=names, by=by, now=at)
        made = promises.make(
            f"extra:{number}", pattern.kind, owed_by_side="sales", owed_by_user=lead.rep, owed_by_team=None,
            owed_to_side="marketing", about=about, pact_version=1, amount="4h", calendar_name=pattern.calendar.name,
            calendar=pattern.calendar, count=None, starts_at=at, by=by, now=now, caused_by=act,
        )  # fmt: skip
        if number % 2:
            promises.keep(made.id, at=now, by=by, now=now)
        cast.act(f"mate{number}@northgate.example", "page.viewed", at, path="/pricing")
        if number % 4 == 0:  # ten of forty: to merge takes the longest
            merging.merge(lead.person, cast.person(f"hannah{number}@home.example", at=at), by=by, now=now)
    cast.sweep(now)


def addresses(lead: Lead) -> Iterator[tuple[str, str]]:
    """Yield every address to read that names something of the lead, an entry of every kind among them, by name."""
    abouts = [f"{what}:{lead.things[f'{what}_id']}" for what in ("pursuit", "deal")]
    around = ledger.entries_around(people.person(lead.person).identities, abouts)
    newest = {each.kind: each.id for each in around}
    for address in dict.fromkeys(row["address"] for row in read(ADDRESSES) if row["method"] == "GET"):
        if address in WHOLE_PERSON:
            continue
        for kind in EXPLAINED if "entry_id" in address else [""]:
            url = address
            things = {**lead.things, "entry_id": newest.get(kind, 0)}
            for slot, number in things.items():
                for converter in ("int", "row"):
                    url = url.replace(f"<{converter}:{slot}>", str(number))
            if "<" not in url and url != address:
                yield f"{address} {kind}".strip(), url
    yield "all of the story", f"/leads/{lead.person}/?all=1"
    yield "as known then", f"/leads/{lead.person}/?then={clock.now() - timedelta(minutes=5):%Y-%m-%dT%H:%M}"


def read(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def asked(lead: Lead, user: int) -> dict[str, int]:
    """Return how often each address asks the database when somebody opens it; those not for them are left out."""
    token = team.create_token(user, by=SYSTEM, now=clock.now())
    browser, caller = browser_of(user), Client(headers={"Authorization": f"Bearer {token}"})
    for client, url in ((browser, f"/leads/{lead.person}/"), (caller, "/api/v1/me")):
        client.get(url)  # the token's hour, the pact, what is likely
    found = {}
    for name, url in addresses(lead):
        with CaptureQueriesContext(connection) as seen:
            status = (caller if url.startswith("/api/") else browser).get(url).status_code
        if status == 200:
            found[name] = len(seen)
    return found


def asks_as_much_of_many_as_of_few(lead: Lead, user: int) -> dict[str, int]:
    grown(lead, 0, FEW)
    few = asked(lead, user)
    grown(lead, FEW, MANY)
    many = asked(lead, user)
    assert few == many
    assert {name: number for name, number in many.items() if number > MOST} == {}
    return many


@pytest.mark.sqlite_only
def test_every_address_of_a_lead_asks_as_much_of_forty_things_as_of_three(lead: Lead) -> None:
    found = asks_as_much_of_many_as_of_few(lead, lead.company.hanna)
    assert len(found) >= 30
    assert {f"/ledger/<int:entry_id>/ {kind}" for kind in EXPLAINED} <= found.keys()


@pytest.mark.long
@pytest.mark.parametrize("who", ["mia", "ann", "milo", "olga", "edda"])
def test_so_it_does_of_every_role(lead: Lead, who: str) -> None:
    asks_as_much_of_many_as_of_few(lead, getattr(lead.company, who))


@pytest.mark.long
def test_so_it_does_of_a_partner_who_works_it(lead: Lead) -> None:
    following.hand_on(lead.pursuit, lead.company.pat, by=lead.company.by(lead.company.hanna), now=clock.now())
    asks_as_much_of_many_as_of_few(lead, lead.company.pat)


def test_the_first_look_at_an_offer_is_written_down_within_the_limit() -> None:
    now = clock.now()
    cast.found()
    person = cast.ask(HANNAH, now - timedelta(hours=2))
    rep = offered(person, now - timedelta(hours=2)).owner or 0
    browser = browser_of(rep)
    with CaptureQueriesContext(connection) as seen:
        assert "Accept" in browser.get(f"/leads/{person}/").content.decode()
    assert handover.open_offers_to(rep)[0].opened_at is not None
    assert len(seen) <= MOST
