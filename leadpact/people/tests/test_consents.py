"""What a person agreed to, by which wording, and addresses we may never write to."""

from datetime import UTC, datetime, timedelta

import pytest

from leadpact.ledger import reads as ledger
from leadpact.people import actions, reads
from leadpact.people.errors import NoConsentText
from leadpact.people.models import Suppression
from leadpact.people.types import PersonFields, Purpose
from leadpact.team.types import SYSTEM

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ada() -> int:
    fields = PersonFields(email="Ada@acme.test")
    return actions.create_person(fields, [], by=SYSTEM, now=NOON, happened_at=NOON).person


def give(person: int, purpose: Purpose = Purpose.MAIL, version: int | None = None, at: datetime = NOON) -> int:
    return actions.give_consent(
        person, purpose, text_version=version, source="form contact", happened_at=at, by=SYSTEM, now=NOON
    )


def withdraw(person: int, at: datetime, purpose: Purpose = Purpose.MAIL) -> int:
    return actions.withdraw_consent(person, purpose, source="link in a mail", happened_at=at, by=SYSTEM, now=NOON)


def test_nobody_is_written_to_who_has_not_agreed(ada: int) -> None:
    assert not reads.may_mail(ada)
    give(ada, Purpose.PROFILING)
    assert not reads.may_mail(ada)
    give(ada)
    assert reads.may_mail(ada)
    assert not reads.may_mail(ada, Purpose.MAIL_TRACKING)


def test_the_newest_word_holds_by_when_it_was_said_not_when_we_heard_it(ada: int) -> None:
    withdraw(ada, NOON + 2 * HOUR)
    give(ada, at=NOON + HOUR)  # heard later, said before
    assert not reads.may_mail(ada)
    give(ada, at=NOON + 3 * HOUR)
    assert reads.may_mail(ada)


def test_a_consent_keeps_the_wording_it_was_given_by(ada: int) -> None:
    first = actions.add_consent_text(Purpose.MAIL, "Write to me.", by=SYSTEM, now=NOON)
    same = actions.add_consent_text(Purpose.MAIL, "Write to me.", by=SYSTEM, now=NOON)
    second = actions.add_consent_text(Purpose.MAIL, "Write to me monthly.", by=SYSTEM, now=NOON)
    assert (first, same, second) == (1, 1, 2)
    entry = give(ada, version=1)
    assert reads.consents_of(ada)[Purpose.MAIL].text_version == 1
    newest, older = reads.consent_text(Purpose.MAIL), reads.consent_text(Purpose.MAIL, 1)
    assert newest is not None
    assert older is not None
    assert (newest.text, older.text) == ("Write to me monthly.", "Write to me.")
    stored = ledger.entry(entry)
    assert stored is not None
    assert stored.facts == {"purpose": "mail", "text_version": 1, "source": "form contact"}
    with pytest.raises(NoConsentText):
        give(ada, version=3)


def test_partners_see_a_story_only_while_a_consent_names_them(ada: int) -> None:
    plain = actions.add_consent_text(Purpose.PROFILING, "Remember me.", by=SYSTEM, now=NOON)
    naming = actions.add_consent_text(
        Purpose.PROFILING, "Remember me, your partners too.", names_partners=True, by=SYSTEM, now=NOON
    )
    give(ada, Purpose.PROFILING, plain)
    assert not reads.consent_names_partners(ada)
    give(ada, Purpose.PROFILING, naming, NOON + HOUR)
    assert reads.consent_names_partners(ada)
    withdraw(ada, NOON + 2 * HOUR, Purpose.PROFILING)
    assert not reads.consent_names_partners(ada)


def test_do_not_score_me_is_an_objection_and_ends_the_consent(ada: int) -> None:
    give(ada, Purpose.PROFILING)
    actions.object_to_profiling(ada, source="form", happened_at=NOON + HOUR, by=SYSTEM, now=NOON)
    assert not reads.consents_of(ada)[Purpose.PROFILING].given
    kinds = [entry.kind for entry in ledger.entries_of(reads.identities_of(ada), since=NOON + HOUR)]
    assert kinds == ["objection.raised", "consent.withdrawn"]


def test_a_suppressed_address_is_never_written_to_in_whatever_spelling(ada: int) -> None:
    give(ada)
    assert actions.suppress(" ADA@ACME.test", "complaint", by=SYSTEM, now=NOON)
    assert not actions.suppress("ada@acme.test", "complaint", by=SYSTEM, now=NOON)
    assert reads.is_suppressed("ada@acme.TEST")
    assert not reads.may_mail(ada)
    assert not reads.is_suppressed("bob@acme.test")
    assert b"acme" not in bytes(Suppression.objects.get().address_digest)
    assert actions.lift_suppression("ada@acme.test", by=SYSTEM, now=NOON)
    assert reads.may_mail(ada)


def test_a_suppression_outlives_a_change_of_the_address_shown(ada: int) -> None:
    give(ada)
    actions.suppress("ada@acme.test", "hard bounce", by=SYSTEM, now=NOON)
    actions.change_person(ada, {"email": "ada@new.test"}, happened_at=NOON + HOUR, by=SYSTEM, now=NOON)
    assert not reads.may_mail(ada)  # one of theirs may not be written to: somebody has to look
