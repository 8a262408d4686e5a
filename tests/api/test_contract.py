"""The API keeps to its own description, whatever is sent: schemathesis sends it what the description allows.

Each call is undone, so that the next one finds the same company.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from leadpact.base.money import Money
from leadpact.capture import actions as capture
from leadpact.capture import files, papers, planning
from leadpact.capture import reads as campaigns
from leadpact.capture.types import CampaignFields, NewPaper
from leadpact.engagement import actions as engagement
from leadpact.engagement import reads as arrivals
from leadpact.engagement.types import SourceKind
from leadpact.flow import agreeing, answering, clock, commenting, following
from leadpact.handover import reads as handover
from leadpact.nurture import actions as nurture
from leadpact.nurture.types import Audience, Draft
from leadpact.pact.document import default_pact_text
from leadpact.team import actions as team
from leadpact.team import reads
from leadpact.team.types import SYSTEM
from leadpact.web.api.app import api
from leadpact.web.importing import uploads
from leadpact.worklist import keeping
from tests import cast
from tests.access.world import offered, worked
from tests.cast import FOUNDED, Cast

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only,
]

type Operation = schemathesis.schemas.APIOperation[Any, Any, Any, Any]
type Case = schemathesis.Case[Any]

FEW, MANY = 1, 40
PDF = b"%PDF-1.4\n%%EOF\n"
ENOUGH = 0.8


@dataclass
class Company:
    """Whom calls are about: what addresses hold, by the names that the description gives it."""

    numbers: Mapping[str, int | str]
    bodies: Mapping[str, Any]
    tokens: Mapping[str, str]
    answers: dict[str, dict[str, set[int]]] = field(default_factory=dict)


@pytest.fixture
def company(settings: Any, tmp_path: Path) -> Company:
    settings.PAPERS, settings.UPLOADS = tmp_path / "papers", tmp_path / "uploads"
    people = cast.found()
    team.change_settings(
        replace(reads.settings(), postal_address="1 Harbour Road, London"), by=SYSTEM, now=FOUNDED
    )  # fmt: skip
    theirs = worked(people, "harbour.example", by_partner=True)
    working = _working(people)
    second = default_pact_text("UTC").replace("ready at 50", "ready at 51") + "\n# once more\n"
    version = agreeing.propose(second, by=SYSTEM, now=clock.now()).number
    tokens = {name: team.create_token(user, by=SYSTEM, now=FOUNDED) for name, user in _callers(people).items()}
    names = {
        "person_id": theirs.person, "company_id": theirs.company, "offer_id": theirs.offer, "deal_id": theirs.deal,
        "pursuit_id": working, "entry_id": theirs.entry, "number": version, "user_id": people.ben,
        "team_id": people.sales, "key": "qualified_leads", "slug": "contact", **_kept(people, theirs.person),
    }  # fmt: skip
    return Company(names, _bodies(theirs.company, theirs.person, people), tokens)


def _kept(people: Cast, person: int) -> dict[str, int | str]:
    """What the admin has made: a campaign and its cost, a view, a mail, a paper, a file to import, an absence ..."""
    by, now = people.by(people.olga), clock.now()
    campaign = planning.plan(CampaignFields("Spring"), by=by, now=now).id
    capture.record_cost(campaign, date(2026, 3, 1), Money(100, "GBP"), by=by, now=now)
    capture.ensure_default_forms(by=by, now=now)
    engagement.create_source("site", SourceKind.BROWSER, by=by, now=now)
    file = files.keep([PDF], "guide.pdf", folder=Path(django_settings.PAPERS))
    mail = nurture.draft(
        Draft("Spring", "Good morning."), audience=Audience(persons=(person,)), by=by, now=now
    ).id  # fmt: skip
    people_file = uploads.keep([b"email,name\ngrace@navy.example,Grace\n"], "people.csv", user=people.olga, now=now)
    return {
        "campaign_id": campaign, "cost_id": campaigns.costs_of(campaign, limit=1)[0][0].id,
        "key_id": arrivals.write_keys()[0].id, "token_id": reads.tokens(people.olga)[0].id,
        "paper_id": papers.create_paper(NewPaper("guide", "Guide"), file, by=by, now=now).id, "mailing_id": mail,
        "view_id": keeping.keep("Mine", "stage=ready", by=by, now=now).id, "token": people_file.token,
        "comment_id": commenting.comment(person, "Call her.", names={}, by=by, now=now),
        "absence_id": team.add_absence(people.ben, now, now + timedelta(days=1), by=by, now=now),
    }  # fmt: skip


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
    assert len(names) >= 125
    assert len(reached) >= ENOUGH * len(names)


def _call(company: Company, operation: Operation, caller: str, examples: int) -> None:
    """Send what schemathesis makes up, first as it is, then about what is there and with a body that makes sense."""
    statuses = company.answers.setdefault(caller, {}).setdefault(operation.label, set())
    # Called in process, nobody would unpack what is packed.
    headers = {"Authorization": f"Bearer {company.tokens[caller]}", "Accept-Encoding": "identity"}

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
        case.path_parameters[name] = company.numbers.get(name, 1)
    yield case
    place = re.sub(r"/\{[^}]+\}", "", case.operation.label.rpartition("/api/v1/")[2])
    if case.method == "POST" and place in company.bodies:
        case.body = company.bodies[place]
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


def _bodies(company: int, person: int, people: Cast) -> dict[str, Any]:
    """A body with which each call goes through, by its address without numbers."""
    reason = {"reason": "other", "note": "Not now."}
    some = {"leads": [person]}
    return {
        "leads": {"name": "Grace Hopper", "email": "grace@navy.example"},
        "leads/change": {"name": "Ada Lovelace"},
        "leads/comments": {"text": "Call her on Monday."},
        "leads/comments/change": {"text": "Call her on Tuesday."},
        "leads/activities": {"kind": "call"},
        "leads/consents/give": {"purpose": "mail", "source": "by phone"},
        "leads/consents/withdraw": {"purpose": "mail", "source": "by phone"},
        "leads/hand-on": {"to": people.ann, **some},
        "leads/note": {"note": "They move in May.", **some},
        "leads/send-back": {**reason, **some},
        "leads/columns": {"columns": ["score"]},
        "views": {"name": "Ready", "query": "stage=ready"},
        "views/change": {"is_shared": True},
        "companies": {"name": "Orchard"},
        "companies/change": {"city": "London"},
        "companies/owner": {"owner": people.ann},
        "companies/domains": {"domain": "harbour.example", "is_shared": True},
        "deals": {"company": company, "next_step": "Call", "owner": people.pat},
        "deals/amount": {"amount": 480},
        "deals/next-step": {"next_step": "Call"},
        "deals/move": {"stage": "Demo"},
        "deals/lose": {"reason": "pricing"},
        "deals/win": {},
        "deals/owner": {"owner": people.ann},
        "deals/persons": {"persons": [{"person": person, "role": "decides"}]},
        "pursuits/open-deal": {"next_step": "Call"},
        "pursuits/recycle": reason,
        "pursuits/disqualify": reason,
        "campaigns": {"name": "Summer"},
        "campaigns/change": {"note": "For the fair."},
        "campaigns/costs": {"on": "2026-03-01", "amount": 480},
        "costs/change": {"on": "2026-03-02", "amount": 481},
        "papers": {"file": PDF, "title": "Another guide", "slug": "another"},
        "papers/file": {"file": PDF + b"more"},
        "papers/change": {"title": "A guide"},
        "mails": {"subject": "Summer", "body": "Good morning."},
        "mails/change": {"subject": "Spring again"},
        "mails/persons": {"persons": [person]},
        **_bodies_of_the_house(people),
    }


def _bodies_of_the_house(people: Cast) -> dict[str, Any]:
    """The same for the calls that are about neither people nor deals nor campaigns."""
    return {
        "pact/versions": {"document": default_pact_text("Europe/Berlin")},
        "pact/check": {"document": default_pact_text("Europe/Berlin")},
        "pact/versions/put-in-force": {},
        "notices/read": {},
        "notices/unread": {"notices": [1]},
        "notices/preferences": {"quiet": {"since": "22:00", "until": "07:00"}},
        "imports": {"file": b"email\ngrace@navy.example\n"},
        "imports/look": {},
        "imports/run": {},
        "settings": {"name": "Ours"},
        "hours": {"name": "Nights", "document": reads.calendars()[reads.USUAL_CALENDAR]},
        "first-steps": {"step": "campaign", "state": "left_out"},
        "users": {"email": "new@ours.example", "name": "New", "roles": ["marketer"], "password": "as good as any"},
        "users/change": {"capacity": 3},
        "users/password": {"password": "as good as any"},
        "users/absences": {"first_day": "2026-12-24", "last_day": "2026-12-31"},
        "teams": {"name": "North", "side": "sales"},
        "teams/head": {"head": people.hanna},
        "forms": {"title": "Demo", "slug": "demo-north"},
        "consent-wordings": {"purpose": "mail", "text": "You may write to me."},
        "keys": {"name": "shop", "kind": "server"},
        "keys/origins": {"origins": ["https://www.ours.example"]},
    }


def test_the_description_is_what_openapi_3_1_says_one_is() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []
