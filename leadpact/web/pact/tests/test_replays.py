"""The replay on its pages: the same numbers as worked by hand, marks that can be moved, and rows for insiders only."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.flow import answering, qualifying, selling
from leadpact.handover import reads as handover
from leadpact.pact import reads as pacts
from leadpact.pact.adjusting import Numbers, adjusted_text, numbers_of
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.types import POINT
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db
NOW = utc("2026-04-20 12:00")
SPAN = "since=2026-03-01&as_of=2026-04-20"
PAGE = f"/pact/versions/1/replay/?{SPAN}"


@pytest.fixture
def company(tmp_path: Path, settings: LazySettings) -> Cast:
    """Ada was won, Bo rejected; Cy read a paper on 1 April (5 points) and nobody offered Cy."""
    settings.REPLAY = tmp_path / "replay"
    company = cast.found()
    for name, day in (("ada", "02"), ("bo", "03")):
        cast.ask(f"{name}@{name}.example", utc(f"2026-03-{day} 10:00"))
        cast.sweep(utc(f"2026-03-{day} 10:05"))
        who = cast.ask(f"{name}@{name}.example", utc(f"2026-03-{day} 10:06"))
        pursuit = handover.active_of_person(who)
        assert pursuit is not None
        assert pursuit.owner is not None
        offer, by = handover.offers_of(pursuit.id)[0].id, company.by(pursuit.owner)
        if name == "bo":
            answering.reject(offer, "too_small", by=by, now=utc("2026-03-03 11:00"))
            continue
        answering.accept(offer, by=by, now=utc("2026-03-02 11:00"))
        deal = qualifying.open_deal(
            pursuit.id, amount=Money(90_000, "EUR"), next_step="call", by=by, now=utc("2026-03-03 09:00")
        )
        selling.win(deal.id, by=by, now=utc("2026-03-20 09:00"))
    cast.person("cy@cy.example")
    cast.act("cy@cy.example", "asset.downloaded", utc("2026-04-01 09:00"), asset="guide")
    cast.sweep(NOW)
    return company


def test_the_pact_in_force_is_told_with_its_mode_and_what_came_of_it(company: Cast) -> None:
    page = browser_of(company.mia).get(f"{PAGE}&mode=as-lived")
    assert page.status_code == 200
    assert reads_well(page)
    words = words_of(page)
    assert "Version 1 would have handed over 2 leads from 1 Mar 2026 to 20 Apr 2026." in words
    assert "Replayed: As lived" in words
    assert "with the rejections, recycles and coolings that happened" in words
    assert "1 of 2" in words  # won, and rejected


def test_lower_marks_gain_whom_nobody_offered_and_say_that_nobody_knows_what_would_have_come(company: Cast) -> None:
    client = browser_of(company.olga)
    page = client.get(f"{PAGE}&mode=what-if&up=5&down=5&show=gained")
    words = words_of(page)
    assert reads_well(page)
    assert (
        "Version 1 with these numbers would have handed over 3 leads from 1 Mar 2026 to 20 Apr 2026 instead of 2."
        in words
    )
    assert "1 gained: never offered, outcome unknown." in words
    assert "Replayed: What if" in words
    assert "never offered" in words.partition("Leads that differ")[2]
    part = client.get(f"{PAGE}&mode=what-if&up=5&down=5", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="replay"'), "a mark being dragged gets only what changes"
    assert "1 gained" in part


def test_a_draft_is_replayed_beside_its_text_and_not_kept(company: Cast) -> None:
    client = browser_of(company.olga)
    draft = {"text": default_pact_text().replace("up: 50", "up: 900"), "note": "", "rehearse": "1"}
    page = client.post("/pact/propose/", draft)
    assert page.status_code == 200
    words = words_of(page)
    assert "This draft would have handed over 2 leads" in words, "who asks is ready at once, whatever the mark"
    assert "Both would have handed over the same people." in words
    assert len(pacts.versions()) == 1, "nothing is kept"


def test_the_numbers_tried_go_into_a_draft_and_nothing_else_changes(company: Cast) -> None:
    page = browser_of(company.olga).get(f"{PAGE}&up=62.5&days=45")
    assert "Keep as a draft" in words_of(page)
    editor = browser_of(company.olga).get("/pact/propose/?from=1&up=62.5&days=45").content.decode()
    assert "up: 62.5  " in editor
    assert "{days: 45, mode: calendar}" in editor
    text = default_pact_text()
    changed = adjusted_text(text, parse_pact(text), Numbers(62_500, 25 * POINT, 45))
    assert numbers_of(parse_pact(changed)) == Numbers(62_500, 25 * POINT, 45)
    assert changed.replace("up: 62.5", "up: 50", 1).replace("days: 45, mode", "days: 30, mode", 1) == text
    assert "Keep as a draft" not in words_of(browser_of(company.mia).get(f"{PAGE}&up=60")), "who may not propose"


def test_numbers_that_make_no_sense_are_refused_beside_their_field(company: Cast) -> None:
    page = browser_of(company.olga).get(f"{PAGE}&up=10&down=20")
    assert page.status_code == 400
    assert "The lower mark must not lie above the upper one." in words_of(page)
    assert browser_of(company.olga).get("/pact/versions/1/replay/?since=soon").status_code == 400
    assert browser_of(company.olga).get("/pact/versions/9/replay/").status_code == 404


def test_any_one_of_them_is_explained_beside_the_pact_in_force(company: Cast) -> None:
    cy = cast.person("cy@cy.example")
    path = f"/pact/versions/1/replay/{cy}/?up=5&down=5&mode=what-if&at=2026-04-01T09:00:00Z"
    page = browser_of(company.mia).get(path)
    words = words_of(page)
    assert reads_well(page)
    assert "Ready: the points reached the mark. 5 points of 5." in words
    assert "Not ready: the points did not reach the mark. 5 points of 50." in words
    assert "Paper" in words
    assert browser_of(company.mia).get("/pact/versions/1/replay/999999/").status_code == 404


def test_the_rows_go_out_as_a_spreadsheet(company: Cast) -> None:
    answer = browser_of(company.mia).get(f"/pact/versions/1/replay.csv?{SPAN}&up=5&down=5&show=gained")
    [head, row] = b"".join(answer).decode("utf-8-sig").strip().split("\r\n")
    assert head.startswith("Person,Name,Mail")
    assert "cy@cy.example" in row
    assert "2026-04-01 09:00" in row
    assert row.endswith("never offered")


def test_a_partner_sees_nobodys_rows_by_page_spreadsheet_or_api(company: Cast) -> None:
    client = browser_of(company.pat)
    cy = cast.person("cy@cy.example")
    for path in ("/pact/versions/1/replay/", "/pact/versions/1/replay.csv", f"/pact/versions/1/replay/{cy}/"):
        assert client.get(path).status_code == 403
    for path in ("replay", "replay/rows?which=missed"):
        assert client.get(f"/api/v1/pact/versions/1/{path}", headers=bearer(company.pat)).status_code == 403


def test_the_api_tells_what_the_command_prints_and_pages_the_rows(company: Cast) -> None:
    client, own = browser_of(company.olga), bearer(company.olga)
    asked = {"as_of": "2026-04-20T12:00:00Z", "since": "2026-03-01T00:00:00Z", "mode": "what-if"}
    told = client.get("/api/v1/pact/versions/1/replay", asked, headers=own).json()
    assert {"events", "persons", "seconds", "engine", "mode", "intervals", "skipped_share", "months", "against"} <= set(
        told
    )
    assert [(each["month"], each["handovers"], each["won"], each["rejected"]) for each in told["months"]] == [
        ("2026-03", 2, 1, 1)
    ]
    easy = {**asked, "document": default_pact_text().replace("up: 50", "up: 5").replace("down: 25", "down: 5")}
    gained = client.post("/api/v1/pact/replay", easy, "application/json", headers=own).json()["against"]["gained"]
    assert (gained["handovers"], gained["outcome_unknown"]) == (1, 1)
    both = {**easy, "which": "both", "limit": 1}
    first = client.post("/api/v1/pact/replay/rows", both, "application/json", headers=own).json()
    second = client.post(
        "/api/v1/pact/replay/rows", {**both, "after": first["next"]}, "application/json", headers=own
    ).json()
    assert [each["result"] for page in (first, second) for each in page["items"]] == ["rejected", "won"]
    assert second["next"] is None


def test_the_page_asks_the_database_little_once_the_past_is_open(company: Cast) -> None:
    client = browser_of(company.olga)
    client.get(f"{PAGE}&up=5&down=5&show=both")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"{PAGE}&up=5&down=5&show=both").status_code == 200
    assert len(seen) <= 12


def bearer(user: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {team.create_token(user, by=SYSTEM, now=cast.FOUNDED)}"}
