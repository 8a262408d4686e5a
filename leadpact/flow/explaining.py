"""Why: one shape of reasons for a score, a route and a deadline, and the chain of what caused an entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.promises import reads as promises
from leadpact.promises.types import PromiseView
from leadpact.scoring import reads as scoring
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings, Member

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
    promise: PromiseView | None = None


@dataclass(frozen=True)
class Known:
    """What whoever asks has read already, so that it is not asked again."""

    person: PersonView | None
    members: Mapping[int, Member]
    settings: CompanySettings


def explain(entry: StoredEntry, known: Known | None = None) -> Explanation:
    """Return why an entry was written.

    known  what was read of the person it is about, and of our side

    A score is told as it was true at the entry's moment, by what is known today; reasons is empty for what is no
    decision of ours: there the chain says it all.
    """
    promise = promises.of_key(str(entry.facts.get("key", ""))) if entry.kind in _OF_DEADLINE else None
    reasons = _of_deadline(entry, promise) if promise is not None else _reasons(entry, known)
    return Explanation(entry, tuple(ledger.causes_of(entry, limit=LONGEST)), reasons, promise)


def person_of(entry: StoredEntry) -> int | None:
    """Return whom an entry is about, by identity or by the hand-over it belongs to; None: nobody."""
    if entry.identity is not None:
        return people.persons_of_identities([entry.identity]).get(entry.identity)
    kind, _colon, number = entry.about.partition(":")
    return handover.pursuit(int(number)).persons[0] if kind == "pursuit" else None


def _reasons(entry: StoredEntry, known: Known | None) -> tuple[Reason, ...]:
    if entry.kind in _OF_SCORE:
        return _of_score(entry, known)
    return _of_route(entry, known) if entry.kind == "lead.offered" else ()


def _of_score(entry: StoredEntry, known: Known | None) -> tuple[Reason, ...]:
    if known is not None and known.person is not None:
        verdict = scoring.why_of(known.person, entry.happened_at, known.settings)
    elif (person := person_of(entry)) is not None:
        verdict = scoring.why(person, entry.happened_at)
    else:
        return ()
    return tuple(
        Reason("score", each.rule, each.points, entry=each.event, since=each.happened_at, until=each.expires_at)
        for each in verdict.reasons
    )


def _of_route(entry: StoredEntry, known: Known | None) -> tuple[Reason, ...]:
    """By which rule the lead went to whom, and who was passed over and why."""
    kind, _colon, number = entry.about.partition(":")
    offers = handover.offers_of(int(number)) if kind == "pursuit" else []
    made = next((each for each in offers if each.entry == entry.id), None)
    if made is None:
        return ()
    users = team.users() if known is None else known.members.values()
    names = {each.id: each.name for each in users}
    to = names.get(made.user or 0) or _("the team's queue")
    chosen = _("To %(to)s by the rule: %(rule)s.") % {"to": to, "rule": made.rule}
    passed = [
        _("%(who)s was passed over as %(rule)s: %(why)s.") % {**each, "who": names.get(each["user"], "")}
        for each in made.route.get("passed_over", ())
    ]
    return tuple(Reason("routing", says) for says in (chosen, *passed))


def _of_deadline(entry: StoredEntry, promise: PromiseView) -> tuple[Reason, ...]:
    until = entry.happened_at if entry.kind != "promise.made" else None
    receipt = promises.receipt_of(promise, now=until)
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
