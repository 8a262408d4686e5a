"""Rows that are people who want no more mails; the address is never written to again, whoever it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.text import truncate
from leadpact.engagement import actions as engagement
from leadpact.engagement.rules_body import message_of
from leadpact.flow.importing import persons
from leadpact.flow.importing.lines import Line
from leadpact.flow.importing.persons import Person
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.work import Recipe, Work, Written, check_past
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as recorded
from leadpact.ledger.types import NewEntry
from leadpact.people import actions as people
from leadpact.people.former import FoundPerson
from leadpact.people.types import Purpose


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """A wish to get no more mails; `said_at` None: the file does not say since when."""

    row: int
    person: Person
    email: str
    said_at: datetime | None
    reason: str


def _read(line: Line, work: Work) -> Unsubscribe:
    said_at = line.moment("unsubscribed_at")
    check_past(line, said_at, "unsubscribed_at", work.now)
    email = line.email()
    if not email and not line.errors:
        line.refuse("email", "missing_email", "The row has no address.")
    person = persons.person_of(line, work, since=said_at)
    line.check()
    assert person is not None
    return Unsubscribe(line.number, person, email, said_at, line.text("reason"))


def _write(rows: Sequence[Unsubscribe], work: Work) -> list[Written]:
    found = persons.record([each.person for each in rows], work)
    source = engagement.own_source(now=work.now).id
    messages = [message_of(f"import:{work.form.source}:unsubscribed:{each.email.casefold()}") for each in rows]
    known = set(recorded.known_messages(source, set(messages)))
    answers = []
    for each, who, message in zip(rows, found, messages, strict=True):
        is_new = people.suppress(each.email, "unsubscribed", by=work.by, now=work.now)
        if who is None:  # an address that is nobody's is suppressed all the same
            answers.append(Written(Outcome.CREATED if is_new else Outcome.UNCHANGED))
            continue
        if message not in known:
            known.add(message)
            _note(each, who, source, message, work)
            is_new = True
        answers.append(Written(Outcome.CREATED if is_new else Outcome.UNCHANGED, (who.person,)))
    return answers


def _note(each: Unsubscribe, who: FoundPerson, source: int, message: bytes, work: Work) -> None:
    happened = each.said_at or work.now
    personal = {"reason": truncate(each.reason, 500)} if each.reason else None
    entry = NewEntry(
        "mail.unsubscribed", happened, who.identity, personal=personal, source=source, message=message, content=message
    )
    number = ledger.append_one(entry, by=work.by, now=work.now)
    people.withdraw_consent(
        who.person, Purpose.MAIL, source="import", happened_at=happened, by=work.by, now=work.now, caused_by=number
    )


RECIPE: Final = Recipe(_read, _write, ("unsubscribed_at",))
