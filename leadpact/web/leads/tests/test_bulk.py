"""Several leads at once: each checked by itself, and what was done is undone by entries of its own."""

import html
from datetime import timedelta

import pytest
from django.test import Client

from leadpact.engagement import reads as engagement
from leadpact.flow import answering, clock, sending_back
from leadpact.handover import reads as handover
from leadpact.handover.types import PursuitView, Stage
from leadpact.ledger import reads as ledger
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from leadpact.worklist import actions as worklist
from leadpact.worklist import reads as lines
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db
UNREACHABLE = {"reason": "unreachable", "until": "", "note": ""}


@pytest.fixture
def company() -> Cast:
    return cast.found()


def offered(name: str) -> int:
    """Let somebody of a company of their own ask for a call; returns the person."""
    who = cast.ask(f"{name}@{name}-corp.example", clock.now() - timedelta(minutes=5))
    cast.sweep(clock.now())
    return who


def worked(company: Cast, name: str) -> int:
    who = offered(name)
    pursuit = running(who)
    assert pursuit.owner is not None
    answering.accept(handover.offers_of(pursuit.id)[0].id, by=company.by(pursuit.owner), now=clock.now())
    return who


def running(who: int) -> PursuitView:
    found = handover.active_of_person(who)
    assert found is not None
    return found


def free(name: str) -> int:
    """Somebody whom nobody works."""
    who = cast.person(f"{name}@{name}-corp.example", name=name.title())
    worklist.refresh([who], now=clock.now())
    return who


def owner_in_list(who: int) -> int | None:
    line = lines.line(who)
    assert line is not None
    return line.owner


def send(client: Client, what: str, *who: int, **more: str) -> str:
    page = client.post(
        f"/leads/{what}/", {"lead": [str(each) for each in who], "query": "view=all", **more}, follow=True
    )
    assert reads_well(page)
    return html.unescape(words_of(page))


def other_than(company: Cast, *users: int | None) -> int:
    return next(user for user in (company.ann, company.ben, company.cat) if user not in users)


def test_leads_are_handed_on_by_a_head_and_not_by_a_rep_and_come_back(company: Cast) -> None:
    first, second, nobodys = worked(company, "ada"), offered("bo"), free("cy")
    before = [running(first).owner, running(second).owner, None]
    to_user = other_than(company, *before)
    sent = {"lead": [str(first)], "to": str(to_user)}
    assert browser_of(company.ann).post("/leads/hand-on/", sent).status_code == 403
    hanna = browser_of(company.hanna)
    name = {company.ann: "Ann", company.ben: "Ben", company.cat: "Cat"}[to_user]
    assert f"3 leads are {name}'s now. Undo" in send(hanna, "hand-on", first, second, nobodys, to=str(to_user))
    assert [owner_in_list(who) for who in (first, second, nobodys)] == [to_user] * 3
    assert handover.open_offers_to(to_user)[0].pursuit == running(second).id
    written = len(ledger.entries_about(running(first).about))
    assert "3 leads are back where they were." in send(hanna, "undo")
    assert [owner_in_list(who) for who in (first, second, nobodys)] == before
    assert len(ledger.entries_about(running(first).about)) == written + 1  # one more, none less
    assert "too late to undo" in send(hanna, "undo")  # once


def test_an_offer_from_the_queue_goes_back_into_it(company: Cast) -> None:
    for user in (company.ann, company.ben, company.cat):
        be_away(user)
    who = offered("ada")
    assert running(who).owner is None
    hanna = browser_of(company.hanna)
    send(hanna, "hand-on", who, to=str(company.ann))
    assert [offer.user for offer in handover.offers_of(running(who).id)] == [company.ann]
    send(hanna, "undo")
    assert (running(who).owner, running(who).team, running(who).stage) == (None, company.sales, Stage.OFFERED)
    assert [offer.pursuit for offer in handover.queue(company.sales)] == [running(who).id]


def be_away(user: int) -> None:
    now = clock.now()
    team.add_absence(user, now - timedelta(days=1), now + timedelta(days=9), by=SYSTEM, now=now)


def test_what_moved_on_since_stays_where_it_is(company: Cast) -> None:
    first, second = offered("ada"), offered("bo")
    before = running(first).owner, running(second).owner
    to_user = other_than(company, *before)
    hanna = browser_of(company.hanna)
    send(hanna, "hand-on", first, second, to=str(to_user))
    answering.accept(handover.offers_of(running(first).id)[0].id, by=company.by(to_user), now=clock.now())
    says = send(hanna, "undo")
    assert "1 lead is back where it was." in says
    assert "1 lead has moved on since and stays." in says
    assert (running(first).owner, running(second).owner) == (to_user, before[1])


def test_undo_is_offered_for_ten_minutes(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    who = offered("ada")
    to_user = other_than(company, running(who).owner)
    began, hanna = clock.now(), browser_of(company.hanna)
    for later, is_offered in [(0, None), (599, True), (600, False)]:
        monkeypatch.setattr(clock, "now", lambda later=later: began + timedelta(seconds=later))
        if is_offered is None:
            send(hanna, "hand-on", who, to=str(to_user))
        else:
            assert ("Undo" in words_of(hanna.get("/leads/?view=all"))) is is_offered
    assert "too late to undo" in send(hanna, "undo")
    assert running(who).owner == to_user


def test_somebody_else_finds_nothing_to_undo(company: Cast) -> None:
    who = offered("ada")
    to_user = other_than(company, running(who).owner)
    send(browser_of(company.hanna), "hand-on", who, to=str(to_user))
    assert "too late to undo" in send(browser_of(company.olga), "undo")
    assert running(who).owner == to_user


def test_a_lead_of_a_marketer_is_not_for_the_head_of_sales_to_give_away(company: Cast) -> None:
    who = free("ada")
    people.set_owner(who, company.mia, by=SYSTEM, now=clock.now())
    worklist.refresh([who], now=clock.now())
    assert "1 lead was left as it is." in send(browser_of(company.hanna), "hand-on", who, to=str(company.ann))
    assert known.person(who).owner == company.mia


@pytest.mark.parametrize("to_user", ["", "x", "999999", "mia"])
def test_a_lead_is_given_to_those_alone_who_sell(company: Cast, to_user: str) -> None:
    who = free("ada")
    taker = str(company.mia) if to_user == "mia" else to_user
    assert "Choose who is to have them." in send(browser_of(company.hanna), "hand-on", who, to=taker)
    assert owner_in_list(who) is None


def test_one_note_stands_on_each_and_is_struck_out_again(company: Cast) -> None:
    first, second = offered("ada"), free("bo")
    mia = browser_of(company.mia)
    assert "Add a note to 2 leads" in send(mia, "note", first, second)
    assert "This field is required." in send(mia, "note", first, second, note=" ")
    assert "The note stands on 2 leads. Undo" in send(mia, "note", first, second, note="Met at the fair")
    entries = [handover.activities_of(who)[0].entry for who in (first, second)]
    assert [handover.activities_of(who)[0].note for who in (first, second)] == ["Met at the fair"] * 2
    assert "The note on 2 leads is struck out." in send(mia, "undo")
    assert engagement.voided(entries) == set(entries)
    assert all(ledger.entry(entry) is not None for entry in entries)


def test_the_executive_writes_no_note_and_a_partner_on_own_leads_alone(company: Cast) -> None:
    theirs, others = free("ada"), free("bo")
    people.set_owner(theirs, company.pat, by=SYSTEM, now=clock.now())
    worklist.refresh([theirs], now=clock.now())
    sent = {"lead": [str(theirs), str(others)], "note": "Hello"}
    assert browser_of(company.edda).post("/leads/note/", sent).status_code == 403
    browser_of(company.pat).post("/leads/note/", sent)
    assert [len(handover.activities_of(who)) for who in (theirs, others)] == [1, 0]


def test_worked_leads_go_back_to_marketing_with_one_reason(company: Cast) -> None:
    first, second, waiting = worked(company, "ada"), worked(company, "bo"), offered("cy")
    hanna = browser_of(company.hanna)
    asked = send(hanna, "send-back", first, second, waiting)
    assert "Send 2 leads back to marketing" in asked
    until = str((clock.now() + timedelta(days=90)).date())
    assert "Send 2 leads back" in send(hanna, "send-back", first, second, until="", note="", reason="not_now")
    assert running(first).stage is Stage.WORKING  # "not now" needs a day
    says = send(hanna, "send-back", first, second, waiting, reason="not_now", until=until, note="")
    assert "2 leads go back to marketing in 30 seconds. Undo" in says
    assert "1 lead was left as it is." in says
    assert stages_of(first, second, waiting) == [Stage.WORKING, Stage.WORKING, Stage.OFFERED]
    sending_back.step(clock.now() + timedelta(seconds=30))
    assert stages_of(first, second, waiting) == [Stage.RECYCLED, Stage.RECYCLED, Stage.OFFERED]
    assert "2 leads have moved on already." in send(hanna, "undo")


def stages_of(*who: int) -> list[Stage]:
    return [each.stage for each in map(handover.pursuit_of, who) if each]


def test_what_is_sent_back_is_undone_within_half_a_minute(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = worked(company, "ada"), worked(company, "bo")
    hanna, began = browser_of(company.hanna), clock.now()
    monkeypatch.setattr(clock, "now", lambda: began)
    assert "1 lead goes back to marketing in 30 seconds." in send(hanna, "send-back", first, **UNREACHABLE)
    assert "1 lead stays where it is." in send(hanna, "undo")
    send(hanna, "send-back", second, **UNREACHABLE)
    assert 'data-seconds="30"' in hanna.get("/leads/?view=all").content.decode()
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(seconds=30))
    assert "Undo" not in words_of(hanna.get("/leads/?view=all"))
    sending_back.step(began + timedelta(seconds=60))
    assert stages_of(first, second) == [Stage.WORKING, Stage.RECYCLED]


def test_a_rep_sends_back_own_leads_alone(company: Cast) -> None:
    who = worked(company, "ada")
    other = other_than(company, running(who).owner)
    assert "Only leads that are yours to work can be sent back." in send(browser_of(other), "send-back", who)
    assert running(who).stage is Stage.WORKING


def test_all_of_the_list_is_what_its_filters_mean(company: Cast) -> None:
    first, second = free("ada"), free("bo")
    hanna = browser_of(company.hanna)
    sent = {"all": "1", "query": "view=all&q=ada", "note": "Met"}
    hanna.post("/leads/note/", sent)
    assert [len(handover.activities_of(who)) for who in (first, second)] == [1, 0]


def test_a_mail_is_begun_to_the_chosen_or_to_whom_the_filters_mean(company: Cast) -> None:
    first, second = free("ada"), free("bo")
    mia = browser_of(company.mia)
    chosen = mia.post("/leads/write/", {"lead": [str(first), str(second)], "query": "view=all"})
    assert chosen.headers["Location"] == f"/campaigns/mails/new/?person={first}&person={second}"
    everybody = mia.post("/leads/write/", {"all": "1", "query": "view=ready&min=5"})
    assert everybody.headers["Location"] == "/campaigns/mails/new/?view=ready&min=5"
    assert mia.post("/leads/write/", {"query": "view=all"}).headers["Location"] == "/leads/?view=all"
    assert browser_of(company.ann).post("/leads/write/", {"lead": [str(first)]}).status_code == 403
