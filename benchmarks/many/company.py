"""A company with users of every role, twenty persons who went the whole way, and very many others in bulk.

Kept in a folder, it is founded once: `base.json` there says what is in it.  On PostgreSQL it lies in the database that
DATABASE_URL names, and the folder holds `base.json` alone.
"""

import json
import os
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.many import rows
from benchmarks.many.rows import CAMPAIGNS, FIRST, Ours

STORIES: Final = 20
REPS: Final = 20
SMALL: Final = 1_000
_NOTE: Final = "base.json"


@dataclass
class Company:
    """What a base holds; `tenth` is what was measured when it held a tenth of its persons."""

    persons: int
    made_at: str
    users: dict[str, int]
    stories: list[int]
    things: dict[str, str]
    ours: dict[str, object]
    measured: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def opened(folder: Path, n: int, measure: Callable[[Company, int], dict[str, dict[str, Any]]]) -> Company:
    """Return the company in a folder, made now where there is none; while it is made, measure it twice on the way."""
    os.environ["LEADPACT_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "leadpact.site.settings"
    import django

    django.setup()
    note = folder / _NOTE
    if note.exists():
        found = Company(**json.loads(note.read_text()))
        if found.persons != n:
            raise SystemExit(f"{folder} holds {found.persons:,} persons.")
        return found
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    company, done = _founded(datetime.now(UTC).replace(microsecond=0)), FIRST - 1
    for size in sorted({SMALL, n // 10, n}):
        rows.fill(done + 1, FIRST - 1 + size, Ours(**company.ours), company.now)  # type: ignore[arg-type]  # of JSON
        done, company.persons = FIRST - 1 + size, size
        if size < n:
            company.measured[str(size)] = measure(company, 0 if size == SMALL else 3)
    note.write_text(json.dumps(asdict(company)))
    return company


def _founded(now: datetime) -> Company:
    from leadpact.flow import agreeing, worker
    from leadpact.people import reads as people
    from leadpact.people.types import Identifier, IdentityKind
    from leadpact.scoring import looks
    from leadpact.team.types import SYSTEM

    began = now - timedelta(days=40)
    agreeing.set_up(zone="Europe/London", since=began, by=SYSTEM, now=began)
    users, reps, team = _hired(began)
    things = _planned(now)
    _lived(now - timedelta(days=25), now)
    looks.ask(by=SYSTEM, now=now)
    while worker.run_once(now=now):
        pass
    found = [people.person_by(Identifier(IdentityKind.EMAIL, _mail(number))) for number in range(STORIES)]
    stories = [person for person in found if person is not None]
    ours = {"first_rep": reps[0], "reps": len(reps), "team": team, "first_campaign": int(things["campaign_id"])}
    return Company(0, now.isoformat(), users, stories, things | _happened(), ours | _copied())


def _hired(now: datetime) -> tuple[dict[str, int], list[int], int]:
    """Make one user of each role and twenty reps; return them, and the team of sales."""
    from leadpact.team import actions as team
    from leadpact.team import reads as teams
    from leadpact.team.types import SYSTEM, Role, Side

    by_side = {side: found[0].id if (found := teams.teams(side)) else None for side in Side}
    sides = {Role.MARKETER: Side.MARKETING, Role.HEAD_OF_MARKETING: Side.MARKETING, Role.PARTNER: Side.PARTNER}
    sales = by_side[Side.SALES]
    assert sales is not None

    def user(name: str, role: Role) -> int:
        of = by_side[sides.get(role, Side.SALES)]
        return team.create_user(f"{name}@ours.example", None, name=name, roles=[role], team=of, by=SYSTEM, now=now)

    users = {role.value: user(role.value, role) for role in Role if role is not Role.SALES_REP}
    reps = [user(f"rep{number}", Role.SALES_REP) for number in range(REPS)]
    assert reps == list(range(reps[0], reps[0] + REPS))
    return users | {Role.SALES_REP.value: reps[0]}, reps, sales


def _planned(now: datetime) -> dict[str, str]:
    """Make campaigns with costs, a paper, a mailing, a key and a pact version besides."""
    from leadpact.base.money import Money
    from leadpact.capture import actions as capture
    from leadpact.capture.types import NewCost
    from leadpact.engagement import actions as engagement
    from leadpact.engagement.types import SourceKind
    from leadpact.nurture import actions as nurture
    from leadpact.nurture.types import Draft
    from leadpact.team.types import SYSTEM

    campaigns = [capture.create_campaign(f"Campaign {number}", by=SYSTEM, now=now).id for number in range(CAMPAIGNS)]
    days = [now.date() - timedelta(days=30 * month) for month in range(12)]
    capture.record_costs(
        [NewCost(campaign, day, Money(50_000, "GBP")) for campaign in campaigns for day in days],
        by=SYSTEM, now=now,
    )  # fmt: skip
    mailing = nurture.draft(Draft("Our new product", "Hello {{name}}", campaigns[0]), by=SYSTEM, now=now)
    engagement.create_source("Site", SourceKind.BROWSER, by=SYSTEM, now=now)
    return {"campaign_id": str(campaigns[0]), "mailing_id": str(mailing.id)}


def _happened() -> dict[str, str]:
    """Return the number of something of each kind there is, for the slots of addresses."""
    from django.db import connection

    asked = {
        "entry_id": "SELECT max(id) FROM ledger_entry",
        "offer_id": "SELECT max(id) FROM handover_offer",
        "pursuit_id": "SELECT max(id) FROM handover_pursuit",
        "promise_id": "SELECT max(id) FROM promises_promise",
        "notice_id": "SELECT max(id) FROM team_notice",
        "cost_id": "SELECT max(id) FROM capture_campaigncost",
        "source_id": "SELECT max(id) FROM engagement_source WHERE kind = 'browser'",
        "slug": "SELECT min(slug) FROM capture_form",
        "user_id": "SELECT max(id) FROM team_user",
    }
    with connection.cursor() as cursor:
        found = {}
        for name, question in asked.items():
            cursor.execute(question)
            found[name] = str(cursor.fetchone()[0])
    return found


def _copied() -> dict[str, object]:
    """Return the route and the terms of what really happened, to be those of bulk rows too."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(route AS text) FROM handover_offer ORDER BY id LIMIT 1")
        (route,) = cursor.fetchone()
        cursor.execute("SELECT CAST(terms AS text) FROM promises_promise WHERE kind = 'answer' ORDER BY id LIMIT 1")
        (terms,) = cursor.fetchone()
    return {"route": route.replace("'", "''"), "terms": terms.replace("'", "''")}


def _lived(since: datetime, until: datetime) -> None:
    """Let twenty persons look around for weeks, eighty acts each, and half of them ask for a call at the end."""
    from leadpact.flow import arrival
    from leadpact.ledger.inbox import open_inbox

    chance, events = random.Random(1), []
    for number in range(STORIES):
        for act in range(80):
            at = since + (until - since) * act / 80
            path = chance.choice(["/", "/product", "/pricing", "/docs"])
            events.append(_said(number, act, at, {"type": "page", "properties": {"path": path}}))
        if number % 2:
            asked: dict[str, object] = {"type": "track", "event": "form.submitted", "properties": {"form": "contact"}}
            events.append(_said(number, 80, until, asked))
    arrival.accept(events, channel="bench", now=until)
    while arrival.drain(open_inbox(), now=until).taken:
        pass


def _mail(number: int) -> str:
    return f"story{number}@house{number}.example"


def _said(number: int, act: int, at: datetime, what: dict[str, object]) -> dict[str, object]:
    traits = {"email": _mail(number), "name": f"Story Number{number}"}
    return {**what, "messageId": f"{number}-{act}", "timestamp": at.isoformat(), "context": {"traits": traits}}
