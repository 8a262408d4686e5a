"""A promise past due is told to who owed it and to their head, once."""

from datetime import timedelta

import pytest

from leadpact.flow import promising
from leadpact.handover import reads as handover
from leadpact.team import reads as team
from tests import cast

pytestmark = pytest.mark.django_db


def told(user: int) -> list[str]:
    return [notice.text for notice in team.notices(user) if notice.kind == "missed"]


def test_a_missed_answer_is_told_to_the_rep_and_the_head_of_sales_once() -> None:
    people = cast.found()
    asked = cast.utc("2026-03-03 10:00")  # a Tuesday: 4 working hours later it is 14:00
    cast.ask("hannah@northgate.example", asked)
    cast.sweep(asked)
    offer = next(one for user in (people.ann, people.ben, people.cat) for one in handover.open_offers_to(user))
    assert offer.user is not None
    assert promising.sweep(now=cast.utc("2026-03-03 14:00")) == 0  # due exactly now is not yet missed
    assert promising.sweep(now=cast.utc("2026-03-03 14:00") + timedelta(microseconds=1)) == 1
    assert promising.sweep(now=cast.utc("2026-03-04 14:00")) == 0
    assert [text.partition("was due")[2] for text in told(offer.user)] == [" Tue 03 Mar 2026 14:00 (GMT)."]
    who = team.user(offer.user).name
    assert [text.startswith("Your answer on ") for text in told(offer.user)] == [True]
    (to_the_head,) = told(people.hanna)
    assert to_the_head.startswith(f"{who} owed an answer on ")
    assert to_the_head.endswith(" it was due Tue 03 Mar 2026 14:00 (GMT).")
    assert told(people.milo) == []
    assert [told(user) for user in (people.ann, people.ben, people.cat) if user != offer.user] == [[], []]
