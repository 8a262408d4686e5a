"""The API keeps to its own description, whatever is sent: schemathesis sends it what the description allows.

Each call is undone, so that the next one finds the same company.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from leadpact.capture import planning
from leadpact.capture.types import CampaignFields
from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as arrivals
from leadpact.engagement.types import SourceKind
from leadpact.flow import agreeing, answering, clock, following
from leadpact.handover import reads as handover
from leadpact.pact.document import default_pact_text
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from leadpact.web.api.app import api
from tests import cast
from tests.access.world import offered, worked
from tests.cast import FOUNDED, Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only,
]

type Operation = schemathesis.schemas.APIOperation[Any, Any, Any, Any]
type Case = schemathesis.Case[Any]

FEW, MANY = 2, 40
ENOUGH = 0.8


@dataclass
class Company:
    """Whom calls are about: numbers for addresses by the names that the description gives them."""

    numbers: Mapping[str, int]
    bodies: Mapping[str, Any]
    tokens: Mapping[str, str]
    answers: dict[str, dict[str, set[int]]] = field(default_factory=dict)


@pytest.fixture
def company() -> Company:
    people = cast.found()
    theirs = worked(people, "harbour.example", by_partner=True)
    working = _working(people)
    second = default_pact_text("UTC").replace("ready at 50", "ready at 51") + "\n# once more\n"
    version = agreeing.propose(second, by=SYSTEM, now=clock.now()).number
    campaign = planning.plan(CampaignFields("Spring"), by=SYSTEM, now=clock.now()).id
    engagement.create_source("site", SourceKind.SERVER, by=SYSTEM, now=clock.now())
    key = arrivals.write_keys()[0].id
    numbers = {
        "person_id": theirs.person, "company_id": theirs.company, "offer_id": theirs.offer, "deal_id": theirs.deal,
        "pursuit_id": working, "campaign_id": campaign, "entry_id": theirs.entry, "key_id": key, "number": version,
    }  # fmt: skip
    tokens = {name: team.create_token(user, by=SYSTEM, now=FOUNDED) for name, user in _callers(people).items()}
    return Company(numbers, _bodies(theirs.company, people), tokens)


def test_no_call_breaks_it_and_nearly_every_operation_does_its_work(
    company: Company, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = MANY if request.config.getoption("--long") else FEW
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = _from_here(get_wsgi_application())
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    for operation in operations:
        for caller in company.tokens:
            _call(company, operation, caller, examples)
    names = {operation.label for operation in operations}
    worked_by = {
        caller: {label for label in names if any(200 <= status < 300 for status in answers[label])}
        for caller, answers in company.answers.items()
    }
    reached = set().union(*worked_by.values())
    with capsys.disabled():
        said = ", ".join(f"{len(found)} by the {caller}" for caller, found in worked_by.items())
        print(
            f"\nAPI: {len(reached)} of {len(names)} operations did their work ({said}); not: {sorted(names - reached)}"
        )
    assert len(names) >= 55
    assert len(reached) >= ENOUGH * len(names)


def _call(company: Company, operation: Operation, caller: str, examples: int) -> None:
    """Send what schemathesis makes up, first as it is, then about what is there and with a body that makes sense."""
    statuses = company.answers.setdefault(caller, {}).setdefault(operation.label, set())
    headers = {"Authorization": f"Bearer {company.tokens[caller]}"}

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def send(case: Case) -> None:
        for each in _variants(company, case):
            with transaction.atomic():
                response = each.call(headers=headers)
                transaction.set_rollback(True)
            statuses.add(response.status_code)
            each.validate_response(response, checks=[not_a_server_error, response_schema_conformance])

    send()


def _variants(company: Company, case: Case) -> Iterator[Case]:
    case.headers.pop("Authorization", None)
    yield case
    for name in case.path_parameters:
        case.path_parameters[name] = company.numbers.get(name, "qualified_leads")
    yield case
    ending = case.operation.label.rpartition("}/")[2].rpartition("/api/v1/")[2]
    if ending in company.bodies:
        case.body = company.bodies[ending]
    case.query.clear()
    case.headers.clear()
    yield case


def _from_here(app: WSGIApplication) -> WSGIApplication:
    """The application with an address of the caller, as every server tells it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return app({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)

    return answer


def _working(people: Cast) -> int:
    """A lead that the partner works on, without a deal."""
    _person, offer = offered("ada@orchard.example")
    assert offer.user is not None
    answering.accept(offer.id, by=people.by(offer.user), now=clock.now())
    following.hand_on(offer.pursuit, people.pat, by=people.by(people.hanna), now=clock.now())
    return handover.pursuit(offer.pursuit).id


def _callers(people: Cast) -> dict[str, int]:
    return {"admin": people.olga, "partner": people.pat}


def _bodies(company: int, people: Cast) -> dict[str, Any]:
    """A body with which a call goes through, by the end of its address."""
    reason = {"reason": "other", "note": "Not now."}
    return {
        "leads": {"name": "Grace Hopper", "email": "grace@navy.example"},
        "change": {"name": "Ada Lovelace"},
        "comments": {"text": "Call her on Monday."},
        "activities": {"kind": "call"},
        "consents/give": {"purpose": "mail", "source": "by phone"},
        "consents/withdraw": {"purpose": "mail", "source": "by phone"},
        "owner": {"owner": people.ann},
        "deals": {"company": company, "next_step": "Call", "owner": people.pat},
        "amount": {"amount": 480},
        "next-step": {"next_step": "Call"},
        "move": {"stage": "Demo"},
        "lose": {"reason": "pricing"},
        "win": {},
        "open-deal": {"next_step": "Call"},
        "recycle": reason,
        "disqualify": reason,
        "campaigns": {"name": "Summer"},
        "costs": {"on": "2026-03-01", "amount": 480},
        "pact/versions": {"document": default_pact_text("Europe/Berlin")},
        "put-in-force": {},
        "notices/read": {},
    }


def test_the_description_is_what_openapi_3_1_says_one_is() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
