"""Rows that are people, and the people whom rows of other kinds name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leadpact.base.criteria import Scalar
from leadpact.base.text import truncate
from leadpact.flow.importing.fields import PERSON_FACTS
from leadpact.flow.importing.lines import Line
from leadpact.flow.importing.types import Outcome, RowError
from leadpact.flow.importing.values import is_formula
from leadpact.flow.importing.work import Recipe, Work, Written, check_past
from leadpact.people import actions as owning
from leadpact.people import former
from leadpact.people.former import FormerPerson, FoundPerson
from leadpact.people.types import Identifier

LONGEST: Final = 2_000
_NOBODY: Final = "Nothing in the row says who it is: no number, no address, neither name nor telephone."
_NOBODYS: Final = "What the row says of who it is could be anybody."


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a row tells of them; `row` for what is wrong only the database can tell."""

    row: int
    identifiers: tuple[Identifier, ...]
    fields: dict[str, Scalar]
    company: str
    since: datetime
    said_at: datetime
    owner: int | None


def person_of(
    line: Line, work: Work, *, since: datetime | None, else_named: tuple[Identifier, ...] = (), channel: bool = False
) -> Person | None:
    """Return the person a row names; None, and the row is refused, where it names nobody.

    since       when they came to be known, where the row says so
    else_named  what identifies the person where the row itself does not
    channel     keep how they came to us as a fact
    """
    identifiers = line.who() or else_named
    if not identifiers:
        if not line.errors:
            line.refuse("", "no_identity", _NOBODY)
        return None
    fields: dict[str, Scalar] = {
        "name": line.name(),
        "email": line.email(),
        "phone": line.text("phone"),
        "title": line.text("title"),
        **{name: line.text(name) for name in PERSON_FACTS},
        "website": line.text("domain"),
        **line.facts(),
    }
    if channel:
        fields["lead_source"] = line.text("channel")
    owner = work.owner(line.text("owner"), line.number)
    if owner is None:
        fields["owner_name"] = line.text("owner")
    said: dict[str, Scalar] = {name: truncate(str(value), LONGEST) for name, value in fields.items() if value}
    if any(is_formula(str(value)) for value in said.values()):
        work.warn("formula", "Cells that a spreadsheet would run are kept as text and never run.", line.number)
    said_at = line.moment("changed_at") or work.now
    came = min(since or said_at, work.now)  # who is new and was changed back then has been known since
    return Person(line.number, identifiers, said, line.text("company"), came, min(said_at, work.now), owner)


def record(persons: Sequence[Person], work: Work) -> list[FoundPerson | None]:
    """Find or make the persons and note what is told; of two rows about one person the first counts."""
    known = _known(persons, work)
    told = [
        FormerPerson(
            each.identifiers, each.since, each.said_at, each.fields, each.company, fills_only=known[place] in work.met
        )
        for place, each in enumerate(persons)
    ]
    found = former.record_former(told, by=work.by, now=work.now)
    for each, who in zip(persons, found, strict=True):
        if who is not None:
            work.met.add(who.person)
            if each.owner is not None:
                owning.set_owner(who.person, each.owner, by=work.by, now=work.now)
    return found


def _known(persons: Sequence[Person], work: Work) -> list[int]:
    found = former.known([each.identifiers for each in persons])
    return [number or 0 for number in found]


def nobody(row: int) -> Written:
    """What becomes of a row whose identifiers turned out to be anybody's."""
    return Written(Outcome.REFUSED, error=RowError(row, "", "no_identity", _NOBODYS))


def _read(line: Line, work: Work) -> Person:
    since = line.moment("created_at")
    check_past(line, since, "created_at", work.now)
    person = person_of(line, work, since=since, channel=True)
    line.check()
    assert person is not None, "a row without a person is refused"
    return person


def _write(persons: Sequence[Person], work: Work) -> list[Written]:
    return [
        nobody(each.row) if who is None else Written(Outcome(who.what.value), (who.person,))
        for each, who in zip(persons, record(persons, work), strict=True)
    ]


RECIPE: Final = Recipe(_read, _write, ("created_at",))
