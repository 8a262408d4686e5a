"""Privacy: a copy, an erasure with its receipt, what its page shows afterwards, and how long things are kept."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.engagement import traces
from leadpact.flow import clock, erasing, kept, offering
from leadpact.ledger import by_hand
from leadpact.ledger.verify import verify
from leadpact.people import erasing as erasures
from leadpact.people import reads as people
from leadpact.people.erasing import Reason, Step
from leadpact.people.types import Identifier, IdentityKind
from leadpact.team import retention
from leadpact.team.retention import Rule
from leadpact.team.types import SYSTEM
from leadpact.web.privacy.words import RULES, STORES
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.access.people import caller_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ZOE = "zoe.quirk@acme.example"


@pytest.fixture
def house(db: None) -> Cast:
    return cast.found()


def asked() -> int:
    """Somebody who wrote to us and is offered to sales."""
    person = cast.ask(ZOE, clock.now() - timedelta(minutes=5))
    offering.sweep(now=clock.now())
    return person


def worked_off() -> None:
    while erasing.step(clock.now()):
        pass


def test_every_store_with_something_personal_has_a_name_and_so_has_every_rule() -> None:
    assert set(kept._countable()) == set(STORES) - {"django_session"}
    assert set(RULES) == set(Rule)


@pytest.mark.django_db(transaction=True)  # files are emptied outside of transactions alone
def test_the_page_counts_what_goes_asks_for_the_name_and_ends_with_a_receipt(house: Cast) -> None:
    person, olga = asked(), browser_of(house.olga)
    foreseen = erasing.foresee(person)
    page = olga.get(f"/leads/{person}/erase/")
    assert reads_well(page)
    assert f"{sum(foreseen.stores.values())} rows speak of them" in words_of(page)
    assert "Name, address, phone, position people_person 1 " in words_of(page)
    # Neither a wrong name nor a part of one is enough.
    for said in ("somebody@else.example", ZOE[:8], " "):
        assert olga.post(f"/leads/{person}/erase/now/", {"confirm": said, "reason": "asked"}).status_code == 400
    assert erasures.erasures() == []
    answer = olga.post(f"/leads/{person}/erase/now/", {"confirm": f" {ZOE.upper()} ", "reason": "asked"})
    (one,) = erasures.erasures()
    assert answer["Location"] == f"/settings/privacy/erasures/{one.id}/"
    assert "How far it is" in words_of(olga.get(answer["Location"]))
    assert olga.get(f"/leads/{person}/erase/")["Location"] == answer["Location"]
    worked_off()
    receipt = olga.get(answer["Location"])
    assert reads_well(receipt)
    assert "nothing that names them is left, and the ledger is whole" in words_of(receipt)
    done = erasures.erasure(one.id)
    assert (done.step, done.share, done.asked_by) == (Step.DONE, 100, f"user:{house.olga}")
    assert done.receipt.stores == foreseen.stores
    assert (dict(done.receipt.left), done.receipt.faults, done.receipt.is_whole) == ({}, 0, True)
    assert done.receipt.checked > done.entries > 0
    assert verify().ok
    assert ZOE not in json.dumps(str(done)) + receipt.content.decode()


@pytest.mark.sqlite_only  # PostgreSQL reads so small a ledger from end to end
def test_what_an_erasure_would_take_is_asked_without_reading_the_whole_ledger(house: Cast) -> None:
    person = asked()
    with CaptureQueriesContext(connection) as asked_for:
        erasing.foresee(person)
    plans = [
        str(line[3])
        for each in asked_for.captured_queries
        for line in by_hand.rows("EXPLAIN QUERY PLAN " + each["sql"].replace("%", "%%"), [])
    ]
    assert [line for line in plans if "ledger_entry" in line] != []
    assert "SCAN ledger_entry" not in plans


def test_the_page_of_an_erased_person_says_when_and_nothing_else(house: Cast) -> None:
    person = asked()
    erasing.erase([person], Reason.ASKED, by=SYSTEM, now=clock.now())
    olga, ann = browser_of(house.olga), browser_of(house.ann)
    for who in (olga, ann):
        words = words_of(who.get(f"/leads/{person}/"))
        assert "This person was erased on" in words
        assert "Story" not in words
    assert olga.get(f"/leads/{person}/erase/").status_code == 404
    for address in ("log/", "comments/", "edit/"):
        answer = olga.post(f"/leads/{person}/{address}", {"note": "their name was", "kind": "note.added"})
        assert answer.status_code == 409
    assert caller_of(house.olga).get(f"/api/v1/leads/{person}").json()["code"] == "person_erased"


def test_the_copy_of_what_is_held_is_theirs_alone(house: Cast) -> None:
    person = asked()
    cast.ask("other@else.example", clock.now() - timedelta(minutes=3))
    answer = browser_of(house.olga).get(f"/leads/{person}/data.json")
    assert answer["Content-Disposition"] == f'attachment; filename="person-{person}.json"'
    assert answer.json()["tables"]["people_person"]["rows"][0]["email"] == ZOE
    assert "other@else.example" not in answer.content.decode()
    by_program = caller_of(house.olga).get(f"/api/v1/leads/{person}/data").json()
    assert by_program["tables"].keys() == answer.json()["tables"].keys()


def test_an_interrupted_erasure_is_finished_from_its_page_and_the_list_names_nobody(house: Cast) -> None:
    person, olga = asked(), browser_of(house.olga)
    one = erasing.begin([person], Reason.MISTAKE, by=SYSTEM, now=clock.now())
    assert "5 % done" in words_of(olga.get("/settings/privacy/erasures/"))
    assert olga.post(f"/settings/privacy/erasures/{one.id}/finish/").status_code == 302
    page = olga.get("/settings/privacy/erasures/")
    assert reads_well(page)
    assert f"person {person}" in words_of(page)
    assert "It should never have been kept" in words_of(page)
    assert erasures.erasure(one.id).step is Step.OVERWRITING  # which waits for the end of the test's transaction
    sheet = b"".join(olga.get("/settings/privacy/erasures.csv")).decode()
    assert ZOE not in page.content.decode() + sheet
    assert f"{one.id},{person}," in sheet


def test_a_program_erases_with_the_name_and_reads_the_receipt(house: Cast) -> None:
    person, olga = asked(), caller_of(house.olga)

    def post(address: str, said: dict[str, Any]) -> Any:
        return olga.post(f"/api/v1{address}", said, content_type="application/json")

    foreseen = olga.get(f"/api/v1/leads/{person}/erasure").json()
    assert post(f"/leads/{person}/erase", {"confirm": "Zoe"}).json()["code"] == "not_meant"
    begun = post(f"/leads/{person}/erase", {"confirm": ZOE, "reason": "contract"}).json()
    assert (begun["step"], begun["done_at"], begun["persons"]) == ("asked", None, [person])
    done = post(f"/erasures/{begun['id']}/finish", {}).json()
    assert (done["step"], done["share"], done["receipt"]["left"]) == ("overwriting", 95, {})
    assert done["receipt"]["stores"] == foreseen["stores"]
    assert olga.get(f"/api/v1/erasures/{begun['id']}").json() == done
    assert [each["id"] for each in olga.get("/api/v1/erasures?limit=1").json()["items"]] == [begun["id"]]
    assert people.person_by(Identifier(IdentityKind.EMAIL, ZOE)) is None


def test_keeping_things_shorter_asks_first_where_it_deletes_and_is_taken_back(house: Cast) -> None:
    now, olga = clock.now(), browser_of(house.olga)
    entry = cast.act(ZOE, "page.viewed", now - timedelta(days=3))
    traces.note([traces.Seen(entry, 1, "203.0.113.7")], now=now - timedelta(days=3))
    usual = {"anonymous": "396", "ip": "7", "mail_bodies": "731", "quarantine": "396", "raw": "0"}
    page = olga.get("/settings/privacy/")
    assert reads_well(page)
    assert "Network addresses acts came from They are needed to tell machines from people. 7 days 0 " in words_of(page)
    sure = olga.post("/settings/privacy/keep/", {**usual, "ip": "2"})
    assert (sure.status_code, retention.days()[Rule.IP]) == (409, 7)
    assert "Network addresses acts came from 1 " in words_of(sure)
    olga.post("/settings/privacy/keep/", {**usual, "ip": "2", "sure": "1"})
    assert retention.days()[Rule.IP] == 2
    page = olga.get("/settings/privacy/")
    assert "2 days 1 " in words_of(page)
    undo = page.content.decode().partition('action="/settings/privacy/keep/')[2].partition('"')[0]
    assert olga.post(f"/settings/privacy/keep/{undo}").status_code == 302
    assert retention.days()[Rule.IP] == 7
    # A longer time, and a shorter one that deletes nothing, need no second word.
    for days in ("30", "5"):
        assert olga.post("/settings/privacy/keep/", {**usual, "ip": days}).status_code == 302
        assert retention.days()[Rule.IP] == int(days)
    assert olga.post("/settings/privacy/keep/", {**usual, "ip": "-1"}).status_code == 400


def test_a_program_sets_and_takes_back_how_long_things_are_kept(house: Cast) -> None:
    now, olga = clock.now(), caller_of(house.olga)
    entry = cast.act(ZOE, "page.viewed", now - timedelta(days=3))
    traces.note([traces.Seen(entry, 1, "203.0.113.7")], now=now - timedelta(days=3))

    def post(said: dict[str, Any], address: str = "") -> Any:
        return olga.post(f"/api/v1/retention{address}", said, content_type="application/json").json()

    refused = post({"ip": 2})
    assert (refused["code"], refused["details"]) == ("would_take", {"lost": {"ip": 1}})
    changed = post({"ip": 2, "sure": True})
    ip = next(rule for rule in changed["rules"] if rule["rule"] == "ip")
    assert (ip["days"], ip["usual"], ip["due"]) == (2, 7, 1)
    assert post({}, f"/{changed['changed']}/undo")["rules"] == olga.get("/api/v1/retention").json()["rules"]
    assert retention.days()[Rule.IP] == 7
    assert post({}, f"/{entry}/undo")["code"] == "no_such_change"


@pytest.mark.parametrize("what", ["/leads/{person}/erase/", "/settings/privacy/", "/settings/privacy/erasures/?all=1"])
def test_more_of_everything_asks_no_more(house: Cast, what: str, django_assert_max_num_queries: Any) -> None:
    person, olga = asked(), browser_of(house.olga)
    olga.get(what.format(person=person))
    for times in (2, 12):
        for number in range(times):
            cast.act(ZOE, "page.viewed", clock.now() - timedelta(minutes=number))
            other = cast.person(f"other{times}-{number}@acme.example")
            erasures.ask([other], Reason.ASKED, never_write=True, by=SYSTEM, now=clock.now())
        with django_assert_max_num_queries(12):
            assert olga.get(what.format(person=person)).status_code == 200
