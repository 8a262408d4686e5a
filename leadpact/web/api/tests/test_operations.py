"""What operations answer and do: the same as the pages, page by page, with errors that say what to do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.flow import clock
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.team import actions as team
from leadpact.team import reads as users
from leadpact.team.types import SYSTEM
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HANNAH = "hannah@northgate.example"


@pytest.fixture
def company() -> Cast:
    return cast.found()


class Caller:
    """Somebody with a token."""

    def __init__(self, user: int) -> None:
        token = team.create_token(user, by=SYSTEM, now=cast.FOUNDED)
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, url: str, status: int = 200) -> Any:
        answer = self.client.get(f"/api/v1/{url}")
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, url: str, body: Mapping[str, object] | str = "", status: int = 200) -> Any:
        answer = self.client.post(f"/api/v1/{url}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def pages(self, url: str) -> list[Any]:
        """All items of a list, page after page."""
        found, after = [], ""
        while True:
            page = self.get(f"{url}{'&' if '?' in url else '?'}after={after}")
            found += page["items"]
            if page["next"] is None:
                return found
            after = page["next"]


def offered() -> tuple[int, int, int]:
    """Hannah asked for contact: the person, the offer and whom it went to."""
    person = cast.ask(HANNAH, clock.now() - timedelta(minutes=5))
    cast.sweep(clock.now())
    running = handover.active_of_person(person)
    assert running is not None
    offer = handover.open_offer_of(running.id)
    assert offer is not None
    assert offer.user is not None
    return person, offer.id, offer.user


def test_the_way_from_offer_to_won_deal(company: Cast) -> None:
    person, offer, user = offered()
    caller = Caller(user)
    lead = caller.get(f"leads/{person}")
    assert (lead["stage"], lead["ready"], lead["owner"]["id"]) == ("offered", True, user)
    assert handover.offer(offer).opened_at is None  # a script that reads has not seen it
    assert caller.post(f"offers/{offer}/accept")["stage"] == "working"
    pursuit = lead["pursuit"]["id"]
    deal = caller.post(f"pursuits/{pursuit}/open-deal", {"next_step": "Call", "amount": 48000.5})
    assert (deal["amount"], deal["inbound"]) == ({"value": 48000.5, "currency": "GBP"}, True)
    assert caller.post(f"deals/{deal['id']}/move", {"stage": "Demo"})["stage"] == "Demo"
    assert caller.post(f"deals/{deal['id']}/win")["state"] == "won"
    assert caller.post(f"deals/{deal['id']}/lose", {"reason": "pricing"}, 409)["code"] == "deal_closed"
    assert caller.post(f"deals/{deal['id']}/reopen")["state"] == "open"
    assert caller.post(f"deals/{deal['id']}/lose", {"reason": "pricing"})["reason"] == "pricing"
    assert list(caller.get(f"pursuits/{pursuit}")["stages"]) == [
        "ready", "offered", "working", "deal", "customer", "lost",
    ]  # fmt: skip


def test_a_lead_is_put_off_rejected_recycled_and_disqualified(company: Cast) -> None:
    _person, offer, user = offered()
    caller = Caller(user)
    until = (clock.now() + timedelta(hours=1)).isoformat()
    assert caller.post(f"offers/{offer}/later", {"until": until})["later_until"] is not None
    unknown = caller.post(f"offers/{offer}/reject", {"reason": "bored"}, 400)
    assert unknown["code"] == "unknown_reason"
    assert "other" in unknown["details"]["reasons"]
    assert caller.post(f"offers/{offer}/reject", {"reason": "too_small"})["stage"] == "recycled"
    for verb, becomes in (("recycle", "recycled"), ("disqualify", "disqualified")):
        person = cast.ask(f"{verb}@{verb}.example", clock.now() - timedelta(minutes=1))
        cast.sweep(clock.now())
        running = handover.active_of_person(person)
        assert running is not None
        waiting = handover.open_offer_of(running.id)
        assert waiting is not None
        assert waiting.user is not None
        caller = Caller(waiting.user)
        caller.post(f"offers/{waiting.id}/accept")
        said = {"reason": "other", "note": "Not now."}
        assert caller.post(f"pursuits/{running.id}/{verb}", said)["stage"] == becomes


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("leads?stage=redy", 400, "bad_request"),
        ("leads?owner=ann", 400, "bad_request"),
        ("leads?min=-1", 400, "bad_request"),
        ("leads?limit=0", 400, "bad_request"),
        ("leads?limit=201", 400, "bad_request"),
        ("leads?after=nowhere", 400, "bad_cursor"),
        ("leads?view=cooling&after=WyJhIiwxXQ", 400, "bad_cursor"),
        ("leads/987654", 404, "not_found"),
        (f"leads/{10**18}", 404, "no_such_address"),
        (f"leads/{10**30}/timeline", 404, "no_such_address"),
        ("leads/ann", 404, "no_such_address"),
        ("leads/", 404, "no_such_address"),
        ("deals?state=sold", 400, "bad_request"),
        ("deals?after=nowhere", 400, "bad_cursor"),
        ("deals/987654", 404, "not_found"),
        ("pursuits/987654", 404, "not_found"),
        ("companies/987654", 404, "not_found"),
        ("explain/987654", 404, "not_found"),
        ("reports/five?period=soon", 400, "bad_period"),
        ("reports/six/rows", 400, "unknown_report"),
        ("reports/promises/rows?stage=ready", 400, "no_such_column"),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_to_do(company: Cast, url: str, status: int, code: str) -> None:
    said = Caller(company.mia).get(url, status)
    assert set(said) == {"code", "message", "what_to_do", "details"}
    assert said["code"] == code
    assert said["message"]
    assert said["what_to_do"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "other", "nott": "x"}, "nott"),  # misspelt: never a silent nothing
        ({}, "reason"),
        ({"reason": ""}, "reason"),
        ({"reason": "other", "until": "soon"}, "until"),
        ({"reason": ["other"]}, "reason"),
    ],
)
def test_a_body_that_is_wrong_names_the_field_and_changes_nothing(
    company: Cast, body: dict[str, object], field: str
) -> None:
    _person, offer, user = offered()
    said = Caller(user).post(f"offers/{offer}/reject", body, 400)
    assert [each["field"] for each in said["details"]["fields"]] == [field]
    assert handover.offer(offer).is_open


def test_what_is_no_json_and_a_moment_without_offset_are_refused(company: Cast) -> None:
    _person, offer, user = offered()
    caller = Caller(user)
    assert caller.post(f"offers/{offer}/reject", "{", 400)["code"] == "bad_request"
    assert caller.post(f"offers/{offer}/later", {"until": "2099-01-01T10:00"}, 400)["code"] == "bad_request"
    assert caller.post(f"offers/{offer}/later", {"until": "2001-01-01T10:00Z"}, 400)["code"] == "bad_moment"
    assert caller.post(f"pursuits/{handover.offer(offer).pursuit}/open-deal", {"next_step": "x"}, 409)["code"] == (
        "wrong_stage"
    )


def test_lists_go_page_by_page_and_show_everybody_once(company: Cast) -> None:
    made = [cast.person(f"p{number}@northgate.example", name=f"Person {number:02}") for number in range(7)]
    for number in range(7):
        cast.act(f"p{number}@northgate.example", "page.viewed", clock.now(), path="/")
    cast.sweep(clock.now())
    caller = Caller(company.mia)
    assert [each["person"] for each in caller.pages("leads?limit=3&sort=name")] == made
    assert [each["person"] for each in caller.pages("leads?limit=3&q=person 04")] == [made[4]]


def test_a_story_shows_every_entry_once_however_many_share_a_moment(company: Cast) -> None:
    moment = clock.now() - timedelta(days=2)
    entries = [cast.act(HANNAH, "page.viewed", moment, path=f"/{number}") for number in range(25)]
    entries += [cast.act(HANNAH, "page.viewed", moment + timedelta(microseconds=number)) for number in range(1, 4)]
    person = cast.ask(HANNAH, moment + timedelta(hours=1))
    caller = Caller(company.mia)
    told = [each["id"] for each in caller.pages(f"leads/{person}/timeline?limit=4")]
    assert len(told) == len(set(told))
    assert set(entries) <= set(told)
    assert told == [each["id"] for each in caller.get(f"leads/{person}/timeline?limit=200")["items"]]


def test_reasons_add_up_to_the_score_and_the_entry_behind_each_can_be_explained(company: Cast) -> None:
    now = clock.now()
    for days in (1, 2, 3):
        cast.act(HANNAH, "webinar.attended", now - timedelta(days=days), webinar="Roofs")
    cast.sweep(now)
    caller = Caller(company.mia)
    (line,) = caller.get("leads?q=hannah")["items"]
    lead = caller.get(f"leads/{line['person']}")
    assert lead["score"] == sum(reason["points"] for reason in lead["reasons"]) == 60  # three webinars at 20
    qualified = next(
        each for each in caller.get(f"leads/{line['person']}/timeline")["items"] if each["kind"] == "lead.qualified"
    )
    said = caller.get(f"explain/{qualified['id']}")
    assert sum(reason["points"] for reason in said["reasons"]) == 60
    assert [each["kind"] for each in said["chain"]] == ["webinar.attended"]


def test_an_offer_and_a_deadline_are_explained(company: Cast) -> None:
    person, offer, user = offered()
    caller = Caller(company.hanna)
    said = caller.get(f"explain/{handover.offer(offer).entry}")
    assert [each["kind"] for each in said["chain"]] == ["lead.qualified", "form.submitted"]
    assert [each["kind"] for each in said["reasons"]] == ["routing"]
    assert users.user(user).name in said["reasons"][0]["says"]
    made = next(
        each
        for each in caller.get(f"leads/{person}/timeline")["items"]
        if each["kind"] == "promise.made" and each["facts"]["promise"] == "answer"
    )
    deadline = caller.get(f"explain/{made['id']}")["reasons"]
    assert sum(each["seconds"] or 0 for each in deadline) == 4 * 3600  # 4 working hours
    act = ledger.entries_of(people.identities_of(person), kinds=["form.submitted"])[0]
    assert caller.get(f"explain/{act.id}")["reasons"] == []


def test_reports_are_those_of_the_command_line(company: Cast) -> None:
    _person, _offer, user = offered()
    caller = Caller(user)
    five = caller.get("reports/five?period=month")
    assert [each["key"] for each in five["numbers"]] == [
        "qualified_leads", "campaigns", "inbound_pipeline", "promises", "inbound_closed",
    ]  # fmt: skip
    rows = caller.get("reports/qualified_leads/rows?period=month")
    assert sum(row["value"] for row in rows["items"]) == five["numbers"][0]["value"] == 1
    funnel = {step["stage"]: step["reached"] for step in caller.get("reports/funnel")["steps"]}
    assert (funnel["ready"], funnel["offered"], funnel["working"]) == (1, 1, 0)
    assert len(caller.get("reports/funnel/rows?stage=offered")["items"]) == 1


def test_the_pact_in_force_is_told_in_its_words_and_in_sentences(company: Cast) -> None:
    caller = Caller(company.mia)
    held = caller.get("pact")
    assert held["version"] == 1
    assert held["document"].startswith("# The pact")
    assert any("50" in clause["text"] for section in held["sentences"] for clause in section["clauses"])
    assert [each["number"] for each in caller.get("pact/versions")["items"]] == [1]


def test_the_description_is_openapi_3_1_and_names_every_operation(company: Cast) -> None:
    said = Client().get("/api/v1/openapi.json").json()
    assert said["openapi"] == "3.1.0"
    names = [each["operationId"] for path in said["paths"].values() for each in path.values()]
    assert len(names) == len(set(names)) >= 24
    assert all(
        each["security"] == [{"Bearer": []}] and "default" in each["responses"]
        for path in said["paths"].values()
        for each in path.values()
    )


@pytest.mark.parametrize("url", ["leads", "deals", "leads/{person}/timeline", "companies/{company}"])
def test_more_rows_cost_no_more_queries(company: Cast, url: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            caller.get(address)
        return len(asked)

    person = cast.ask(HANNAH, clock.now() - timedelta(minutes=5))
    cast.sweep(clock.now())
    caller = Caller(company.mia)
    home = caller.get(f"leads/{person}")["company"]["id"]
    address = url.format(person=person, company=home)
    caller.get(address)
    before = cost()
    for number in range(20):
        cast.act(HANNAH, "page.viewed", clock.now(), path=f"/{number}")
        cast.person(f"p{number}@northgate.example")
    cast.sweep(clock.now())
    assert cost() <= before
