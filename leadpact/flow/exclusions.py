"""Who is no lead because of a deal: the facts `open_deal` and `customer`, dated, of a company or a person alone."""

from collections.abc import Collection, Mapping
from datetime import datetime

from leadpact.base.criteria import Scalar
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.pipeline import reads as pipeline
from leadpact.scoring import actions as scoring
from leadpact.team.types import Actor


def refresh(company: int | None, persons: Collection[int], *, happened_at: datetime, by: Actor, now: datetime) -> None:
    """Let the facts say what the deals say from `happened_at` on, and have everybody concerned judged again.

    persons  who takes part in the deal; without a company the facts are theirs
    """
    if company is not None:
        facts: dict[str, Scalar | None] = {
            "open_deal": bool(pipeline.open_of_company(company)),
            "customer": bool(pipeline.customers([company])),
        }
        news = _news(known.company(company).facts, facts)
        if news:
            people.change_company(company, news, happened_at=happened_at, by=by, now=now)
        scoring.mark_due({*known.persons_of_company(company), *persons}, at=now)
        return
    for person in persons:
        deals = pipeline.of_persons([person])
        facts = {
            "open_deal": any(deal.is_open for deal in deals),
            "customer": bool(pipeline.customer_persons([person])),
        }
        news = _news(known.person(person).facts, facts)
        if news:
            people.change_person(person, news, happened_at=happened_at, by=by, now=now)
    scoring.mark_due(persons, at=now)


def _news(stand: Mapping[str, Scalar], wanted: Mapping[str, Scalar | None]) -> dict[str, Scalar | None]:
    """Return what is new; that somebody never bought is no news."""
    return {name: value for name, value in wanted.items() if bool(stand.get(name)) != value}
