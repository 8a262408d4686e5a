"""A replay says of everybody what the scorer says of each."""

from hypothesis import given

from leadpact.scoring.replay.run import replay
from leadpact.scoring.replay.tests.bases import Base, bases, judged, rows_of
from leadpact.scoring.replay.types import Mode
from leadpact.scoring.tests.test_against_reference import thoroughly


@thoroughly
@given(bases())
def test_as_lived_is_what_the_scorer_says(base: Base) -> None:
    found = replay(base.pact, base.columns, mode=Mode.AS_LIVED, as_of=base.as_of, known_at=base.known_at)
    assert rows_of(found.intervals) == judged(base, Mode.AS_LIVED)


@thoroughly
@given(bases())
def test_what_if_resets_only_where_the_pact_itself_would_have_cooled(base: Base) -> None:
    found = replay(base.pact, base.columns, mode=Mode.WHAT_IF, as_of=base.as_of, known_at=base.known_at)
    assert rows_of(found.intervals) == judged(base, Mode.WHAT_IF)
