"""Who is offered a lead: one row for each way the order can go."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.handover import routes, rules
from leadpact.handover.types import Candidate, PassedOver, Route, RouteRule, RouteSnapshot, WhyNot

NOW = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo("UTC"))
SALES = 1
ANN, BEN, CAT = 11, 12, 13


def candidate(
    user: int,
    *,
    had: int = 0,
    last_days_ago: int | None = None,
    open_leads: int = 0,
    capacity: int = 5,
    is_absent: bool = False,
    is_active: bool = True,
    takes_leads: bool = True,
    in_pool: bool = True,
    team: int | None = SALES,
) -> Candidate:
    return Candidate(
        user=user,
        team=team,
        is_active=is_active,
        takes_leads=takes_leads,
        is_absent=is_absent,
        capacity=capacity,
        open_leads=open_leads,
        had=had,
        last_offer_at=None if last_days_ago is None else NOW - timedelta(days=last_days_ago),
        in_pool=in_pool,
    )


def snapshot(
    *candidates: Candidate, deal: int | None = None, company: int | None = None, former: int | None = None
) -> RouteSnapshot:
    return RouteSnapshot(NOW, SALES, deal, company, former, candidates)


ALL = (candidate(ANN), candidate(BEN), candidate(CAT))

TABLE = [
    # the order of owners
    (snapshot(*ALL, deal=CAT, company=BEN, former=ANN), CAT, RouteRule.DEAL_OWNER),
    (snapshot(*ALL, company=BEN, former=ANN), BEN, RouteRule.COMPANY_OWNER),
    (snapshot(*ALL, former=CAT), CAT, RouteRule.FORMER_OWNER),
    # an owner who is away, gone or not in sales is passed over, for the next in order
    (snapshot(candidate(ANN, is_absent=True), candidate(BEN), company=ANN, former=BEN), BEN, RouteRule.FORMER_OWNER),
    (snapshot(candidate(ANN, is_active=False), candidate(BEN), company=ANN), BEN, RouteRule.FAIR),
    (snapshot(candidate(ANN, takes_leads=False, in_pool=False), candidate(BEN), company=ANN), BEN, RouteRule.FAIR),
    (snapshot(candidate(BEN), company=99), BEN, RouteRule.FAIR),  # an owner nobody knows any more
    # an owner takes their own lead even when their hands are full
    (snapshot(candidate(ANN, open_leads=5), candidate(BEN), company=ANN), ANN, RouteRule.COMPANY_OWNER),
    # an owner who is not in the pool (the head) still gets their own
    (snapshot(candidate(ANN, in_pool=False), candidate(BEN), company=ANN), ANN, RouteRule.COMPANY_OWNER),
    # the fair choice: fewest answered or missed first
    (snapshot(candidate(ANN, had=3), candidate(BEN, had=2), candidate(CAT, had=4)), BEN, RouteRule.FAIR),
    # then longest since the last offer; never comes first
    (snapshot(candidate(ANN, last_days_ago=2), candidate(BEN, last_days_ago=9)), BEN, RouteRule.FAIR),
    (snapshot(candidate(ANN, last_days_ago=99), candidate(BEN)), BEN, RouteRule.FAIR),
    # then the lower number, whatever the order they come in
    (snapshot(candidate(CAT), candidate(ANN), candidate(BEN)), ANN, RouteRule.FAIR),
    # the fair choice passes over who is absent, full or not in the pool
    (snapshot(candidate(ANN, is_absent=True), candidate(BEN, had=9)), BEN, RouteRule.FAIR),
    (snapshot(candidate(ANN, open_leads=5), candidate(BEN, had=9)), BEN, RouteRule.FAIR),
    (snapshot(candidate(ANN, capacity=0), candidate(BEN, had=9)), BEN, RouteRule.FAIR),
    (snapshot(candidate(ANN, in_pool=False), candidate(BEN, had=9)), BEN, RouteRule.FAIR),
    # nobody is available: the team's queue
    (snapshot(candidate(ANN, is_absent=True), candidate(BEN, open_leads=5)), None, RouteRule.QUEUE),
    (snapshot(candidate(ANN, is_absent=True), company=ANN), None, RouteRule.QUEUE),
    (snapshot(), None, RouteRule.QUEUE),
]


@pytest.mark.parametrize(("given", "user", "rule"), TABLE)
def test_an_offer_goes_to(given: RouteSnapshot, user: int | None, rule: RouteRule) -> None:
    found = rules.route(given)
    assert (found.user, found.team, found.rule) == (user, SALES, rule)


def test_a_route_says_whom_it_passed_over_and_why() -> None:
    given = snapshot(candidate(ANN, is_absent=True), candidate(BEN, open_leads=5), candidate(CAT, had=7), company=ANN)
    assert rules.route(given) == Route(
        CAT,
        SALES,
        RouteRule.FAIR,
        (
            PassedOver(ANN, RouteRule.COMPANY_OWNER, WhyNot.ABSENT),
            PassedOver(ANN, RouteRule.FAIR, WhyNot.ABSENT),
            PassedOver(BEN, RouteRule.FAIR, WhyNot.FULL),
        ),
    )


@pytest.mark.parametrize(("given", "user", "rule"), TABLE)
def test_a_stored_decision_can_be_taken_again(given: RouteSnapshot, user: int | None, rule: RouteRule) -> None:
    stored = json.loads(json.dumps(routes.freeze(given, rules.route(given))))
    assert routes.thaw(stored) == given
    assert rules.route(routes.thaw(stored)).user == user
    assert stored["rule"] == rule.value
