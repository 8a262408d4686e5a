"""Companies: who sees and changes which, that lists turn their pages, and what a company's page tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.flow import answering, clock, following
from leadpact.handover import reads as handover
from leadpact.people import actions as people
from leadpact.people import listing, reads
from leadpact.people.types import CompanyFilter, CompanySort
from leadpact.pipeline import actions as pipeline
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import actions as worklist
from leadpact.worklist import at_companies
from leadpact.worklist.types import Sort
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def firm(name: str, owner: int | None = None) -> int:
    made = people.find_or_create_company(name, by=SYSTEM, now=clock.now())
    assert made is not None
    if owner is not None:
        people.set_company_owner(made, owner, by=SYSTEM, now=clock.now())
    return made


def active(email: str, *, pages: int = 1) -> tuple[int, int]:
    """Somebody who looked at some pages: the person and their company."""
    person = cast.person(email)
    for each in range(pages):
        cast.act(email, "page.viewed", clock.now() - timedelta(hours=each + 1), path=f"/pricing/{each}")
    cast.sweep(clock.now())
    worklist.refresh([person], now=clock.now())
    held = reads.person(person).company
    assert held is not None
    return person, held


@pytest.mark.parametrize("who", ["ann", "mia", "hanna", "milo", "olga", "edda"])
def test_everybody_inside_sees_every_company(company: Cast, who: str) -> None:
    _person, number = active("gillian@harcourt.example", pages=2)
    people.change_company(number, {"name": "Harcourt Valves"}, happened_at=clock.now(), by=SYSTEM, now=clock.now())
    client = browser_of(getattr(company, who))
    for path in ("/companies/", f"/companies/{number}/"):
        page = client.get(path)
        assert page.status_code == 200
        assert reads_well(page)
        assert "Harcourt Valves" in words_of(page)
    words = words_of(client.get(f"/companies/{number}/"))
    assert "1 person known there" in words
    assert "Gillian" in words
    assert "2 acts" in words  # the chart's title
    assert "harcourt.example" in words


def test_a_partner_sees_companies_they_own_or_work_a_lead_at(company: Cast) -> None:
    own, others = firm("Ours", company.pat), firm("Secret Ltd")
    _person, worked = active("hannah@northgate.example")
    pat = browser_of(company.pat)
    listed = words_of(pat.get("/companies/"))
    assert "Ours" in listed
    assert "Secret" not in listed
    assert "1 company here" in listed
    assert "Secret" not in b"".join(pat.get("/companies.csv").streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    assert pat.get(f"/companies/{own}/").status_code == 200
    assert pat.get(f"/companies/{others}/").status_code == 404
    assert pat.get(f"/companies/{worked}/").status_code == 404
    assert pat.get(f"/companies/{own}/engagement.csv").status_code == 404
    assert pat.post(f"/companies/{own}/edit/", {"name": "Mine"}).status_code == 403


def test_a_rep_changes_companies_they_own_or_nobody_owns(company: Cast) -> None:
    free, bens = firm("Free"), firm("Bens", company.ben)
    ann = browser_of(company.ann)
    said = {"name": "Free Valves", "fact_industry": "Pumps", "fact_size": "120"}
    assert ann.post(f"/companies/{free}/edit/", said).status_code == 302
    assert ann.post(f"/companies/{bens}/edit/", said).status_code == 403
    held = reads.company(free)
    assert (held.name, held.facts) == ("Free Valves", {"industry": "Pumps", "size": 120})
    assert ann.post(f"/companies/{free}/edit/", {"name": ""}).status_code == 400
    assert ann.post(f"/companies/{free}/owner/", {"owner": str(company.ann)}).status_code == 302
    assert reads.company(free).owner == company.ann
    words = words_of(ann.get(f"/companies/{free}/"))
    assert "Pumps" in words
    assert "120" in words


def test_a_domain_is_marked_as_shared_and_back(company: Cast) -> None:
    _person, number = active("gillian@harcourt.example")
    _other, elsewhere = active("hannah@northgate.example")
    olga = browser_of(company.olga)
    said = {"domain": "harcourt.example", "is_shared": "yes"}
    assert olga.post(f"/companies/{elsewhere}/domain/", said).status_code == 404
    assert olga.post(f"/companies/{number}/domain/", said).status_code == 302
    assert [each.is_shared for each in listing.domains_of(number)] == [True]
    assert "names no company" in words_of(olga.get(f"/companies/{number}/"))
    assert reads.person(cast.person("new@harcourt.example")).company is None
    assert olga.post(f"/companies/{number}/domain/", {**said, "is_shared": "no"}).status_code == 302
    assert [each.is_shared for each in listing.domains_of(number)] == [False]


def test_pages_of_companies_follow_each_other_in_every_order(company: Cast) -> None:
    made = [firm(name) for name in ("Cora", "alba", "Brix", "Élan")]
    names: list[str] = []
    after = None
    while True:
        page = listing.page(limit=3, after=after)
        names += [each.name for each in page.companies]
        if page.next is None:
            break
        after = page.next
    assert names == ["alba", "Brix", "Cora", "Élan"]
    newest = listing.page(sort=CompanySort.NEWEST, limit=2)
    assert [each.id for each in newest.companies] == [made[3], made[2]]
    rest = listing.page(sort=CompanySort.NEWEST, limit=9, after=newest.next)
    assert [each.id for each in rest.companies] == [made[1], made[0]]
    assert [each.name for each in listing.page(CompanyFilter(search="bri")).companies] == ["Brix"]


def test_each_company_stands_once_by_its_best_person(company: Cast) -> None:
    for email, pages in (("a@one.example", 1), ("b@one.example", 3), ("c@two.example", 2), ("d@three.example", 4)):
        active(email, pages=pages)
    first = at_companies.busiest(Sort.LAST_ACT, limit=2)
    rest = at_companies.busiest(Sort.LAST_ACT, limit=2, after=first.next)
    names = {number: reads.company(number).domains[0] for number in (*first.companies, *rest.companies)}
    assert sorted(names.values()) == ["one.example", "three.example", "two.example"]
    assert rest.next is None
    client = browser_of(company.ann)
    assert client.get("/companies/?sort=score").status_code == 200
    assert client.get("/companies/?view=engaged&after=nonsense").status_code == 400
    at = at_companies.at_companies(names)
    assert sorted(each.persons for each in at.values()) == [1, 1, 2]


def test_the_list_opens_with_where_something_happened_last_and_by_name_where_nothing_did(company: Cast) -> None:
    firm("Aachen Gauges")
    client = browser_of(company.ann)
    assert "1 company here" in words_of(client.get("/companies/"))
    active("hannah@northgate.example")
    opened = client.get("/companies/").content.decode()
    assert "By when somebody there last did something" in opened
    assert "Aachen Gauges" not in opened
    assert "Aachen Gauges" in words_of(client.get("/companies/?sort=name"))
    assert "Aachen Gauges" in b"".join(client.get("/companies.csv").streaming_content).decode()  # type: ignore[attr-defined]  # streamed


def test_money_of_a_company_is_never_added_over_currencies(company: Cast) -> None:
    number = firm("Harcourt")
    for minor, currency in ((100_00, "EUR"), (50_00, "EUR"), (70_00, "GBP")):
        pipeline.open_deal(
            title="Gauges", company=number, amount=Money(minor, currency), owner=company.ann, next_step="Call",
            by=SYSTEM, now=clock.now(),
        )  # fmt: skip
    words = words_of(browser_of(company.ann).get(f"/companies/{number}/"))
    assert "3 open deals worth €150 and £70" in words
    listed = words_of(browser_of(company.ann).get("/companies/?view=deals"))
    assert "€150 and £70 3 deals" in listed
    assert "No company here yet" in words_of(browser_of(company.ann).get("/companies/?view=customers"))


def test_the_page_of_a_company_shows_its_newest_deals_and_adds_up_all(company: Cast) -> None:
    number = firm("Harcourt")
    for each in range(27):
        pipeline.open_deal(
            title=f"Gauge {each:02d}", company=number, amount=Money(100_00, "GBP"), owner=company.ann, next_step="Call",
            by=SYSTEM, now=clock.now(),
        )  # fmt: skip
    answer = browser_of(company.ann).get(f"/companies/{number}/")
    page = answer.content.decode()
    assert "27 open deals worth £2,700" in words_of(answer)
    assert page.count("Gauge 26</bdi>") == 1
    assert "Gauge 01</bdi>" not in page  # the two oldest are in the list of deals
    assert f"/deals/?view=all&amp;company={number}" in page
    listed = browser_of(company.ann).get(f"/deals/?view=all&company={number}").content.decode()
    assert "Gauge 01" in listed


def test_a_partner_who_works_a_lead_sees_the_company_without_what_others_did(company: Cast) -> None:
    now = clock.now()
    person = cast.ask("hannah@northgate.example", now - timedelta(minutes=5))
    cast.sweep(now)
    pursuit = handover.active_of_person(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    assert offer.user is not None
    answering.accept(offer.id, by=company.by(offer.user), now=now)
    following.hand_on(pursuit.id, company.pat, by=company.by(company.hanna), now=now)
    assert pursuit.company is not None
    page = browser_of(company.pat).get(f"/companies/{pursuit.company}/")
    assert page.status_code == 200
    words = words_of(page)
    assert "hannah@northgate.example" in words
    assert "What they did" not in words
    assert "Lately" not in words


def test_the_number_of_queries_does_not_depend_on_the_number_of_companies(company: Cast) -> None:
    counts = []
    client = browser_of(company.ann)
    for many in (3, 40):
        for each in range(many):
            firm(f"Firm {many} {each}", company.ann)
        for path in ("/companies/", "/companies/?sort=score", "/companies/?view=deals"):
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                client.get(path)
            counts.append(len(seen))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 12


def test_the_months_of_a_company_add_up_to_what_its_persons_did(company: Cast) -> None:
    _one, number = active("gillian@harcourt.example", pages=3)
    active("adil@harcourt.example", pages=2)
    active("hannah@northgate.example", pages=4)
    answer = browser_of(company.mia).get(f"/companies/{number}/engagement.csv")
    rows = b"".join(answer.streaming_content).decode().strip().splitlines()[1:]  # type: ignore[attr-defined]  # streamed
    assert len(rows) == 12
    assert sum(int(row.split(",")[1]) for row in rows) == 5
    assert sum(int(row.split(",")[2]) for row in rows) == 0
