"""Pieces of the page of one lead."""

from dataclasses import dataclass
from datetime import datetime

from leadpact.people.types import Colleague
from leadpact.promises.types import Clock, PromiseView
from leadpact.web.leads.story import Chapter
from leadpact.worklist.types import Line


@dataclass(frozen=True)
class Owed:
    """A promise with its clock as it stands."""

    promise: PromiseView
    clock: Clock

    @property
    def used_seconds(self) -> int:
        return int(self.clock.used.total_seconds())

    @property
    def whole_seconds(self) -> int:
        return max(int((self.clock.used + self.clock.left).total_seconds()), 1)


@dataclass(frozen=True)
class Mate:
    """Somebody else at the same company; `line` None: not judged yet."""

    person: Colleague
    line: Line | None


@dataclass(frozen=True)
class Told:
    """A page of the story; `acts` of all of it, from `since` on; `older_than`: there is more before this entry."""

    chapters: list[Chapter]
    acts: int
    since: datetime | None
    older_than: int | None
