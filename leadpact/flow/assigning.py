"""Giving leads to a colleague, many at once, and taking that back: each by an entry of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leadpact.engagement import actions as engagement
from leadpact.flow import following, lists
from leadpact.handover import outcomes
from leadpact.handover import reads as handed
from leadpact.handover.types import PursuitView, Stage
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.team.types import Actor


@dataclass(frozen=True)
class Given:
    """A lead that changed hands: the pursuit that runs, or the person where none does, and who had it before."""

    person: int
    pursuit: int | None
    stage: str
    former: int | None
    former_team: int | None
    to_user: int


def running_of(persons: Collection[int]) -> Mapping[int, PursuitView | None]:
    """Return the surviving persons of these rows, each with the pursuit that runs for it."""
    views = {view.id: view for view in known.persons(persons).values()}
    latest = handed.latest_of({view.id: view.merged for view in views.values()})
    active = {person: pursuit for person, pursuit in latest.items() if pursuit.is_active}
    return {person: active.get(person) for person in sorted(views)}


def give(persons: Collection[int], to_user: int, *, by: Actor, now: datetime) -> list[Given]:
    """Give leads to a user, who is told of each that runs; one pursuit of several persons goes once.

    Those that are theirs already are left out.
    """
    with transaction.atomic():
        owners = {view.id: view.owner for view in known.persons(persons).values()}
        given, seen = list[Given](), set[int]()
        for person, pursuit in sorted(running_of(persons).items(), key=_in_order_of_locks):
            if pursuit is None:
                if owners[person] != to_user:
                    people.set_owner(person, to_user, by=by, now=now)
                    given.append(Given(person, None, "", owners[person], None, to_user))
            elif pursuit.id not in seen and pursuit.owner != to_user:
                following.hand_on(pursuit.id, to_user, by=by, now=now)
                given.append(Given(person, pursuit.id, pursuit.stage.value, pursuit.owner, pursuit.team, to_user))
            seen |= {pursuit.id} if pursuit else set()
        lists.refresh([each.person for each in given if each.pursuit is None], now=now)
        return given


def take_back(given: Sequence[Given], *, by: Actor, now: datetime) -> int:
    """Give leads back to whoever had them; what has moved on since stays.  Returns how many went back."""
    with transaction.atomic():
        done = 0
        for each in sorted(given, key=lambda one: (one.pursuit or 0, one.person)):
            done += _back_to_person(each, by=by, now=now) if each.pursuit is None else _back(each, by=by, now=now)
        return done


def note_on(persons: Collection[int], text: str, *, by: Actor, now: datetime) -> list[int]:
    """Put one remark on several persons; returns the entries."""
    with transaction.atomic():
        return [
            following.log_activity(person, "note.added", note=text, by=by, now=now).entry
            for person in sorted(set(persons))
        ]


def strike_out(entries: Collection[int], *, by: Actor, now: datetime) -> int:
    """Let remarks not count any more; they stay in the story, struck out.  Returns how many."""
    with transaction.atomic():
        for entry in sorted(entries):
            engagement.void(entry, "undone", by=by, now=now)
        return len(entries)


def _in_order_of_locks(item: tuple[int, PursuitView | None]) -> tuple[int, int]:
    person, pursuit = item
    return (pursuit.id if pursuit else 0, person)


def _back(each: Given, *, by: Actor, now: datetime) -> bool:
    pursuit = handed.pursuit(each.pursuit or 0)
    if pursuit.owner != each.to_user or pursuit.stage != each.stage:
        return False
    if each.former is not None:
        following.hand_on(pursuit.id, each.former, by=by, now=now)
        return True
    if pursuit.stage is not Stage.OFFERED:
        return False
    back = outcomes.hand_back(pursuit.id, each.former_team, by=by, now=now)
    lists.refresh(back.persons, now=now)
    return True


def _back_to_person(each: Given, *, by: Actor, now: datetime) -> bool:
    if known.person(each.person).owner != each.to_user:
        return False
    people.set_owner(each.person, each.former, by=by, now=now)
    lists.refresh([each.person], now=now)
    return True
