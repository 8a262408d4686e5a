"""What the lists and the first touch of a lead are made of, asked for at each step that changes them."""

from collections.abc import Collection
from datetime import datetime

from leadpact.capture import actions as capture
from leadpact.engagement import reads as engagement
from leadpact.handover.types import FirstTouch
from leadpact.people.types import PersonView
from leadpact.team.types import SYSTEM
from leadpact.worklist import actions as worklist


def refresh(persons: Collection[int], *, now: datetime) -> None:
    """Show these persons in the lists as they stand now."""
    worklist.refresh(persons, now=now)


def first_touch(person: PersonView, *, now: datetime) -> FirstTouch:
    """Return the first known act of a person that says where they came from; its campaign is made if need be."""
    touch = capture.note_first_touch(engagement.acts_of(person.identities), by=SYSTEM, now=now)
    return FirstTouch(touch.happened_at, touch.campaign, touch.channel)
