"""Which acts a score is made of: late ones, those of a linked device, those of a person merged into another."""

from datetime import timedelta

import pytest

from leadpact.flow import adding, arrival, merging
from leadpact.ledger.inbox import open_inbox
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads
from leadpact.team.types import SYSTEM
from tests import cast

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = cast.utc("2026-03-02 10:00"), cast.utc("2026-03-03 10:00")
WEDNESDAY, THURSDAY = cast.utc("2026-03-04 10:00"), cast.utc("2026-03-05 10:00")
HANNAH = Identifier(IdentityKind.EMAIL, "hannah@northgate.example")


def score_of(person: int) -> int:
    scoring.mark_due([person], at=THURSDAY)
    cast.sweep(THURSDAY)
    standing = reads.standing(person)
    assert standing is not None
    return standing.score


def test_what_is_heard_of_late_counts_as_much_as_what_was_heard_at_once() -> None:
    cast.found()
    cast.act(HANNAH.value, "webinar.attended", WEDNESDAY, webinar="audits")  # 20 points
    cast.act(HANNAH.value, "asset.downloaded", MONDAY, asset="guide")  # 5, written down after the webinar
    person = known.person_by(HANNAH)
    assert person is not None
    assert score_of(person) == 25_000


def test_what_was_done_on_a_device_before_it_was_linked_counts() -> None:
    cast.found()
    visit: dict[str, object] = {
        "type": "track",
        "event": "asset.downloaded",
        "properties": {"asset": "guide"},
        "anonymousId": "phone",
    }
    arrival.accept([visit], channel="test", now=MONDAY)
    arrival.drain(open_inbox(), now=MONDAY)
    cast.act(HANNAH.value, "webinar.attended", TUESDAY, webinar="audits")
    link: dict[str, object] = {"type": "identify", "anonymousId": "phone", "traits": {"email": HANNAH.value}}
    arrival.accept([link], channel="test", now=WEDNESDAY)
    arrival.drain(open_inbox(), now=WEDNESDAY)
    person = known.person_by(HANNAH)
    assert person is not None
    assert score_of(person) == 25_000


def test_the_resets_of_a_merged_person_are_those_of_the_survivor() -> None:
    cast.found()
    kept, other = cast.person("h.weber@northgate.example"), cast.person(HANNAH.value)
    entry = cast.act(HANNAH.value, "webinar.attended", MONDAY, webinar="audits")
    scoring.reset(other, why="recycled", happened_at=TUESDAY, entry=entry, now=TUESDAY)
    cast.act(HANNAH.value, "asset.downloaded", WEDNESDAY, asset="guide")
    people.merge(kept, other, happened_at=WEDNESDAY, by=SYSTEM, now=WEDNESDAY)
    assert score_of(kept) == 5_000  # the webinar lies before the reset


def of_companies() -> str:
    """The default pact, in which what colleagues do counts."""
    pact = default_pact_text().replace("- name: engagement\n", "- name: engagement\n    account: true\n", 1)
    assert [score.account for score in parse_pact(pact).engagement] == [True]
    return pact


def scores(*persons: int) -> list[int]:
    """The points of each as the worker left them: nobody asks for anybody to be judged again."""
    found = reads.standings(persons)
    return [found[person].score if person in found else 0 for person in persons]


def test_what_a_colleague_does_counts_at_once_where_the_pact_counts_companies() -> None:
    cast.found(pact=of_companies())
    hannah, weber = cast.person(HANNAH.value), cast.person("h.weber@northgate.example")
    stranger = cast.person("i.silva@clyde.example")
    cast.act("h.weber@northgate.example", "webinar.attended", MONDAY, webinar="audits")
    cast.sweep(MONDAY)
    assert scores(hannah, weber, stranger) == [20_000, 20_000, 0]
    # It stops counting for those at the company that was left.
    adding.correct_person(weber, {"company": known.person(stranger).company_name}, by=SYSTEM, now=TUESDAY)
    cast.sweep(TUESDAY)
    assert scores(hannah, weber, stranger) == [0, 20_000, 20_000]


def test_a_merge_with_somebody_of_another_company_is_seen_by_the_colleagues_of_both() -> None:
    cast.found(pact=of_companies())
    hannah, mate = cast.person(HANNAH.value), cast.person("m.ito@northgate.example")
    silva, other = cast.person("i.silva@clyde.example"), cast.person("o.braun@clyde.example")
    cast.act("i.silva@clyde.example", "webinar.attended", MONDAY, webinar="audits")
    cast.sweep(MONDAY)
    assert scores(hannah, mate, silva, other) == [0, 0, 20_000, 20_000]
    merging.merge(hannah, silva, by=SYSTEM, now=TUESDAY)
    cast.sweep(TUESDAY)
    assert scores(hannah, mate, other) == [20_000, 20_000, 0]
    merging.unmerge(silva, by=SYSTEM, now=WEDNESDAY)
    cast.sweep(WEDNESDAY)
    assert scores(hannah, mate, silva, other) == [0, 0, 20_000, 20_000]


def test_what_a_clock_ahead_of_ours_dated_is_judged_when_it_is_then() -> None:
    """A collector on another machine dates an act three seconds from now."""
    cast.found()
    hannah, ahead = cast.person(HANNAH.value), MONDAY + timedelta(seconds=3)
    cast.act(HANNAH.value, "webinar.attended", ahead, webinar="audits")
    scoring.mark_due([hannah], at=MONDAY)
    cast.sweep(MONDAY)
    assert scores(hannah) == [0]
    cast.sweep(ahead)
    assert scores(hannah) == [20_000]


def test_the_colleagues_of_a_large_company_wait_a_while_and_no_sweep_takes_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast.found(pact=of_companies())
    staff = [cast.person(f"p{number}@northgate.example") for number in range(6)]
    monkeypatch.setattr(scoring, "_FEW", 5)
    monkeypatch.setattr(scoring, "_MOST_COLLEAGUES", 18)  # three of a company of six
    cast.act("p0@northgate.example", "webinar.attended", MONDAY, webinar="audits")
    assert scoring.sweep(now=MONDAY) == [staff[0]]
    assert scores(*staff) == [20_000, 0, 0, 0, 0, 0]
    waited = MONDAY + timedelta(milliseconds=2 * 6**2)  # twice the square of how many they are
    assert scoring.sweep(now=waited - timedelta(milliseconds=1)) == []
    # Another act of the same day puts nobody off who waits already.
    cast.act("p0@northgate.example", "page.viewed", MONDAY + timedelta(milliseconds=30), path="/")
    assert [len(scoring.sweep(now=waited)) for _ in range(3)] == [3, 3, 0]
    assert scores(*staff) == [21_000] * 6
