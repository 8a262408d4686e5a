"""What became known of everybody, and when, out of the tables."""

from collections.abc import Collection, Iterator
from itertools import batched
from typing import Final

from leadpact.people import reads as people
from leadpact.people.histories import fact_changes
from leadpact.scoring.reads import history_of
from leadpact.scoring.types import FactChange
from leadpact.team import reads as team

_AT_ONCE: Final = 2_000


def changes_of(persons: Collection[int]) -> Iterator[dict[int, tuple[FactChange, ...]]]:
    """Yield what became known of persons and when, some at a time; those that do not exist are left out."""
    settings = team.settings()
    for some in batched(sorted(persons), _AT_ONCE):
        views = {view.id: view for view in people.persons(some).values()}
        facts = fact_changes(views)
        yield {view.id: history_of(view, (), facts[view.id], (), settings).facts for view in views.values()}
