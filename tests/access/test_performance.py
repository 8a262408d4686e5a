"""How an individual performs is seen by that person and their own head, through page, spreadsheet and API."""

from dataclasses import replace

import pytest

from leadpact.flow import answering
from leadpact.handover import reads as handover
from leadpact.promises import actions as promises
from leadpact.team import actions as team
from leadpact.team import reads as settings
from leadpact.team.types import SYSTEM
from tests import cast
from tests.access.people import browser_of, caller_of
from tests.access.test_objects import text_of
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

NAMES = ("Ann", "Ben", "Cat")
REPORTS = ("promises", "lead_conversion")


@pytest.fixture
def company() -> Cast:
    """Three offers of Monday 2 March: the first answered in time, the others missed."""
    company = cast.found()
    for place, domain in enumerate(("northgate.example", "harbour.example", "orchard.example")):
        asked = utc(f"2026-03-02 1{place}:00")
        person = cast.ask(f"hannah@{domain}", asked)
        cast.sweep(asked)
        running = handover.active_of_person(person)
        assert running is not None
        if place == 0:
            offer = handover.open_offer_of(running.id)
            assert offer is not None
            assert offer.user is not None
            answering.accept(offer.id, by=company.by(offer.user), now=utc("2026-03-02 10:30"))
    promises.sweep(utc("2026-03-20 09:00"))
    return company


def named_by_pages(user: int, report: str) -> set[str]:
    browser = browser_of(user)
    said = [text_of(browser.get(f"/loop/{report}{ending}?period=2026-03")) for ending in ("/", ".csv")]
    named = [
        {name for name in NAMES if f", {name}" in text or f">{name}<" in text or f",{name}," in text} for text in said
    ]
    assert named[0] == named[1], "the page and its spreadsheet name others"
    return named[0]


def named_by_api(user: int, report: str) -> set[str]:
    rows = caller_of(user).get(f"/api/v1/reports/{report}/rows?period=2026-03").json()["items"]
    assert len(rows) >= 3, "rows stay, so that they add up, whoever asks"
    members = {each.id: each.name for each in settings.users()}
    return {members[row["owner"]] for row in rows if row["owner"] is not None}


def test_a_rep_finds_only_their_own_name_and_their_head_all_of_them(company: Cast) -> None:
    for report in REPORTS:
        for user, name in ((company.ann, "Ann"), (company.ben, "Ben"), (company.cat, "Cat")):
            assert named_by_pages(user, report) == named_by_api(user, report) == {name}
        assert named_by_pages(company.hanna, report) == named_by_api(company.hanna, report) == set(NAMES)


def test_nobody_else_finds_a_name_unless_the_settings_open_it(company: Cast) -> None:
    others = (company.mia, company.milo, company.olga, company.edda)
    for report in REPORTS:
        for user in others:
            assert named_by_pages(user, report) == named_by_api(user, report) == set()
    opened = replace(settings.settings(), individual_performance_open=True)
    team.change_settings(opened, by=SYSTEM, now=cast.FOUNDED)
    for report in REPORTS:
        for user in others:
            assert named_by_pages(user, report) == named_by_api(user, report) == set(NAMES)


def test_a_partner_sees_no_numbers_of_the_company(company: Cast) -> None:
    for url in ("/loop/promises/", "/loop/promises.csv", "/loop/"):
        assert browser_of(company.pat).get(url).status_code == 403
    for name in ("five", "funnel", "promises/rows"):
        assert caller_of(company.pat).get(f"/api/v1/reports/{name}").status_code == 403
