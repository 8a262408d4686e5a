"""Bot verdicts on a small company: what comes in is judged, and the past by another version."""

from datetime import timedelta

import pytest

from leadpact.engagement import actions as engagement
from leadpact.engagement import judging as verdicts
from leadpact.engagement.bots import Rule
from leadpact.engagement.errors import AlreadyJudging, UnknownRules
from leadpact.engagement.reads import acts_of, voided
from leadpact.flow import judging
from leadpact.ledger import actions as ledger
from leadpact.ledger import erasing
from leadpact.ledger import reads as entries
from leadpact.ledger.types import NewEntry
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import reads as scoring
from leadpact.team.types import SYSTEM
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

ANNA = "anna@north.example"
TEN = utc("2026-03-02 10:00")


@pytest.fixture
def house(db: None) -> Cast:
    return cast.found()


def write(kind: str, seconds: float, *, agent: str = "", **facts: str | int) -> int:
    """Let something happen so many seconds after ten; returns the entry."""
    at = TEN + timedelta(seconds=seconds)
    whom = [Identifier(IdentityKind.EMAIL, ANNA)]
    seen = people.recognise(whom, happened_at=at, trusted=True, by=SYSTEM, now=at)
    personal = {"user_agent": agent} if agent else None
    entry = ledger.append_one(NewEntry(kind, at, seen.identity, facts=facts, personal=personal), by=SYSTEM, now=at)
    ledger.sequence()
    return entry


def last_word(entry: int) -> tuple[str, str, object]:
    said = [
        each
        for each in entries.entries_of(known.identities_of(anna()), kinds=["event.voided", "event.restored"])
        if each.facts["entry"] == entry
    ]
    return said[-1].kind, said[-1].facts["reason"], said[-1].facts.get("rules")


def anna() -> int:
    found = known.person_by(Identifier(IdentityKind.EMAIL, ANNA))
    assert found is not None
    return found


def test_a_machines_hit_stays_and_does_not_count_and_looking_again_changes_nothing(house: Cast) -> None:
    person = cast.person(ANNA)
    bot = write("page.viewed", 0, agent="Barracuda", path="/pricing")
    human = write("page.viewed", 9, agent="Mozilla/5.0 (Macintosh) Safari/605", path="/pricing")
    assert judging.step(TEN)
    assert not judging.step(TEN)
    assert voided([bot, human]) == {bot}
    assert entries.entry(bot) is not None
    assert last_word(bot) == ("event.voided", "bot:scanner", 1)
    assert [act.entry for act in acts_of(known.identities_of(person))] == [human]
    assert scoring.is_anybody_due(TEN)


def test_what_shows_only_with_the_last_click_is_found_with_it(house: Cast) -> None:
    cast.person(ANNA)
    write("mail.sent", 0, message="March", links=2)
    first = write("mail.clicked", 60, message="March", link="https://x/1")
    judging.step(TEN)
    assert voided([first]) == set()
    second = write("mail.clicked", 60.5, message="March", link="https://x/2")
    judging.step(TEN)
    assert voided([first, second]) == {first, second}


def test_what_somebody_decided_by_hand_is_never_judged_again(house: Cast) -> None:
    cast.person(ANNA)
    bot, plain = write("page.viewed", 0, agent="Barracuda"), write("page.viewed", 60, agent="Mozilla/5.0 Firefox")
    judging.step(TEN)
    engagement.restore(bot, "it is our own test", by=house.by(house.olga), now=TEN)
    engagement.void(plain, "a colleague", by=house.by(house.olga), now=TEN)
    done = judging.judge_past(2, since=None, by=SYSTEM, now=TEN)
    assert (done.voided, done.restored) == (0, 0)
    assert voided([bot, plain]) == {plain}


def test_another_version_voids_and_restores_and_says_so_before(house: Cast) -> None:
    person = cast.person(ANNA)
    program = write("page.viewed", 0, agent="python-requests/2")
    judging.step(TEN)
    would = judging.preview(2, now=TEN)
    assert (would.voided, would.restored, would.persons, would.is_whole) == (1, 0, 1, True)
    assert [(change.entry, change.rule) for change in would.changes] == [(program, Rule.SCANNER)]
    assert voided([program]) == set()
    judging.judge_past(2, since=None, by=house.by(house.olga), now=TEN)
    assert last_word(program) == ("event.voided", "bot:scanner", 2)
    later = write("page.viewed", 60, agent="curl/8")
    judging.step(TEN)
    assert voided([later]) == {later}  # new hits by the same version
    back = judging.judge_past(1, since=TEN + timedelta(seconds=30), by=SYSTEM, now=TEN)
    assert (back.voided, back.restored) == (0, 1)
    assert voided([program, later]) == {program}
    assert last_word(later) == ("event.restored", "bot:cleared", 1)
    assert person in known.persons([person])


def test_judging_the_past_goes_on_where_it_was_cut_short(house: Cast) -> None:
    cast.person(ANNA)
    hits = [write("page.viewed", 60 * n, agent="wget/1") for n in range(4)]
    judging.step(TEN)
    verdicts.begin(2, by=SYSTEM, now=TEN)
    with pytest.raises(AlreadyJudging):
        verdicts.begin(1, by=SYSTEM, now=TEN)
    while verdicts.go_on(now=TEN, limit=2) and (running := verdicts.running()):
        assert running.finished_at is None
    (done,) = verdicts.judgings()
    assert done.voided == 4
    assert done.share == 100
    assert voided(hits) == set(hits)
    assert len(list(entries.entries_of(known.identities_of(anna()), kinds=["event.voided"]))) == 4


def test_a_verdict_whose_ground_is_forgotten_stays(house: Cast) -> None:
    cast.person(ANNA)
    bot = write("page.viewed", 0, agent="python-requests/2")
    judging.judge_past(2, since=None, by=SYSTEM, now=TEN)
    erasing.erase(known.identities_of(anna()), by=SYSTEM, now=TEN)
    assert judging.judge_past(1, since=None, by=SYSTEM, now=TEN).restored == 0
    assert voided([bot]) == {bot}


def test_the_preview_says_who_would_be_ready(house: Cast) -> None:
    person = cast.person(ANNA)
    for n in range(20):
        write("page.viewed", 86_400 * 0.5 * n, agent="python-requests/2", path="/pricing")
        write("asset.downloaded", 86_400 * 0.5 * n + 60, agent="python-requests/2", asset="price list")
    now = TEN + timedelta(days=10)
    is_ready = scoring.why(person, now).is_ready
    would = judging.preview(2, now=now)
    assert would.lost == ((person,) if is_ready else ())
    assert would.gained == ()
    assert is_ready


def test_an_unknown_version_is_refused(house: Cast) -> None:
    with pytest.raises(UnknownRules):
        judging.preview(99, now=TEN)
