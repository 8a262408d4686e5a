"""Live = the definition: events go through the inbox, the drain and the sweep, in any order and with late ones;
the slow reference sees the same acts as plain dicts, and never the database."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import ON_POSTGRESQL
from leadpact.engagement import actions as engagement
from leadpact.flow import agreeing, arrival
from leadpact.ledger.inbox import open_inbox
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import actions, reads
from leadpact.team.types import SYSTEM
from tests.slow_reference import judge as slowly

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
WHO = Identifier(IdentityKind.EMAIL, "hannah@northgate.example")
WAYS: dict[str, dict[str, Any]] = {
    "page.viewed": {"path": "/features"},
    "pricing": {"path": "/pricing/plans"},
    "mail.clicked": {"link": "checklist"},
    "asset.downloaded": {"asset": "guide"},
    "webinar.attended": {"webinar": "audits"},
    "event.attended": {"event": "expo"},
    "form.submitted": {"form": "contact"},
}
# Midnights of the default pact's zone, give or take a microsecond, and plain afternoons; ties are wanted.
MOMENTS = st.builds(
    lambda day, offset: BEGAN + timedelta(days=day) + offset,
    st.integers(0, 39),
    st.sampled_from([timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(hours=15)]),
).filter(lambda moment: BEGAN <= moment <= NOW)


@st.composite
def acts(draw: st.DrawFn) -> dict[str, Any]:
    way = draw(st.sampled_from([*WAYS, "page.viewed", "pricing", "webinar.attended"]))
    return {
        "kind": "page.viewed" if way == "pricing" else way,
        "properties": WAYS[way],
        "happened_at": draw(MOMENTS),
        "arrives": draw(st.sampled_from([0, 0, 0, 1, 9])),  # days later
        "on": draw(st.sampled_from(["mail", "phone", "laptop"])),
        "voided": draw(st.sampled_from([False, False, False, True])),
    }


def event_of(number: int, act: dict[str, Any]) -> dict[str, Any]:
    ids: dict[str, dict[str, Any]] = {
        "mail": {"traits": {"email": WHO.value}},
        "phone": {"anonymousId": "phone"},
        "laptop": {"anonymousId": "laptop"},
    }
    return {
        "type": "track",
        "event": act["kind"],
        "messageId": f"m{number}",
        "properties": act["properties"],
        "timestamp": act["happened_at"].isoformat(),
        "context": {"traits": {"email": WHO.value}} if act["on"] == "mail" else {},
        **ids[act["on"]],
    }


def link(device: str) -> dict[str, Any]:
    return {"type": "identify", "messageId": f"link-{device}", "anonymousId": device, "traits": {"email": WHO.value}}


def run(happened: list[dict[str, Any]]) -> None:
    """Live through it: each event arrives on its day, the drain and the sweep run every day."""
    for day in range((NOW - BEGAN).days + 2):
        now = min(BEGAN + timedelta(days=day + 1), NOW)
        due = [
            event_of(number, act)
            for number, act in enumerate(happened)
            if BEGAN + timedelta(days=day)
            <= act["happened_at"] + timedelta(days=act["arrives"])
            < BEGAN + timedelta(days=day + 1)
        ]
        arrival.accept([*due, *([link("phone"), link("laptop")] if day == 5 else [])], channel="test", now=now)
        arrival.drain(open_inbox(), now=now)
        actions.sweep(now=now)
        if now == NOW:
            break


def void(happened: list[dict[str, Any]]) -> None:
    person = people.person_by(WHO)
    assert person is not None
    rows = reads.histories([person])[person].acts
    wanted = [(act["kind"], act["happened_at"]) for act in happened if act["voided"]]
    for kind, at in wanted:
        found = [row for row in rows if (row.kind, row.happened_at) == (kind, at)]
        assert found
    gone = {row.event for row in rows if (row.kind, row.happened_at) in wanted}
    for entry in sorted(gone):
        engagement.void(entry, "a machine", by=SYSTEM, now=NOW)
    actions.mark_due([person], at=NOW)
    actions.sweep(now=NOW)


@settings(
    max_examples=4 if ON_POSTGRESQL else 12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(happened=st.lists(acts(), min_size=1, max_size=14))
def test_the_live_score_is_the_score_by_definition(happened: list[dict[str, Any]]) -> None:
    happened = [
        act for act in happened if act["happened_at"] + timedelta(days=act["arrives"]) < NOW - timedelta(days=1)
    ]
    with transaction.atomic():
        agreeing.set_up(zone="UTC", since=BEGAN - timedelta(days=1), by=SYSTEM, now=BEGAN)
        run(happened)
        person = people.person_by(WHO)
        assert person is not None
        void(happened)
        live, why = reads.standing(person), reads.why(person, NOW)
        transaction.set_rollback(True)
    gone = {(act["kind"], act["happened_at"]) for act in happened if act["voided"]}
    counted = [
        {
            "kind": a["kind"],
            "properties": a["properties"],
            "happened_at": a["happened_at"],
            "by_account": False,
            "key": str(n),
        }
        for n, a in enumerate(happened)
        if (a["kind"], a["happened_at"]) not in gone
    ]
    expected = slowly(
        [(BEGAN - timedelta(days=1), asdict(parse_pact(default_pact_text())))],
        {"acts": counted, "facts": [], "resets": []},
        NOW,
        31,
    )
    assert live is not None
    assert live.score == expected["score"]
    assert live.is_in == expected["in"]
    assert sum(reason.points for reason in why.reasons) == live.score
    assert [(span.since, span.until) for span in why.intervals] == expected["intervals"]
