"""Two companies with a lead and a deal each: one a rep's, one the partner's."""

from dataclasses import dataclass
from datetime import timedelta

from leadpact.base.money import Money
from leadpact.flow import answering, clock, following, qualifying
from leadpact.handover import reads as handover
from leadpact.handover.types import OfferView
from leadpact.promises import reads as promises
from tests import cast
from tests.cast import Cast


@dataclass(frozen=True)
class Things:
    """One lead and all that hangs on it; `entry` is that of its offer."""

    owner: int
    person: int
    colleague: int  # another person of the company, whom nobody has
    company: int
    pursuit: int
    offer: int
    entry: int
    promise: int
    deal: int


def offered(email: str) -> tuple[int, OfferView]:
    """Somebody asks and is offered to a rep, who has not answered."""
    person = cast.ask(email, clock.now() - timedelta(minutes=5))
    cast.sweep(clock.now())
    running = handover.active_of_person(person)
    assert running is not None
    offer = handover.open_offer_of(running.id)
    assert offer is not None
    return person, offer


def worked(company: Cast, domain: str, *, by_partner: bool) -> Things:
    """A lead of a deal; the partner's was handed on by the head of sales."""
    person, offer = offered(f"first@{domain}")
    colleague = cast.person(f"second@{domain}", name="Colleague Of First")
    assert offer.user is not None
    answering.accept(offer.id, by=company.by(offer.user), now=clock.now())
    owner = company.pat if by_partner else offer.user
    if by_partner:
        following.hand_on(offer.pursuit, owner, by=company.by(company.hanna), now=clock.now())
    deal = qualifying.open_deal(
        offer.pursuit,
        title=f"Deal with {domain}",
        amount=Money(100_000, "GBP"),
        next_step="Call",
        by=company.by(owner),
        now=clock.now(),
    )
    pursuit = handover.pursuit(offer.pursuit)
    assert pursuit.company is not None
    promise = promises.all_of(pursuit.about)[0].id
    return Things(owner, person, colleague, pursuit.company, pursuit.id, offer.id, offer.entry, promise, deal.id)
