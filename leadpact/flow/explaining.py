"""Why: one shape of reasons for a score, a route and a deadline, and the chain of what caused an entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.promises import reads as promises
from leadpact.scoring import reads as scoring
from leadpact.team import reads as team

LONGEST: Final = 100  # links of a chain that are followed
_OF_SCORE: Final = frozenset({"lead.qualified", "lead.cooled"})
_OF_DEADLINE: Final = frozenset({"promise.made", "promise.kept", "promise.missed"})


@dataclass(frozen=True)
class Reason:
    """One reason.

    kind     score, routing or deadline
    points   of a score, in milli-points; the reasons of a score add up to it
    seconds  of a deadline: working time in one stretch; the stretches add up to the time used
    entry    the entry it rests on
    since, until   of an act's points: from the act until they end; of a deadline: the stretch
    """

    kind: str
    says: str
    points: int | None = None
    seconds: int | None = None
    entry: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Explanation:
    """An entry, what caused it, the nearest cause first, and the reasons of the decision it stands for."""

    entry: StoredEntry
    chain: tuple[StoredEntry, ...]
    reasons: tuple[Reason, ...]


def explain(entry: StoredEntry) -> Explanation:
    """Return why an entry was written.

    A score is told as it was true at the entry's moment, by what is known today; reasons is empty for what is no
    decision of ours: there the chain says it all.
    """
    return Explanation(entry, _chain(entry), _reasons(entry))


def person_of(entry: StoredEntry) -> int | None:
    """Return whom an entry is about, by identity or by the hand-over it belongs to; None: nobody."""
    if entry.identity is not None:
        return people.persons_of_identities([entry.identity]).get(entry.identity)
    kind, _colon, number = entry.about.partition(":")
    return handover.pursuit(int(number)).persons[0] if kind == "pursuit" else None


def _chain(entry: StoredEntry) -> tuple[StoredEntry, ...]:
    found: list[StoredEntry] = []
    number, seen = entry.caused_by, {entry.id}
    while number is not None and number not in seen and len(found) < LONGEST:
        cause = ledger.entry(number)
        if cause is None:
            break
        seen.add(number)
        found.append(cause)
        number = cause.caused_by
    return tuple(found)


def _reasons(entry: StoredEntry) -> tuple[Reason, ...]:
    if entry.kind in _OF_SCORE:
        return _of_score(entry)
    if entry.kind == "lead.offered":
        return _of_route(entry)
    return _of_deadline(entry) if entry.kind in _OF_DEADLINE else ()


def _of_score(entry: StoredEntry) -> tuple[Reason, ...]:
    person = person_of(entry)
    if person is None:
        return ()
    verdict = scoring.why(person, entry.happened_at)
    return tuple(
        Reason("score", each.rule, each.points, entry=each.event, since=each.happened_at, until=each.expires_at)
        for each in verdict.reasons
    )


def _of_route(entry: StoredEntry) -> tuple[Reason, ...]:
    """By which rule the lead went to whom, and who was passed over and why."""
    kind, _colon, number = entry.about.partition(":")
    offers = handover.offers_of(int(number)) if kind == "pursuit" else []
    made = next((each for each in offers if each.entry == entry.id), None)
    if made is None:
        return ()
    names = {each.id: each.name for each in team.users()}
    to = names.get(made.user or 0) or _("the team's queue")
    chosen = _("To %(to)s by the rule: %(rule)s.") % {"to": to, "rule": made.rule}
    passed = [
        _("%(who)s was passed over as %(rule)s: %(why)s.") % {**each, "who": names.get(each["user"], "")}
        for each in made.route.get("passed_over", ())
    ]
    return tuple(Reason("routing", says) for says in (chosen, *passed))


def _of_deadline(entry: StoredEntry) -> tuple[Reason, ...]:
    promise = promises.of_key(str(entry.facts.get("key", "")))
    if promise is None:
        return ()
    until = entry.happened_at if entry.kind != "promise.made" else None
    receipt = promises.receipt(promise.id, now=until)
    words = {"amount": promise.amount, "calendar": promise.calendar.name, "due": promise.due_at.isoformat()}
    rule = _("%(amount)s, counted by the calendar “%(calendar)s”: due at %(due)s.") % words
    lines = (
        Reason(
            "deadline", _("The clock ran on %(day)s.") % {"day": line.day.isoformat()},
            seconds=int(line.used.total_seconds()), since=line.since, until=line.until,
        )
        for line in receipt.lines
    )  # fmt: skip
    return (Reason("deadline", rule, entry=promise.made_entry), *lines)
