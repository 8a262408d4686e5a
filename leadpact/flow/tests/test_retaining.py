"""What is kept about people goes when its days are over, is counted, and leaves the ledger whole."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from leadpact.engagement import traces
from leadpact.flow import erasing, following, retaining
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import append_one, sequence
from leadpact.ledger.types import NewEntry
from leadpact.ledger.verify import verify
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.erasing import Reason
from leadpact.people.types import Identifier, IdentityKind
from leadpact.team import retention
from leadpact.team.retention import BadRetention, Rule
from leadpact.team.types import SYSTEM
from tests import cast as stage
from tests.cast import utc

pytestmark = pytest.mark.django_db
MONDAY = utc("2026-03-02 10:00")


def visitor(name: str, at: datetime = MONDAY) -> int:
    who = [Identifier(IdentityKind.ANONYMOUS, name)]
    return people.recognise(who, happened_at=at, trusted=True, by=SYSTEM, now=at).person


def test_the_address_an_act_came_from_goes_after_a_week_and_the_digest_holds() -> None:
    stage.found()
    entry = stage.act("ada@firm.example", "page.viewed", MONDAY)
    traces.note([traces.Seen(entry, 1, "203.0.113.7")], now=MONDAY)
    retaining.step(MONDAY + timedelta(days=7))
    assert traces.ips_of([entry]) == {entry: "203.0.113.7"}  # seven days are not over before they are
    assert retaining.run(now=MONDAY + timedelta(days=7, seconds=1))[Rule.IP] == 1
    assert traces.ips_of([entry]) == {}
    said = ledger.entries_about("settings", kinds=["retention.applied"])
    assert [each.facts["count"] for each in said if each.facts["rule"] == "ip"] == [1]
    assert verify().ok


def test_visitors_nobody_knows_go_after_thirteen_months_without_an_act_and_others_stay() -> None:
    stage.found()
    silent, known_one = visitor("visitor-of-long-ago"), stage.person("ada@firm.example", at=MONDAY)
    busy = visitor("visitor-of-last-week")
    later = MONDAY + timedelta(days=397)
    view(busy, later - timedelta(days=3))
    assert {each.rule: each.due for each in retaining.overview(now=later)}[Rule.ANONYMOUS] == 1
    assert retaining.run(now=later)[Rule.ANONYMOUS] == 1
    assert known.person(silent).is_erased
    assert not known.person(busy).is_erased
    assert not known.person(known_one).is_erased
    assert verify().ok


def test_a_rule_that_is_switched_off_takes_nothing() -> None:
    stage.found()
    silent = visitor("visitor-of-long-ago")
    retention.set_days({Rule.ANONYMOUS: 0}, by=SYSTEM, now=MONDAY)
    assert retaining.run(now=MONDAY + timedelta(days=3_000))[Rule.ANONYMOUS] == 0
    assert not known.person(silent).is_erased


def test_what_came_with_acts_goes_when_its_days_are_over_and_what_it_counts_stays() -> None:
    cast = stage.found()
    ada = stage.person("ada@firm.example", at=MONDAY)
    early, late = seen(ada, MONDAY), seen(ada, MONDAY + timedelta(days=5))
    following.log_activity(ada, "note.added", note="Rings back", by=cast.by(cast.ann), now=MONDAY)
    later = MONDAY + timedelta(days=32)
    while sequence():
        pass
    assert retaining.run(now=later)[Rule.RAW] == 0  # kept for ever, unless the settings say otherwise
    retention.set_days({Rule.RAW: 30}, by=SYSTEM, now=later)
    assert {each.rule: each.due for each in retaining.overview(now=later)}[Rule.RAW] == 1
    assert retaining.run(now=later)[Rule.RAW] == 1
    assert [came_with(early), came_with(late)] == [None, {"user_agent": "Mozilla/5.0"}]
    notes = [each.personal for each in ledger.entries_of(known.identities_of(ada), kinds=["note.added"])]
    assert notes == [{"note": "Rings back"}]  # our own words are no act of theirs
    assert verify().ok
    # An erasure takes what is left of it, the address of the page, and the ledger is whole still.
    erasing.begin([ada], Reason.ASKED, by=SYSTEM, now=later)
    assert [found.facts for number in (early, late) if (found := ledger.entry(number))] == [{}, {}]
    assert verify().ok


def test_a_personal_part_that_went_by_itself_is_a_fault() -> None:
    stage.found()
    number = seen(stage.person("ada@firm.example", at=MONDAY), MONDAY)
    while sequence():
        pass
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET personal = NULL WHERE id = %s", [number])
    assert [fault.code for fault in verify().faults] == ["entry_changed"]


@pytest.mark.parametrize("days", [-1, 3_661])
def test_days_have_bounds(days: int) -> None:
    with pytest.raises(BadRetention):
        retention.set_days({Rule.IP: days}, by=SYSTEM, now=MONDAY)


def seen(person: int, at: datetime) -> int:
    facts, came = {"path": "/pricing"}, {"user_agent": "Mozilla/5.0"}
    entry = NewEntry("page.viewed", at, known.identities_of(person)[0], facts=facts, personal=came)
    return append_one(entry, by=SYSTEM, now=at)


def came_with(number: int) -> object:
    found = ledger.entry(number)
    return found and found.personal


def view(person: int, at: datetime) -> None:
    identity = known.identities_of(person)[0]
    append_one(NewEntry("page.viewed", at, identity=identity), by=SYSTEM, now=at)
