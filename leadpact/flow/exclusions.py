"""Who is no lead because of a deal: the facts `open_deal` and `customer`, dated, of a company or a person alone.

Whoever would be ready but for that is no lead; the owner of the deal or the customer is told.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from leadpact.base.criteria import Scalar
from leadpact.flow import telling
from leadpact.handover import reads as handed
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.people.types import PersonView
from leadpact.pipeline import reads as pipeline
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads as scored
from leadpact.scoring.types import StandingView
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


def tell(judged: Collection[int], *, now: datetime) -> None:
    """Tell the owner of an open deal or a customer of those who would be ready there, once a month or request."""
    kept_out = [each for each in scored.standings(judged).values() if _is_kept_out(each)] if judged else []
    if not kept_out:
        return
    persons = known.persons([standing.person for standing in kept_out])
    companies = known.companies({person.company for person in persons.values() if person.company is not None})
    deals, bought = pipeline.open_of_companies(companies), pipeline.customers(companies)
    bought_alone = pipeline.customer_persons([person.id for person in persons.values()])
    for standing in kept_out:
        person = persons[standing.person]
        asked = standing.direct_until.isoformat() if standing.direct_until else f"{now:%Y-%m}"
        key = f"excluded:{person.id}:{asked}"
        deal = deals.get(person.company or 0)
        if deal is not None:
            if person.id not in dict(deal.persons):  # who takes part in the deal is no news
                telling.of_open_deal(deal, person.id, key, now=now)
        elif person.company in bought or person.id in bought_alone:
            held = companies.get(person.company or 0)
            owner = (held.owner if held else None) or person.owner or handed.former_owner([person.id])
            telling.of_customer(owner, person.id, key, now=now)


def owner_of(person: PersonView) -> int | None:
    """Return whose a person is: the company's owner comes first."""
    company = known.company(person.company) if person.company is not None else None
    return (company.owner if company is not None else None) or person.owner


def _is_kept_out(standing: StandingView) -> bool:
    return not standing.is_ready and (standing.is_in or standing.direct_until is not None)


def _news(stand: Mapping[str, Scalar], wanted: Mapping[str, Scalar | None]) -> dict[str, Scalar | None]:
    """Return what is new; that somebody never bought is no news."""
    return {name: value for name, value in wanted.items() if bool(stand.get(name)) != value}
