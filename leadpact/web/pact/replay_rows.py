"""Who would have been handed over: the rows behind a replay's numbers, and why any one of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from leadpact.flow.replaying.types import WouldBe
from leadpact.pact.types import Pact
from leadpact.scoring.types import Verdict
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.leads.reach import sees_everybody
from leadpact.web.leads.why import Reason, grouped
from leadpact.web.pact.rehearsals import RESULTS
from leadpact.web.pact.replay_forms import Wanted
from leadpact.worklist import reads as worklist

if TYPE_CHECKING:
    from leadpact.flow.replaying.looking import Looked
    from leadpact.flow.replaying.rehearsing import Span

SHOWN: Final = 200
AT_ONCE: Final = 500
MOST: Final = 100_000  # rows of a spreadsheet


@dataclass(frozen=True)
class Row:
    """A would-be hand-over with the names of whom it concerns."""

    found: WouldBe
    name: str
    email: str
    company: str
    says: str
    colour: str
    query: str = ""  # of the page that says why


@dataclass(frozen=True)
class Told:
    """Why one of two pacts had somebody ready at a moment, or had not."""

    name: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    up: int

    @property
    def tipped_by_rule(self) -> str:
        """What the act that made ready earned by, as the pact names it; "" where none did or it earns nothing now."""
        rules = [each.rule for each in self.verdict.reasons if each.event == self.verdict.tipped_by]
        return ", ".join(dict.fromkeys(rules)) if self.verdict.tipped_by is not None else ""


def may_list(member: Member) -> bool:
    """Say whether the member may see whose they are: only who sees every lead."""
    return sees_everybody(member) and policy.may(member, "lead.see")


def found_in(looked: "Looked", span: "Span", which: str, *, limit: int) -> list[WouldBe]:
    """Return rows of a list, or of a month as 2026-03, the newest first; none where there is no such list."""
    from leadpact.flow.replaying import rehearsing

    if which == "missed":
        return rehearsing.listed_missed(looked.past, looked.one, span=span, limit=limit)
    if which in ("gained", "lost", "both") and looked.other is None:
        return []
    return rehearsing.listed(looked.one, looked.other, which, limit=limit)


def named(some: Sequence[WouldBe], query: str = "") -> Iterator[Row]:
    """Give rows the names of their persons, read at once."""
    lines = {line.person: line for line in worklist.lines_of({each.person for each in some})}
    for each in some:
        line, (says, colour) = lines.get(each.person), RESULTS[each.result]
        yield Row(
            each, line.name if line else "", line.email if line else "", line.company_name if line else "", str(says),
            colour, f"{query}&{urlencode({'at': each.since.isoformat()})}",
        )  # fmt: skip


def told_of(person: int, pact: Pact, *, name: str, wanted: Wanted, at: datetime) -> Told:
    from leadpact.flow.replaying import rehearsing

    verdict = rehearsing.why(person, pact, mode=wanted.mode, at=at)
    return Told(name, verdict, grouped(verdict.reasons), pact.ready.up)


def finding_of(told: Told) -> str:
    """Say in one sentence how the person stood."""
    held = told.verdict
    if held.is_ready and not held.is_in:
        return _("Ready at once: what they asked for makes ready whatever the points.")
    if held.is_ready:
        return _("Ready: the points reached the mark.")
    if held.is_in:
        return _("Not ready: the points were there, but a must was not met or an exclusion held.")
    return _("Not ready: the points did not reach the mark.")
