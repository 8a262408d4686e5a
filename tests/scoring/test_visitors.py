"""A visitor nobody knows is scored, but not handed over before they say who they are."""

import pytest

from leadpact.flow import arrival
from leadpact.handover import reads as handover
from leadpact.ledger.inbox import open_inbox
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import reads as scoring
from leadpact.worklist import reads as lines
from tests import cast

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY = cast.utc("2026-03-03 10:00"), cast.utc("2026-03-04 10:00")


def attend(name: str, **who: object) -> dict[str, object]:
    """A webinar: 20 points by the default pact."""
    return {"type": "track", "event": "webinar.attended", "properties": {"webinar": name}, "anonymousId": "v1", **who}


def test_a_visitor_with_enough_points_is_offered_once_they_are_known() -> None:
    cast.found()
    arrival.accept([attend("one"), attend("two"), attend("three")], channel="test", now=TUESDAY)
    arrival.drain(open_inbox(), now=TUESDAY)
    cast.sweep(TUESDAY)
    visitor = people.person_by(Identifier(IdentityKind.ANONYMOUS, "v1"))
    assert visitor is not None
    standing = scoring.standing(visitor)
    assert standing is not None
    assert (standing.score, standing.is_in) == (60_000, True)
    assert handover.pursuit_of(visitor) is None
    line = lines.line(visitor)
    assert line is not None
    assert line.stage == "anonymous"

    known = {"context": {"traits": {"email": "hannah@northgate.example"}}}
    arrival.accept([attend("four", **known)], channel="test", now=WEDNESDAY)
    arrival.drain(open_inbox(), now=WEDNESDAY)
    cast.sweep(WEDNESDAY)
    hannah = people.person_by(Identifier(IdentityKind.EMAIL, "hannah@northgate.example"))
    assert hannah is not None
    pursuit = handover.pursuit_of(hannah)
    assert pursuit is not None
    assert scoring.crossings_of(hannah)[0].happened_at == TUESDAY  # ready since then, and known since Wednesday
    assert scoring.crossings_of(hannah)[0].recorded_at == WEDNESDAY
