"""What the rows of one import share: whose file it is, who has been met already, and what was odd."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from leadpact.base.text import fold, truncate
from leadpact.capture import actions as capture
from leadpact.flow.importing.lines import Form, Line
from leadpact.flow.importing.types import Intent, Outcome, RowError, Warned
from leadpact.pact import reads as pacts
from leadpact.pact.errors import NoPact
from leadpact.team import reads as team
from leadpact.team.types import Actor

OLD: Final = timedelta(days=14)  # what is older is history unless the user says otherwise
_REMEMBERED: Final = 50_000


@dataclass(frozen=True)
class Written:
    """What a row led to, and whose lines in the lists it touches.

    error      where it could not be taken in
    has_acted  an act of theirs was written, so that their points may be others now
    """

    outcome: Outcome
    persons: tuple[int, ...] = ()
    error: RowError | None = None
    has_acted: bool = False


@dataclass(frozen=True)
class Recipe[Item]:
    """How rows of one kind are taken in.

    read   what a row says; raises `Refused`
    write  many of them at once; returns what became of each, in order
    dates  the fields that say when a row is from, the first that is there counts
    """

    read: Callable[[Line, "Work"], Item]
    write: Callable[[Sequence[Item], "Work"], list[Written]]
    dates: tuple[str, ...]


class Met:
    """Numbers that were met, a bit each: a million persons are 125 KB."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, number: int) -> bool:
        place, bit = divmod(number, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)

    def add(self, number: int) -> None:
        place, bit = divmod(number, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1024 - len(self._bits)))
        self._bits[place] |= 1 << bit


@dataclass
class Work:
    """One import on its way."""

    form: Form
    intent: Intent
    by: Actor
    now: datetime
    met: Met = field(default_factory=Met)
    warnings: dict[str, Warned] = field(default_factory=dict)
    costs: dict[str, tuple[int, str]] = field(default_factory=dict)  # by external number: the amount of this file
    stays: Mapping[str, int] = field(default_factory=dict)  # by who: minutes of all their rows
    _owners: dict[str, int | None] | None = None
    _campaigns: dict[tuple[str, str], int] = field(default_factory=dict)
    _pact_version: int | None = None
    _counts_facts: bool | None = None

    def warn(self, code: str, message: str, row: int) -> None:
        """Note something odd, once for each code; the first row is named."""
        was = self.warnings.get(code)
        self.warnings[code] = Warned(code, message, was.count + 1 if was else 1, was.row if was else row)

    def refused(self, row: int, code: str, message: str) -> Written:
        """Return that a row is refused as a whole."""
        return Written(Outcome.REFUSED, error=RowError(row, "", code, message))

    def owner(self, text: str, row: int) -> int | None:
        """Return our user by address or by a name that one of them alone has; None where nobody is that."""
        if not text:
            return None
        found = self._all_owners().get(fold(" ".join(text.split())))
        if found is None:
            self.warn("unknown_owner", "Owners who are no users here are kept as text only.", row)
        return found

    def _all_owners(self) -> dict[str, int | None]:
        if self._owners is None:
            self._owners = {}
            for member in team.users():
                for word in {fold(member.email), fold(" ".join(member.name.split())), fold(member.email.split("@")[0])}:
                    self._owners[word] = None if word in self._owners else member.id
        return self._owners

    def campaign(self, name: str, channel: str) -> int:
        """Return the campaign of a name, made where there is none; a channel without campaigns is one itself."""
        key = (name, channel)
        if key not in self._campaigns:
            if len(self._campaigns) > _REMEMBERED:
                self._campaigns.clear()
            view = capture.create_campaign(truncate(name or channel, 200), channel=channel, by=self.by, now=self.now)
            self._campaigns[key] = view.id
        return self._campaigns[key]

    def minutes(self, line: Line) -> int | None:
        """Return how long somebody was there, all of their rows together."""
        return self.stays.get(who_of(line))

    def forget(self) -> None:
        """Forget what was made in a transaction that was rolled back."""
        self._campaigns.clear()

    def is_new(self, moment: datetime | None) -> bool:
        """Say whether a row of this moment is a new response: as the user said, else by its age."""
        if self.intent is not Intent.MIXED:
            return self.intent is Intent.NEW
        return moment is not None and moment > self.now - OLD

    @property
    def counts_facts(self) -> bool:
        """Say whether some pact gives points for what is known of a person, so that facts alone may matter."""
        if self._counts_facts is None:
            self._counts_facts = any(pact.fit for _since, _number, pact in pacts.spans())
        return self._counts_facts

    @property
    def pact_version(self) -> int:
        """The version in force, 0 where there is none: what a former system did was under none of ours."""
        if self._pact_version is None:
            try:
                self._pact_version = pacts.in_force(self.now).version
            except NoPact:
                self._pact_version = 0
        return self._pact_version


def is_from(line: Line, dates: Sequence[str]) -> datetime | None:
    """Return when a row is from, None where it does not say."""
    for name in dates:
        if line.text(name):
            return line.moment(name)
    return None


def check_past(line: Line, moment: datetime | None, name: str, now: datetime) -> None:
    """Refuse a row that says something happened after now."""
    if moment is not None and moment > now:
        line.refuse(name, "in_future", f"{moment.isoformat()} lies in the future.")


def who_of(line: Line) -> str:
    """Return a name for whom a row is about, the same in each row about them."""
    return "|".join(f"{each.kind}:{each.value.casefold()}" for each in line.who())
