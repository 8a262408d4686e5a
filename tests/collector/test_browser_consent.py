"""What a visitor says to the tracker of being followed becomes a consent: who, by which wording, when and where."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from leadpact.engagement.types import Json, SourceKind, SourceView
from leadpact.flow import arrival
from leadpact.ledger import reads as ledger
from leadpact.ledger.inbox import Inbox, open_inbox
from leadpact.people import consents
from leadpact.people import reads as people
from leadpact.people.types import ConsentView, Identifier, IdentityKind, Purpose
from leadpact.team.types import SYSTEM
from tests.collector.test_drain import NOW, event, put, source

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "postgresql")

SAID_AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings) -> Iterator[Inbox]:
    settings.INBOX_FILE = tmp_path / "inbox.sqlite3"
    opened = open_inbox()
    yield opened
    opened.close()


@pytest.fixture
def site() -> SourceView:
    return source("site", SourceKind.BROWSER)


def said(*, given: bool, version: object = None, message: str = "m1", at: str = "2026-03-10T12:00:00Z") -> Json:
    properties = {"given": given} if version is None else {"given": given, "version": version}
    return event(
        event="leadpact consent", userId=None, anonymousId="v1", messageId=message, timestamp=at, properties=properties
    )


def visitor() -> int:
    found = people.person_by(Identifier(IdentityKind.ANONYMOUS, "v1"))
    assert found is not None
    return found


def consent() -> ConsentView:
    return people.consents_of(visitor())[Purpose.WEB_TRACKING]


def test_what_was_agreed_to_in_the_browser_is_a_consent_of_that_visitor(inbox: Inbox, site: SourceView) -> None:
    consents.add_consent_text(Purpose.WEB_TRACKING, "We see what you read.", by=SYSTEM, now=NOW)
    put(inbox, site, said(given=True))
    arrival.drain(inbox, now=NOW)
    found = consent()
    assert (found.given, found.happened_at, found.source, found.text_version) == (True, SAID_AT, "tracker", 1)
    identities = people.identities_of(visitor())
    (entry,) = ledger.entries_of(identities, kinds=["consent.given"])
    (told,) = ledger.entries_of(identities, kinds=["client.leadpact consent"])
    assert entry.facts == {"purpose": "web_tracking", "text_version": 1, "source": "tracker"}
    assert (entry.identity, entry.caused_by, entry.by) == (told.identity, told.id, f"source:{site.id}")


@pytest.mark.parametrize(
    ("version", "kept"),
    [(1, 1), ("1", 1), (None, 2), (7, None), ("x", 2)],  # the one shown; the newest; none of ours; no number at all
)
def test_the_wording_is_the_one_the_site_names(
    inbox: Inbox, site: SourceView, version: object, kept: int | None
) -> None:
    for text in ("We see what you read.", "We see what you read, and count it."):
        consents.add_consent_text(Purpose.WEB_TRACKING, text, by=SYSTEM, now=NOW)
    put(inbox, site, said(given=True, version=version))
    arrival.drain(inbox, now=NOW)
    assert consent().text_version == kept


def test_without_a_wording_it_is_kept_all_the_same_and_once(inbox: Inbox, site: SourceView) -> None:
    put(inbox, site, said(given=True), said(given=True))
    arrival.drain(inbox, now=NOW)
    put(inbox, site, said(given=True))
    arrival.drain(inbox, now=NOW)
    assert consent().text_version is None
    assert len(ledger.entries_of(people.identities_of(visitor()), kinds=["consent.given"])) == 1


def test_what_is_taken_back_is_withdrawn(inbox: Inbox, site: SourceView) -> None:
    put(inbox, site, said(given=True), said(given=False, message="m2", at="2026-03-10T12:30:00Z"))
    arrival.drain(inbox, now=NOW)
    found = consent()
    assert (found.given, found.source, found.happened_at.minute) == (False, "tracker", 30)


def test_what_is_neither_yes_nor_no_is_no(inbox: Inbox, site: SourceView) -> None:
    put(inbox, site, said(given="yes"))  # type: ignore[arg-type]  # as a script may write it
    arrival.drain(inbox, now=NOW)
    assert not consent().given
