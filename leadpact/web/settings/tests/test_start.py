"""The first hour: what is done, what is left out, and what the pact would have made of the past."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leadpact.capture import actions as capture
from leadpact.flow import beginning, looking_back
from leadpact.flow.beginning import Step
from leadpact.handover.former import record_former
from leadpact.handover.types import RecordedPursuit, Stage
from leadpact.ledger import reads as ledger
from leadpact.pact.types import LeadType
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.team import actions as team
from leadpact.team import reads as teams
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of, words_of
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.utc("2026-03-31 12:00")


def test_a_step_is_left_out_and_taken_up_again_and_both_stand_in_the_ledger() -> None:
    olga = browser_of(cast.found().olga)
    page = olga.get(reverse("settings_start"))
    assert "each can be left out and taken up later" in words_of(page)
    path = reverse("settings_leave_out", args=["tracker"])
    assert "left out" in words_of(olga.post(path, follow=True))
    assert "Take it up again" not in words_of(olga.post(path, {"again": "1"}, follow=True))
    told = [entry for entry in ledger.entries_about("settings") if "steps_left_out" in entry.facts]
    assert [entry.facts["steps_left_out"]["new"] for entry in told] == [["tracker"], []]
    assert olga.post(reverse("settings_leave_out", args=["dance"])).status_code == 404


def test_what_the_pact_would_have_made_of_the_past_is_counted_by_person_and_month(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.REPLAY = tmp_path / "replay"
    olga = browser_of(cast.found().olga)
    for name in ("keen", "cool", "buyer"):
        cast.person(f"{name}@firm-{name}.test")
    # An event stand is 30 points and 50 are ready: two make it, one does not.
    cast.act("keen@firm-keen.test", "event.attended", cast.utc("2026-02-02 10:00"), event="Expo")
    cast.act("keen@firm-keen.test", "event.attended", cast.utc("2026-02-03 10:00"), event="Fair")
    cast.act("cool@firm-cool.test", "event.attended", cast.utc("2026-02-05 10:00"), event="Expo")
    cast.act("buyer@firm-buyer.test", "page.viewed", cast.utc("2026-03-05 10:00"), path="/")
    cast.sweep(cast.utc("2026-03-06 10:00"))
    back = beginning.looked_back(now=NOW)
    assert (back.persons, back.ready, back.bought) == (3, 1, 0)
    assert [(month.begins.isoformat()[:7], month.persons) for month in back.months] == [("2026-02", 1)]
    buyer = people.person_by(Identifier(IdentityKind.EMAIL, "buyer@firm-buyer.test"))
    assert buyer is not None
    bought(buyer)
    again = beginning.looked_back(now=NOW)
    assert (again.bought, again.both, again.unforeseen) == (1, 0, (buyer,))
    asked = words_of(olga.post(reverse("settings_tick", args=["pact"]), {"look": "1"}, follow=True))
    assert "The worker looks back over everybody" in asked
    assert "Waits for the worker" in asked
    olga.post(reverse("settings_tick", args=["pact"]), {"look": "1"})
    assert [looking_back.step(NOW), looking_back.step(NOW)] == [True, False], "asked for twice, done once"
    page = words_of(olga.get(reverse("settings_start")))
    assert "The worker looks back" not in page
    assert "Of 3 persons who did something, the pact would have called 1 ready for sales." in page
    assert "1 of them became a customer; 0 of these was ready at some time." in page
    assert "Buyer" in page
    assert "You have looked at it." in words_of(olga.get(reverse("settings_start"))), "it is remembered"


def bought(person: int) -> None:
    since = cast.utc("2026-03-10 10:00")
    pursuit = RecordedPursuit(
        external="old:1", company=None, persons=(person,), type=LeadType.INBOUND, pact_version=1, stage=Stage.CUSTOMER,
        owner=None, began_at=since, ended_at=since, stages=(("customer", since),),
    )  # fmt: skip
    record_former([pursuit], identities={person: people.identities_of(person)[0]}, by=SYSTEM, now=NOW)


def done() -> frozenset[Step]:
    return beginning.begun(teams.settings(), teams.users()).done


def test_steps_are_done_by_what_is_there() -> None:
    cast.found()
    assert done() == {Step.TEAM}
    cast.ask("ann@firm.test", cast.utc("2026-03-05 10:00"))
    cast.sweep(cast.utc("2026-03-05 10:01"))
    capture.create_campaign("Autumn", by=SYSTEM, now=NOW)
    settings = replace(teams.settings(), name="Calibra")
    team.change_settings(settings, by=SYSTEM, now=NOW)
    assert done() == {Step.COMPANY, Step.TEAM, Step.HISTORY, Step.CAMPAIGN}


def test_hours_are_set_once_they_differ_from_the_usual_week() -> None:
    cast.found()
    name, usual = next(iter(teams.calendars().items()))
    team.set_calendar(name, {**usual, "holidays": "GB-ENG"}, by=SYSTEM, now=NOW)
    assert done() == {Step.HOURS, Step.TEAM}


def test_what_nothing_else_shows_is_done_once_somebody_says_so_and_no_longer_when_they_take_it_back() -> None:
    olga = browser_of(cast.found().olga)
    path = reverse("settings_tick", args=["hours"])
    assert "Mon to Fri, 09:00 to 17:30" in words_of(olga.post(path, follow=True))
    assert done() == {Step.HOURS, Step.TEAM}
    olga.post(path, {"again": "1"})
    assert done() == {Step.TEAM}
    assert olga.post(reverse("settings_tick", args=["campaign"])).status_code == 404, "a campaign shows by itself"


def test_what_is_done_or_left_out_is_not_next_and_all_settled_leaves_nothing_to_do() -> None:
    olga = browser_of(cast.found().olga)
    begun = beginning.begun(teams.settings(), teams.users())
    assert begun.next is Step.COMPANY
    assert begun.settled == {Step.TEAM}
    for step in Step:
        olga.post(reverse("settings_leave_out", args=[step]))
    begun = beginning.begun(teams.settings(), teams.users())
    assert begun.next is None
    assert begun.left_out == set(Step) - {Step.TEAM}, "what is done is not left out"
    assert "All steps are settled." in words_of(olga.get(reverse("settings_start")))


def test_today_of_who_sets_up_begins_with_the_first_steps_until_there_is_something_to_look_at() -> None:
    company = cast.found()
    olga, edda = browser_of(company.olga), browser_of(company.edda)
    today = olga.get("/")
    assert f'href="{reverse("settings_start")}#company"' in today.content.decode()
    assert "Next: Your company" in words_of(today)
    assert "Begin here" not in words_of(edda.get("/"))
    assert "first steps" not in words_of(edda.get("/"))
    with CaptureQueriesContext(connection) as asked:
        olga.get("/")
    assert len(asked) <= 12, [each["sql"][:80] for each in asked.captured_queries]
    for step in Step:
        olga.post(reverse("settings_leave_out", args=[step]))
    assert "Next:" not in words_of(olga.get("/"))
