"""How an individual performs is for that person and their head.

Who owns a lead, and when it was offered and accepted, is the lead's own story, and both teams see it.  Whether somebody
kept a promise in time is how they perform: rows of reports leave the others' names out, and pages leave out what became
of another's promise once that can be told: kept, missed, or past due.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from leadpact.flow.explaining import Explanation, Reason
from leadpact.ledger.types import StoredEntry
from leadpact.loop.types import Answer
from leadpact.promises.types import PromiseState, PromiseView
from leadpact.team import policy, reads
from leadpact.team.policy import Subject
from leadpact.team.types import Member
from leadpact.web.shell.access import member_of, members_of, settings_of

# Reports whose rows say what became of what somebody owed or was given.
OF_INDIVIDUALS: Final = frozenset({"promises", "lead_conversion"})
OUTCOMES: Final = frozenset({"promise.kept", "promise.missed", "promise.waived"})


@dataclass(frozen=True)
class Discretion:
    """What a member may know of how others perform, decided without a look at the database.

    members  everybody who works here, by number
    is_open  the company's settings show everybody inside how individuals perform
    """

    member: Member
    members: Mapping[int, Member]
    is_open: bool

    def may_see(self, user: int | None) -> bool:
        """Say whether the member may see how a user performs; what a team owes together is nobody's in particular."""
        if user is None or user == self.member.id:
            return True
        them = self.members.get(user)
        team, side = (them.team, them.side) if them else (None, None)
        subject = Subject("performance", owner=user, team=team, side=side, performance_is_open=self.is_open)
        return policy.may(self.member, "performance.see_individual", subject)

    def hides(self, promise: PromiseView, now: datetime) -> bool:
        """Say whether what became of a promise is not for the member; while its time runs there is nothing to hide."""
        is_decided = promise.state in {PromiseState.KEPT, PromiseState.MISSED} or promise.was_missed
        return (is_decided or promise.due_at < now) and not self.may_see(promise.owed_by_user)

    def hides_entry(self, entry: StoredEntry) -> bool:
        """Say whether an entry tells what became of another's promise."""
        user = entry.facts.get("user")
        return entry.kind in OUTCOMES and isinstance(user, int) and not self.may_see(user)


def reasons_of(told: Explanation, discretion: Discretion, now: datetime) -> tuple[Reason, ...]:
    """Return the reasons of an entry; how the time of another's promise was used in the end is left out."""
    if told.entry.kind == "promise.made" and told.promise is not None and discretion.hides(told.promise, now):
        return ()
    return told.reasons


def discretion_of(request: HttpRequest, members: Mapping[int, Member] | None = None) -> Discretion:
    """Return what whoever asks may know of the others; `members` where they were read already."""
    known = members_of(request) if members is None else members
    return Discretion(member_of(request), known, settings_of(request).individual_performance_open)


def without_hidden_owners(answer: Answer, member: Member, *, discretion: Discretion | None = None) -> Answer:
    """Return the rows of a report; all stay, so that they add up, but not everybody's tells whose it is.

    discretion  where the caller has it already; it spares two looks at the database
    """
    if answer.name not in OF_INDIVIDUALS:
        return answer
    known = discretion or Discretion(
        member, {each.id: each for each in reads.users()}, reads.settings().individual_performance_open
    )
    shown = {owner for row in answer.rows if isinstance(owner := row["owner"], int) and known.may_see(owner)}
    return replace(answer, rows=tuple(row if row["owner"] in shown else {**row, "owner": None} for row in answer.rows))
