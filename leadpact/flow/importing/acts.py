"""Rows that are acts of people: events, and the form behind a lead of today.  Each is an entry, once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.text import fold, truncate
from leadpact.capture import touches
from leadpact.capture.types import Seen
from leadpact.engagement import actions as engagement
from leadpact.engagement.kinds import ACTS, CLIENT, KINDS
from leadpact.engagement.rules_body import content_of, message_of
from leadpact.engagement.rules_facts import standard_properties
from leadpact.flow.importing import persons
from leadpact.flow.importing.lines import Line, digest_of
from leadpact.flow.importing.persons import Person
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.work import Recipe, Work, Written, check_past
from leadpact.ledger import actions as ledger
from leadpact.ledger import reads as recorded
from leadpact.ledger.types import NewEntry
from leadpact.people.former import FoundPerson

LONGEST_KIND: Final = 80
_BY_LABEL: Final = {fold(KINDS[name].label): name for name in ACTS}


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did.  `number` makes it the same act when it comes again."""

    kind: str
    happened_at: datetime
    properties: Mapping[str, str | int | bool]
    number: str


@dataclass(frozen=True, slots=True)
class Event:
    """An act as a row of its own."""

    row: int
    person: Person
    act: Act


def of_lead(line: Line, person: Person, since: datetime, external: str) -> Act:
    """Return the form that a lead of today stands for, with the campaign it came by."""
    said = {"form": line.text("form"), "campaign": line.text("campaign"), "utm_source": line.text("channel")}
    properties = {name: truncate(value, 500) for name, value in said.items() if value}
    return Act("form.submitted", since, {**properties, **line.properties()}, f"{external}:form")


def kind_of(text: str) -> str | None:
    """Return the kind that a file's word for an act stands for; None for one that we alone write."""
    word = text.strip()
    if word in ACTS or (word.startswith(CLIENT) and len(word) > len(CLIENT)):
        return word
    if found := _BY_LABEL.get(fold(word)):
        return found
    return None if word in KINDS else f"{CLIENT}{word}"


def record(acts: Sequence[tuple[int, Act, FoundPerson]], work: Work) -> dict[int, Outcome]:
    """Write acts that are not there yet; returns by row what became of it."""
    if not acts:
        return {}
    source = engagement.own_source(now=work.now).id
    messages = {row: message_of(f"import:{work.form.source}:{act.number}") for row, act, _who in acts}
    known = set(recorded.known_messages(source, set(messages.values())))
    entries, done = [], dict[int, Outcome]()
    for row, act, who in acts:
        if messages[row] in known:
            done[row] = Outcome.UNCHANGED
            continue
        known.add(messages[row])
        entries.append(_entry(act, who.identity, source, messages[row]))
        done[row] = Outcome.CREATED
    ledger.append(entries, by=work.by, now=work.now)
    touches.note(Seen(each.identity, each.kind, each.happened_at, each.facts) for each in entries if each.identity)
    return done


def _entry(act: Act, identity: int, source: int, message: bytes) -> NewEntry:
    event: dict[str, object] = {"type": "track", "event": act.kind, "properties": dict(act.properties)}
    standard = standard_properties(event, act.kind)
    return NewEntry(
        act.kind,
        act.happened_at,
        identity,
        facts=standard.facts,
        personal={"raw": event, **standard.queries},
        source=source,
        message=message,
        content=content_of(event),
    )


def _read(line: Line, work: Work) -> Event:
    happened = line.moment("happened_at")
    check_past(line, happened, "happened_at", work.now)
    if happened is None and not line.errors:
        line.refuse("happened_at", "missing_time", "The row does not say when it happened.")
    kind = _kind(line)
    person = persons.person_of(line, work, since=happened)
    properties = _properties(line)
    line.check()
    assert person is not None
    assert happened is not None
    assert kind is not None
    said = json.dumps(properties, sort_keys=True)
    who = "|".join(f"{each.kind}:{each.source}:{each.value.casefold()}" for each in person.identifiers)
    number = line.text("message_id") or digest_of(kind, who, happened.isoformat(), said)
    return Event(line.number, person, Act(kind, happened, properties, number))


def _kind(line: Line) -> str | None:
    text = line.text("event")
    if not text:
        line.refuse("event", "missing_kind", "The row does not say what happened.")
        return None
    kind = kind_of(text)
    if kind is None:
        line.refuse("event", "reserved_kind", f"{truncate(text, 80)} is written by Leadpact alone.")
    elif len(kind) > LONGEST_KIND or not kind.isprintable():
        line.refuse("event", "bad_kind", f"A kind is printable and up to {LONGEST_KIND} letters.")
    return kind


def _properties(line: Line) -> dict[str, str | int | bool]:
    found: dict[str, str | int | bool] = {}
    text = line.text("properties")
    if text:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            line.refuse("properties", "bad_properties", "The properties are no JSON object.")
            return {}
        found |= {str(name): value for name, value in said.items() if isinstance(value, str | int | bool)}
    if line.text("campaign"):
        found["campaign"] = line.text("campaign")
    for name, value in line.properties().items():
        found[name] = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else value
    return found


def _write(events: Sequence[Event], work: Work) -> list[Written]:
    found = persons.record([each.person for each in events], work)
    pairs = [(each.row, each.act, who) for each, who in zip(events, found, strict=True) if who is not None]
    done = record(pairs, work)
    return [
        persons.nobody(each.row) if who is None else Written(done[each.row], (who.person,), has_acted=True)
        for each, who in zip(events, found, strict=True)
    ]


RECIPE: Final = Recipe(_read, _write, ("happened_at",))
