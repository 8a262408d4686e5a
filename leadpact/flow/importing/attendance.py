"""Rows that are people who registered for a webinar or an event, and whether they came.

Who left and came back has a row for each time: that is one attendance, with the minutes of all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.text import fold, truncate
from leadpact.flow.importing import acts, persons
from leadpact.flow.importing.acts import Act
from leadpact.flow.importing.lines import Line, digest_of
from leadpact.flow.importing.persons import Person
from leadpact.flow.importing.types import Outcome
from leadpact.flow.importing.values import NotATime, moment_of, yes_or_no
from leadpact.flow.importing.work import Recipe, Work, Written, check_past


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person at one webinar or event: registered, there, or both."""

    row: int
    person: Person
    acts: tuple[Act, ...]


def _read(line: Line, work: Work) -> Attendance:
    about = line.form.layout.about
    topic = truncate(line.text("topic") or about.get("topic", ""), 500)
    registered, joined = line.moment("registered_at"), line.moment("joined_at")
    check_past(line, registered, "registered_at", work.now)
    check_past(line, joined, "joined_at", work.now)
    said = line.text("attended")
    came = yes_or_no(said) if said else joined is not None
    began = joined or _began(line)
    if came and began is None and registered is None and not line.errors:
        line.refuse("joined_at", "missing_time", "The row does not say when it was.")
    person = persons.person_of(line, work, since=registered or began)
    line.check()
    assert person is not None
    is_webinar = "minutes" in line.form.places or "joined_at" in line.form.places
    key = digest_of(fold(about.get("id", "")), fold(topic))
    who = "|".join(f"{each.kind}:{each.source}:{each.value.casefold()}" for each in person.identifiers)
    done = []
    if registered is not None and is_webinar:
        done.append(Act("webinar.registered", registered, _said("webinar", topic), f"registered:{key}:{who}"))
    if came and (at := began or registered) is not None:
        said_of = _said("webinar" if is_webinar else "event", topic)
        minutes = work.minutes(line)
        if is_webinar and minutes is not None:
            said_of["minutes"] = minutes
        kind = "webinar.attended" if is_webinar else "event.attended"
        done.append(Act(kind, min(at, work.now), said_of, f"attended:{key}:{who}"))
    return Attendance(line.number, person, tuple(done))


def _began(line: Line) -> datetime | None:
    """Return when the whole began, where the report says so above its people."""
    try:
        return moment_of(line.form.layout.about["start"], line.form.dates, line.form.zone)
    except (KeyError, NotATime):
        return None


def _said(name: str, topic: str) -> dict[str, str | int | bool]:
    return {name: topic} if topic else {}


def _write(rows: Sequence[Attendance], work: Work) -> list[Written]:
    found = persons.record([each.person for each in rows], work)
    told = [
        (each.row * 2 + place, act, who)
        for each, who in zip(rows, found, strict=True)
        if who is not None
        for place, act in enumerate(each.acts)
    ]
    done = acts.record(told, work)
    answers = []
    for each, who in zip(rows, found, strict=True):
        if who is None:
            answers.append(persons.nobody(each.row))
            continue
        parts = [done[each.row * 2 + place] for place in range(len(each.acts))]
        what = Outcome.CREATED if Outcome.CREATED in parts else Outcome(who.what.value)
        acted = Outcome.CREATED in parts
        answers.append(Written(what, (who.person,), has_acted=acted))
    return answers


RECIPE: Final = Recipe(_read, _write, ("joined_at", "registered_at"))
