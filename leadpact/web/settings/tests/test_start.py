"""The first hour: what is done, what is left out, and what the pact would have made of the past."""

from dataclasses import replace

import pytest
from django.urls import reverse

from leadpact.capture import actions as capture
from leadpact.flow import beginning
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
    assert "Each can be left out" in words_of(page)
    path = reverse("settings_leave_out", args=["tracker"])
    assert "left out" in words_of(olga.post(path, follow=True))
    assert "Take it up again" not in words_of(olga.post(path, {"again": "1"}, follow=True))
    told = [entry for entry in ledger.entries_about("settings") if "steps_left_out" in entry.facts]
    assert [entry.facts["steps_left_out"]["new"] for entry in told] == [["tracker"], []]
    assert olga.post(reverse("settings_leave_out", args=["dance"])).status_code == 404


def test_what_the_pact_would_have_made_of_the_past_is_counted_by_person_and_month() -> None:
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
    assert (back.persons, back.ready, back.bought, back.is_all) == (3, 1, 0, True)
    assert [(month.begins.isoformat()[:7], month.persons) for month in back.months] == [("2026-02", 1)]
    buyer = people.person_by(Identifier(IdentityKind.EMAIL, "buyer@firm-buyer.test"))
    assert buyer is not None
    bought(buyer)
    again = beginning.looked_back(now=NOW)
    assert (again.bought, again.both, again.unforeseen) == (1, 0, (buyer,))
    page = words_of(olga.get(reverse("settings_start"), {"look": "1"}))
    assert "Of 3 persons who did something, the pact would have called 1 ready for sales." in page
    assert "1 of them became a customer; 0 of these was ready at some time." in page
    assert "Buyer" in page


def bought(person: int) -> None:
    since = cast.utc("2026-03-10 10:00")
    pursuit = RecordedPursuit(
        external="old:1", company=None, persons=(person,), type=LeadType.INBOUND, pact_version=1, stage=Stage.CUSTOMER,
        owner=None, began_at=since, ended_at=since, stages=(("customer", since),),
    )  # fmt: skip
    record_former([pursuit], identities={person: people.identities_of(person)[0]}, by=SYSTEM, now=NOW)


def test_steps_are_done_by_what_is_there() -> None:
    cast.found()
    assert beginning.done() == {Step.TEAM}
    cast.ask("ann@firm.test", cast.utc("2026-03-05 10:00"))
    cast.sweep(cast.utc("2026-03-05 10:01"))
    capture.create_campaign("Autumn", by=SYSTEM, now=NOW)
    settings = replace(teams.settings(), name="Calibra")
    team.change_settings(settings, by=SYSTEM, now=NOW)
    assert beginning.done() == {Step.COMPANY, Step.TEAM, Step.HISTORY, Step.CAMPAIGN}


def test_hours_are_set_once_they_differ_from_the_usual_week() -> None:
    cast.found()
    name, usual = next(iter(teams.calendars().items()))
    team.set_calendar(name, {**usual, "holidays": "GB-ENG"}, by=SYSTEM, now=NOW)
    assert beginning.done() == {Step.HOURS, Step.TEAM}
