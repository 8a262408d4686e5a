"""docs/journey.md is true: what it names exists, and the entries appear in its order."""

import importlib
import re
from pathlib import Path

import pytest

from leadpact.base.money import Money
from leadpact.flow import answering, arrival, following, qualifying, selling
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.actions import sequence
from leadpact.ledger.inbox import open_inbox
from leadpact.pipeline import reads as deals
from leadpact.team.types import user_actor
from tests import cast

JOURNEY = (Path(__file__).resolve().parents[2] / "docs" / "journey.md").read_text()
STEPS = [line.split("|")[1:-1] for line in JOURNEY.splitlines() if re.match(r"\| \d+ ", line)]


def test_every_function_of_the_journey_exists() -> None:
    named = [name for step in STEPS for name in re.findall(r"`(leadpact[\w.]+)`", step[1])]
    assert len(named) == 10
    for name in [*named, *re.findall(r"`(leadpact\.[\w.]+)`", JOURNEY)]:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            module, _, function = name.rpartition(".")
            assert callable(getattr(importlib.import_module(module), function)), name


@pytest.mark.django_db
def test_the_entries_of_the_journey_appear_in_its_order() -> None:
    people = cast.found()
    at = cast.utc("2026-03-03 10:00")
    who: dict[str, object] = {"anonymousId": "visitor", "context": {"traits": {"email": "hannah@northgate.example"}}}
    visit: dict[str, object] = {"type": "page", "properties": {"path": "/pricing"}, **who}
    form: dict[str, object] = {"type": "track", "event": "form.submitted", "properties": {"form": "contact"}, **who}
    arrival.accept([visit, form], channel="test", now=at)
    arrival.drain(open_inbox(), now=at)
    cast.sweep(at)
    offer = next(one for user in (people.ann, people.ben, people.cat) for one in handover.open_offers_to(user))
    assert offer.user is not None
    by, later = user_actor(offer.user), cast.utc("2026-03-03 11:00")
    pursuit = answering.accept(offer.id, by=by, now=later)
    following.log_activity(pursuit.persons[0], "call.made", note="They want a demo", by=by, now=later)
    deal = qualifying.open_deal(pursuit.id, amount=Money(48_000_00, "GBP"), next_step="Demo", by=by, now=later)
    selling.win(deal.id, by=by, now=cast.utc("2026-03-20 10:00"))
    assert deals.deal(deal.id).state == "won"
    sequence()
    kinds = [one.entry.kind for one in ledger.after(0, 1_000)]
    wanted = [kind for step in STEPS for kind in re.findall(r"`([a-z]+\.[a-z_]+)`", step[3])]
    assert len(wanted) == 11
    place = -1
    for kind in wanted:
        assert kind in kinds[place + 1 :], f"{kind} does not come after {kinds[place]} in {kinds}"
        place = kinds.index(kind, place + 1)
