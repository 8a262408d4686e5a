"""Versions of the pact: proposed, put in force, never edited."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from leadpact.ledger.reads import entries_about
from leadpact.pact import models, reads
from leadpact.pact.actions import propose, put_in_force
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.pact.errors import (
    BadPact,
    NoPact,
    NoSuchVersion,
    PactAlreadyInForce,
    PactDamaged,
    PactHasErrors,
    PactInThePast,
)
from leadpact.team.types import user_actor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HEAD = user_actor(7)
DEFAULT = default_pact_text()
STRICT = DEFAULT.replace("up: 50 ", "up: 60 ")
UPSIDE_DOWN = DEFAULT.replace("down: 25 ", "down: 75 ")


def test_a_proposed_version_keeps_its_text_and_holds_nothing_yet() -> None:
    version = propose(DEFAULT, note="To begin with", by=HEAD, now=NOW)
    assert (version.number, version.note, version.proposed_by) == (1, "To begin with", "user:7")
    assert (version.proposed_at, version.in_force_since) == (NOW, ())
    assert version.digest == parse_pact(DEFAULT).digest
    assert reads.text_of(1) == DEFAULT
    with pytest.raises(NoPact):
        reads.in_force(NOW)


def test_versions_are_counted_up_and_the_newest_text_is_not_kept_twice() -> None:
    assert [propose(text, by=HEAD, now=NOW).number for text in (DEFAULT, DEFAULT, STRICT, DEFAULT)] == [1, 1, 2, 3]
    assert [version.number for version in reads.versions()] == [3, 2, 1]
    assert [entry.kind for entry in entries_about("pact:1")] == ["pact.proposed"]


def test_a_text_that_is_no_pact_is_not_kept() -> None:
    with pytest.raises(BadPact):
        propose("name: nothing else", by=HEAD, now=NOW)
    assert reads.versions() == ()


def test_the_first_version_may_hold_from_any_time_and_later_ones_from_now_on() -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    propose(STRICT, by=HEAD, now=NOW)
    put_in_force(1, since=NOW - 900 * DAY, by=HEAD, now=NOW)
    with pytest.raises(PactInThePast):
        put_in_force(2, since=NOW - timedelta(microseconds=1), by=HEAD, now=NOW)
    put_in_force(2, since=NOW, by=HEAD, now=NOW)
    assert reads.in_force(NOW - timedelta(microseconds=1)).version == 1
    assert reads.in_force(NOW).version == 2
    assert reads.in_force(NOW).pact.ready.up == 60_000
    with pytest.raises(NoPact):
        reads.in_force(NOW - 900 * DAY - timedelta(microseconds=1))


def test_a_version_may_begin_later_and_an_old_one_may_come_back() -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    propose(STRICT, by=HEAD, now=NOW)
    put_in_force(1, since=NOW, by=HEAD, now=NOW)
    put_in_force(2, since=NOW + 7 * DAY, by=HEAD, now=NOW)
    put_in_force(1, since=NOW + 9 * DAY, by=HEAD, now=NOW + DAY)
    assert [reads.in_force(NOW + days * DAY).version for days in (0, 6, 7, 8, 9)] == [1, 1, 2, 2, 1]
    assert [(since, number) for since, number, _pact in reads.spans()] == [
        (NOW, 1), (NOW + 7 * DAY, 2), (NOW + 9 * DAY, 1),
    ]  # fmt: skip
    assert reads.version(1).in_force_since == (NOW, NOW + 9 * DAY)


def test_what_holds_already_cannot_be_put_in_force_again() -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    propose(STRICT, by=HEAD, now=NOW)
    put_in_force(1, since=NOW, by=HEAD, now=NOW)
    with pytest.raises(PactAlreadyInForce):  # the same version
        put_in_force(1, since=NOW + DAY, by=HEAD, now=NOW)
    with pytest.raises(PactAlreadyInForce):  # another one at the same moment
        put_in_force(2, since=NOW, by=HEAD, now=NOW)


def test_a_version_with_errors_may_be_proposed_but_never_comes_in_force() -> None:
    propose(UPSIDE_DOWN, by=HEAD, now=NOW)
    with pytest.raises(PactHasErrors) as caught:
        put_in_force(1, since=NOW, by=HEAD, now=NOW)
    assert [finding.code for finding in caught.value.findings] == ["down_above_up"]
    assert not models.InForce.objects.exists()
    assert [entry.kind for entry in entries_about("pact:1")] == ["pact.proposed"]


def test_kinds_and_calendars_are_checked_before_a_version_comes_in_force() -> None:
    text = DEFAULT.replace("{promise: answer, within: 4h}", "{promise: answer, within: 4h, calendar: Atlantis}")
    propose(text, by=HEAD, now=NOW)
    with pytest.raises(PactHasErrors) as caught:
        put_in_force(1, since=NOW, kinds={"page.viewed"}, by=HEAD, now=NOW)
    assert {finding.code for finding in caught.value.findings} == {"unknown_kind", "unknown_calendar"}


def test_a_moment_without_a_zone_is_refused() -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    with pytest.raises(ValueError, match="aware"):
        put_in_force(1, since=NOW.replace(tzinfo=None), by=HEAD, now=NOW)


def test_a_version_that_is_not_there_is_named() -> None:
    for ask in (reads.version, reads.text_of, reads.pact_of):
        with pytest.raises(NoSuchVersion, match="no version 9"):
            ask(9)
    with pytest.raises(NoSuchVersion):
        put_in_force(9, since=NOW, by=HEAD, now=NOW)


def test_both_steps_are_entries_with_the_digest_of_what_was_agreed() -> None:
    version = propose(DEFAULT, note="Helen’s wish", by=HEAD, now=NOW)
    since = datetime(2026, 4, 1, tzinfo=ZoneInfo("Europe/London"))
    put_in_force(1, since=since, by=HEAD, now=NOW + DAY)
    proposed, in_force = entries_about("pact:1")
    assert (proposed.kind, proposed.happened_at, proposed.by) == ("pact.proposed", NOW, "user:7")
    assert proposed.facts == {"version": 1, "digest": version.digest}
    assert (in_force.kind, in_force.happened_at) == ("pact.in_force", NOW + DAY)
    assert in_force.facts == {"version": 1, "digest": version.digest, "since": "2026-04-01T00:00:00+01:00"}


def test_a_stored_version_that_was_tampered_with_is_not_used() -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    put_in_force(1, since=NOW, by=HEAD, now=NOW)
    models.PactVersion.objects.update(document=STRICT)
    reads._pact.cache_clear()
    with pytest.raises(PactDamaged):
        reads.in_force(NOW)


def test_the_pact_in_force_costs_one_query_once_it_is_known(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    put_in_force(1, since=NOW, by=HEAD, now=NOW)
    reads.in_force(NOW)
    with django_assert_num_queries(1):
        assert reads.in_force(NOW + DAY).version == 1


def test_two_versions_are_compared_in_sentences() -> None:
    propose(DEFAULT, by=HEAD, now=NOW)
    propose(STRICT, by=HEAD, now=NOW)
    (change,) = reads.diff(1, 2)
    assert change.was == "A lead is ready for sales from 50 points on."
    assert change.now == "A lead is ready for sales from 60 points on."
