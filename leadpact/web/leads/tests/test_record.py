"""What stands on a lead beside its story: comments, interests, promises of others, facts; and adding one by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.flow import answering, clock
from leadpact.flow.promising import sweep as sweep_promises
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.promises import reads as promises
from leadpact.promises.types import PromiseView
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM, Role, Side
from leadpact.web.tests.acting import Page, browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HANNAH = "hannah@northgate.example"
LATE = timedelta(days=14)  # of which ten are worked: 4 h are long past


@pytest.fixture
def company() -> Cast:
    return cast.found()


def overdue() -> tuple[int, int, PromiseView]:
    """Hannah asked two weeks ago and nobody answered: the person, whose lead she is, and their promise."""
    asked = clock.now() - LATE
    who = cast.ask(HANNAH, asked)
    cast.sweep(asked)
    running = handover.active_of_person(who)
    assert running is not None
    assert running.owner is not None
    sweep_promises(now=clock.now())
    return who, running.owner, next(each for each in promises.all_of(running.about) if each.kind == "answer")


def test_a_comment_tells_whom_it_names_in_the_app_and_by_mail(company: Cast) -> None:
    who = cast.person(HANNAH)
    client = browser_of(company.mia)
    text = "@Ann call her, @nobody will.\n<b>Now</b>"
    assert client.post(f"/leads/{who}/comments/", {"text": text}).status_code == 302
    page = client.get(f"/leads/{who}/")
    assert '<span class="mention">@Ann</span> call her, @nobody will.' in page.content.decode()
    assert "&lt;b&gt;Now&lt;/b&gt;" in page.content.decode()
    assert reads_well(page)
    told = [notice for notice in teams.notices(company.ann) if notice.kind == "mention"]
    assert [notice.text for notice in told] == ["Mia named you in a comment on Hannah of northgate.example."]
    assert not [notice for notice in teams.notices(company.mia) if notice.kind == "mention"]
    team.send_due_mail(now=clock.now() + timedelta(days=3))
    assert [message.to for message in mail.outbox if "named you" in message.subject] == [["ann@ours.example"]]


def test_a_comment_is_changed_taken_back_and_put_back_by_its_writer_alone(company: Cast) -> None:
    who, other = cast.person(HANNAH), cast.person("else@elsewhere.example")
    mia, ann = browser_of(company.mia), browser_of(company.ann)
    mia.post(f"/leads/{who}/comments/", {"text": "Call her."})
    number = next(each.id for each in ledger.entries_of(known.identities_of(who)) if each.kind == "comment.added")
    at = f"/leads/{who}/comments/{number}/"
    assert ann.post(at, {"text": "Do not."}).status_code == 409
    assert ann.post(f"{at}remove/").status_code == 409
    assert mia.post(f"/leads/{other}/comments/{number}/", {"text": "x"}).status_code == 404
    mia.post(at, {"text": "Write to her."})
    assert "Write to her." in words_of(ann.get(f"/leads/{who}/"))
    assert "Call her." not in words_of(ann.get(f"/leads/{who}/"))
    assert 'formaction="' not in ann.get(f"/leads/{who}/").content.decode()
    mia.post(f"{at}remove/")
    words = words_of(ann.get(f"/leads/{who}/"))
    assert "Taken back." in words
    assert "Write to her." not in words
    mia.post(f"{at}restore/")
    assert "Write to her." in words_of(ann.get(f"/leads/{who}/"))
    assert "Call her." in str(mia.get(f"/ledger/{number}/").content)  # what was written first stays in the ledger


def test_executives_read_comments_and_partners_see_none_without_consent(company: Cast) -> None:
    who = cast.person("own@partnerlead.example")
    people.set_owner(who, company.pat, by=SYSTEM, now=cast.FOUNDED)
    browser_of(company.mia).post(f"/leads/{who}/comments/", {"text": "Secret of the house"})
    assert "Secret of the house" in words_of(browser_of(company.edda).get(f"/leads/{who}/"))
    assert browser_of(company.edda).post(f"/leads/{who}/comments/", {"text": "x"}).status_code == 403
    assert "Secret of the house" not in words_of(browser_of(company.pat).get(f"/leads/{who}/"))
    assert browser_of(company.pat).post(f"/leads/{who}/comments/", {"text": "x"}).status_code == 403


def test_an_empty_comment_is_asked_for_words(company: Cast) -> None:
    who = cast.person(HANNAH)
    page = browser_of(company.mia).post(f"/leads/{who}/comments/", {"text": "  "})
    assert page.status_code == 400
    assert "This field is required." in words_of(page)


def tells_of_delay(page: Page) -> bool:
    return "past due" in words_of(page).lower() or "missed" in words_of(page).lower()


def test_that_somebody_is_past_due_is_for_them_and_their_head(company: Cast) -> None:
    who, owner, promise = overdue()
    other = next(each for each in (company.ann, company.ben, company.cat) if each != owner)
    paths = (f"/leads/{who}/", f"/leads/{who}/?all=1", "/leads/", f"/promises/{promise.id}/")
    for somebody in (owner, company.hanna):
        client = browser_of(somebody)
        for path in paths:
            assert tells_of_delay(client.get(path)), (somebody, path)
    owner_name = teams.user(owner).name
    for somebody in (other, company.mia, company.milo, company.olga, company.edda):
        client = browser_of(somebody)
        for path in paths:
            page = client.get(path)
            assert page.status_code == 200
            assert not tells_of_delay(page), (somebody, path)
        for path in ("/", "/companies/", f"/companies/{known.person(who).company}/", "/deals/", "/leads/?sort=due"):
            assert "past due by" not in words_of(client.get(path, follow=True)), (somebody, path)
        assert owner_name in words_of(client.get(f"/leads/{who}/"))  # whose the lead is, is no secret


def test_the_interface_keeps_anothers_delay_too(company: Cast) -> None:
    who, owner, promise = overdue()
    missed = next(each for each in ledger.entries_about(promise.about) if each.kind == "promise.missed")
    number = promise.about.removeprefix("pursuit:")

    def asked(user: int, path: str) -> Any:
        token = team.create_token(user, by=SYSTEM, now=clock.now())
        return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {token}"})

    def kinds(user: int) -> list[str]:
        items = asked(user, f"leads/{who}/timeline?limit=100").json()["items"]
        return [each["kind"] for each in items if each["kind"] == "promise.missed"]

    def promised(user: int) -> list[str]:
        return [each["kind"] for each in asked(user, f"pursuits/{number}").json()["promises"]]

    assert (kinds(owner), kinds(company.hanna), kinds(company.mia)) == (["promise.missed"], ["promise.missed"], [])
    assert ("answer" in promised(owner), "answer" in promised(company.mia)) == (True, False)
    assert asked(owner, f"explain/{missed.id}").status_code == 200
    assert asked(company.mia, f"explain/{missed.id}").status_code == 403


def test_an_entry_that_tells_of_anothers_promise_is_not_for_all(company: Cast) -> None:
    _who, owner, promise = overdue()
    missed = next(each for each in ledger.entries_about(promise.about) if each.kind == "promise.missed")
    assert browser_of(owner).get(f"/ledger/{missed.id}/").status_code == 200
    assert browser_of(company.hanna).get(f"/ledger/{missed.id}/").status_code == 200
    assert browser_of(company.mia).get(f"/ledger/{missed.id}/").status_code == 403
    assert browser_of(company.edda).get(f"/ledger/{missed.id}/").status_code == 403
    made = f"/ledger/{promise.made_entry}/"
    assert "The clock ran on" in words_of(browser_of(owner).get(made))
    assert "The clock ran on" not in words_of(browser_of(company.mia).get(made))
    assert "What caused it" in words_of(browser_of(company.mia).get(made))


def test_the_list_as_a_spreadsheet_keeps_anothers_delay_too(company: Cast) -> None:
    _who, owner, promise = overdue()
    due = f"{promise.due_at:%Y-%m-%d %H:%M}"  # London, which is UTC in November
    hers = b"".join(browser_of(company.hanna).get("/leads.csv?stage=offered")).decode()
    theirs = b"".join(browser_of(company.mia).get("/leads.csv?stage=offered")).decode()
    assert "hannah@northgate.example" in hers
    assert "hannah@northgate.example" in theirs
    assert ("answer" in hers, "answer" in theirs) == (True, False), due
    assert teams.user(owner).name in theirs


def test_what_is_not_due_yet_is_no_secret(company: Cast) -> None:
    now = clock.now()
    who = cast.ask(HANNAH, now)
    cast.sweep(now)
    assert "answer due in" in words_of(browser_of(company.mia).get(f"/leads/{who}/"))


def test_interests_and_the_buying_stage_come_with_the_acts_behind_them(company: Cast) -> None:
    now = clock.now()
    entries = [cast.act(HANNAH, "page.viewed", now - timedelta(days=n), path="/pricing") for n in (3, 2, 1)]
    cast.act(HANNAH, "page.viewed", now - timedelta(hours=3), path="/features/sap-qm")
    who = cast.person(HANNAH)
    page = browser_of(company.ann).get(f"/leads/{who}/")
    text, words = page.content.decode(), words_of(page)
    assert '<li aria-current="step">Deciding</li>' in text
    behind = text.partition("these acts say so")[2].partition("</ul>")[0]
    assert [f"/ledger/{entry}/" in behind for entry in entries] == [True, True, True]
    assert "SAP QM" in words
    assert "3 acts, +15" in words  # three looks at the prices, five points each
    assert reads_well(page)


def test_an_older_page_of_the_story_goes_on_where_the_first_one_ended(company: Cast) -> None:
    now = clock.now()
    same = now - timedelta(days=2)
    for number in range(90):  # all at one instant: only their numbers tell them apart
        cast.act(HANNAH, "video.watched", same, asset=f"Film {number:02}")
    who = cast.person(HANNAH)
    client = browser_of(company.mia)
    first = client.get(f"/leads/{who}/").content.decode()
    query = first.partition('href="?before=')[2].partition('"')[0]
    second = client.get(f"/leads/{who}/?before={query}").content.decode()
    shown = [
        [f"Film {number:02}" in text.partition("story-foot")[0] for number in range(90)] for text in (first, second)
    ]
    assert sum(shown[0]) == 80
    assert all(one != two for one, two in zip(*shown, strict=True))
    assert client.get(f"/leads/{who}/?before=9999999999999999999999").status_code == 200


def test_a_lead_is_added_by_hand_and_whoever_is_there_already_is_shown_first(company: Cast) -> None:
    client = browser_of(company.ann)
    said = {"name": "Dev Patel", "email": "dev@northgate.example", "phone": "+44 20 7946 0000", "company": "Northgate"}
    assert client.get("/leads/new/").status_code == 200
    made = client.post("/leads/new/", said)
    assert made.status_code == 302
    page = client.get(made["Location"])
    assert "Dev Patel" in words_of(page)
    assert "Northgate" in words_of(page)
    assert "Dev Patel" in words_of(browser_of(company.mia).get("/leads/"))
    again = client.post("/leads/new/", {**said, "name": "D. Patel"})
    assert again.status_code == 409
    assert "There is somebody with this address already." in words_of(again)
    alike = client.post("/leads/new/", {"name": "Dev Patel", "email": "dev.patel@other.example"})
    assert alike.status_code == 409
    assert "Is it this person?" in words_of(alike)
    assert "dev@northgate.example" in words_of(alike)
    sure = {"name": "Dev Patel", "email": "dev.patel@other.example", "sure": "1"}
    assert client.post("/leads/new/", sure).status_code == 302


def test_nothing_at_all_is_no_lead_and_executives_and_partners_add_none(company: Cast) -> None:
    nothing = browser_of(company.mia).post("/leads/new/", {"title": "Buyer"})
    assert nothing.status_code == 400
    assert "Write a name, a mail address or a phone number." in words_of(nothing)
    for somebody in (company.edda, company.pat):
        assert browser_of(somebody).get("/leads/new/").status_code == 403


def test_what_is_known_is_put_right_and_what_was_known_stays(company: Cast) -> None:
    who = cast.person(HANNAH, name="Hanna Rays")
    cast.person("other@northgate.example")
    client = browser_of(company.mia)
    form = client.get(f"/leads/{who}/edit/")
    assert 'value="Hanna Rays"' in form.content.decode()
    said = {"name": "Hannah Reyes", "email": HANNAH, "title": "Head of Quality", "company": "Northgate Instruments"}
    assert client.post(f"/leads/{who}/edit/", said).status_code == 302
    person = known.person(who)
    assert (person.name, person.title, person.company_name) == (
        "Hannah Reyes", "Head of Quality", "Northgate Instruments",
    )  # fmt: skip
    words = words_of(client.get(f"/leads/{who}/"))
    assert "Head of Quality at Northgate Instruments." in words
    assert "Hanna Rays" in words.partition("Since when we know this")[2]
    taken = client.post(f"/leads/{who}/edit/", {**said, "email": "other@northgate.example"})
    assert taken.status_code == 400
    assert "Merge the two persons" in words_of(taken)
    assert browser_of(company.edda).get(f"/leads/{who}/edit/").status_code == 403


def test_a_head_gives_a_lead_to_a_colleague_and_nobody_else_does(company: Cast) -> None:
    now = clock.now()
    who = cast.ask(HANNAH, now)
    cast.sweep(now)
    running = handover.active_of_person(who)
    assert running is not None
    to = next(each for each in (company.ann, company.ben) if each != running.owner)
    for somebody in (to, company.mia):
        assert browser_of(somebody).post(f"/leads/{who}/hand-on/", {"to": to}).status_code == 403
    hanna = browser_of(company.hanna)
    assert "Choose somebody" in words_of(hanna.post(f"/leads/{who}/hand-on/", {"to": company.mia}, follow=True))
    assert hanna.post(f"/leads/{who}/hand-on/", {"to": to}).status_code == 302
    found = handover.active_of_person(who)
    assert found is not None
    assert found.owner == to


def test_a_lead_takes_as_many_queries_with_one_act_as_with_two_hundred(company: Cast) -> None:
    now = clock.now()
    who = cast.ask(HANNAH, now - timedelta(hours=2))
    cast.act("mate@northgate.example", "page.viewed", now - timedelta(hours=3), path="/pricing")
    cast.sweep(now - timedelta(hours=2))
    running = handover.active_of_person(who)
    assert running is not None
    assert running.owner is not None
    client = browser_of(company.mia)

    def queries() -> int:
        client.get(f"/leads/{who}/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/leads/{who}/").status_code == 200
        return len(seen)

    few = queries()
    for hour in range(1, 60):
        cast.act(HANNAH, "page.viewed", now - timedelta(hours=hour), path=f"/blog/{hour}")
        cast.act(f"mate{hour}@northgate.example", "page.viewed", now - timedelta(hours=hour), path="/pricing")
    cast.sweep(now)
    for _again in range(5):
        client.post(f"/leads/{who}/comments/", {"text": f"Comment {_again}"})
    assert queries() == few
    assert few <= 12
    answering.accept(handover.offers_of(running.id)[0].id, by=company.by(running.owner), now=now)
    assert queries() <= 12


def test_the_settings_may_open_how_individuals_perform_to_everybody_inside(company: Cast) -> None:
    who, _owner, _promise = overdue()
    settings = teams.settings()
    team.change_settings(replace(settings, individual_performance_open=True), by=SYSTEM, now=clock.now())
    assert tells_of_delay(browser_of(company.mia).get(f"/leads/{who}/"))
    outside = team.create_user(
        "pia@partner.example",
        None,
        name="Pia",
        roles=[Role.PARTNER],
        team=company.partners,
        by=SYSTEM,
        now=cast.FOUNDED,
    )
    assert teams.user(outside).side is Side.PARTNER
    assert browser_of(outside).get(f"/leads/{who}/").status_code == 404
