"""How an individual performs is for that person and their head: rows of such reports leave the others' names out."""

from dataclasses import replace
from typing import Final

from leadpact.loop.types import Answer
from leadpact.team import policy, reads
from leadpact.team.types import Member

# Reports whose rows say what became of what somebody owed or was given.
OF_INDIVIDUALS: Final = frozenset({"promises", "lead_conversion"})


def without_hidden_owners(answer: Answer, member: Member) -> Answer:
    """Return the rows of a report; all stay, so that they add up, but not everybody's tells whose it is."""
    if answer.name not in OF_INDIVIDUALS:
        return answer
    owners = {owner for row in answer.rows if isinstance(owner := row["owner"], int)}
    shown = {owner for owner in owners if policy.may(member, "performance.see_individual", reads.performance_of(owner))}
    return replace(answer, rows=tuple(row if row["owner"] in shown else {**row, "owner": None} for row in answer.rows))
