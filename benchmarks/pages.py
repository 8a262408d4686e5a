"""How long the server takes for the pages Leads and Lead, with many persons in the database.

    python benchmarks/pages.py [persons]      default 100,000; once before that with a tenth of them

Works in a folder of its own, or in a new database of the server that DATABASE_URL names.  `value` is the p95 of the
slowest way to ask for the list (or of the Lead page): a whole request through all middleware, without the network.
Twenty persons go the whole way, from page visits to an offer; the others are rows like theirs.  A page that takes
more queries for more rows fails the run.  `ratio` compares the bar with the value: above 1 is faster.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.ledger_append import installation

LIMIT_MS: Final = 200
MOST_QUERIES: Final = 12  # of the list
RUNS: Final = 20
STORIES: Final = 20
FIRST: Final = 1_000  # the first number of the rows made in bulk
SMALL: Final = 1_000
GIVEN: Final = ("anna", "bruno", "chloe", "daan", "elif", "femi", "grace", "henrik", "imani", "jakub")
FAMILY: Final = ("reyes", "patel", "clarke", "strand", "nowak", "okoye", "fischer", "moreau", "rossi", "jansen", "khan")
HEAD: Final = "head@ours.example"
# Most are contacts or leads; one in five is somewhere in sales' hands.
STAGES: Final = (
    *["contact"] * 50, *["lead"] * 30, *["ready"] * 2, *["offered"] * 2, *["working"] * 4, *["deal"] * 2,
    *["customer"] * 4, *["recycled"] * 3, *["cooled"] * 2, "disqualified",
)  # fmt: skip


@dataclass(frozen=True)
class Took:
    """What one page took, in milliseconds of the clock and of the CPU."""

    p50: float
    p95: float
    cpu: float
    size: int
    queries: int


def found(now: datetime) -> tuple[int, list[int]]:
    """Found the company; return the number of one who sells and of the persons who have a story."""
    from leadpact.flow import agreeing, worker
    from leadpact.people import reads as people
    from leadpact.people.types import Identifier, IdentityKind
    from leadpact.team import actions as team
    from leadpact.team import reads as teams
    from leadpact.team.types import SYSTEM, Role, Side

    began = now - timedelta(days=40)
    agreeing.set_up(zone="Europe/London", since=began, by=SYSTEM, now=began)
    sales = teams.teams(Side.SALES)[0].id
    team.create_user(HEAD, None, name="Hanna", roles=[Role.HEAD_OF_SALES], team=sales, by=SYSTEM, now=began)
    reps = [
        team.create_user(
            f"{name}@ours.example", None, name=name, roles=[Role.SALES_REP], team=sales, by=SYSTEM, now=began
        )
        for name in ("Ann", "Ben", "Cat")
    ]
    live(now - timedelta(days=25), now)
    while worker.run_once(now=now):
        pass
    who = [people.person_by(Identifier(IdentityKind.EMAIL, mail(number))) for number in range(STORIES)]
    return reps[0], [person for person in who if person is not None]


def live(since: datetime, until: datetime) -> None:
    """Let twenty persons look around for weeks, eighty acts each, and half of them ask for a call at the end."""
    from leadpact.flow import arrival
    from leadpact.ledger.inbox import open_inbox

    chance, events = random.Random(1), []
    for number in range(STORIES):
        for act in range(80):
            at = since + (until - since) * act / 80
            path = chance.choice(["/", "/product", "/pricing", "/docs"])
            events.append(said(number, act, at, {"type": "page", "properties": {"path": path}}))
        if number % 2:
            asked: dict[str, object] = {"type": "track", "event": "form.submitted", "properties": {"form": "contact"}}
            events.append(said(number, 80, until, asked))
    arrival.accept(events, channel="bench", now=until)
    while arrival.drain(open_inbox(), now=until).taken:
        pass


def mail(number: int) -> str:
    return f"story{number}@house{number}.example"


def said(number: int, act: int, at: datetime, what: dict[str, object]) -> dict[str, object]:
    traits = {"email": mail(number), "name": f"Story Number{number}"}
    return {**what, "messageId": f"{number}-{act}", "timestamp": at.isoformat(), "context": {"traits": traits}}


def fill(first: int, last: int, owner: int, now: datetime) -> None:
    """Write persons `first` to `last`, with companies, identities, standings, lines of the list and three acts each."""
    from django.db import connection

    is_sqlite = connection.vendor == "sqlite"
    base = f"{now:%Y-%m-%d %H:%M:%S}"

    def ago(minutes: str) -> str:
        if is_sqlite:
            return f"datetime('{base}', (-({minutes})) || ' minutes')"
        return f"timestamptz '{base}+00' - ({minutes}) * interval '1 minute'"

    given, family = one_of("n", GIVEN), one_of("n / 10", FAMILY)
    stage = one_of("(n * 7919)", STAGES)
    company, score = f"{FIRST} + n % {max(1, last // 5)}", "(n * 104729 % 70) * 1000"
    email = f"{given} || '.' || {family} || n || '@firm' || ({company}) || '.example'"
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})"
    at, never = ago("n % 500000"), "CAST(NULL AS BIGINT)"
    handed = f"CASE WHEN {stage} IN ('offered', 'working', 'deal') THEN"
    statements = [
        f"INSERT INTO people_company (id, name, name_key, created_at, facts) {numbers}"
        f" SELECT {company}, 'firm ' || ({company}), 'firm ' || ({company}), {at}, '{{}}' FROM numbers WHERE true"
        " ON CONFLICT DO NOTHING",
        f"INSERT INTO people_person (id, name, email, phone, title, company_id, facts, created_at) {numbers}"
        f" SELECT n, {given} || ' ' || {family}, {email}, '', 'Engineer', {company}, '{{}}', {at} FROM numbers",
        f"INSERT INTO people_identity (id, kind, source, value, life, person_id, strength, created_at) {numbers}"
        f" SELECT n, 'email', '', {email}, 1, n, 'sure', {at} FROM numbers",
        "INSERT INTO scoring_standing (person_id, due_at, judged_at, pact_version, score, scores, is_in, is_ready,"
        f" is_lead, score_week_ago) {numbers} SELECT n, {ago('-n % 50000 - 60000')}, {at}, 1, {score}, '{{}}',"
        " false, false, false, 0 FROM numbers",
        "INSERT INTO worklist_leadline (person_id, name, email, company, company_name, search, name_key, stage, score,"
        " score_week_ago, falls_at, below_down_at, owner, team, pursuit, due_at, due_what, last_act_at, last_act_kind,"
        f" last_act_detail, type, title, company_key, campaign, channel, family_key, email_key) {numbers}"
        f" SELECT n, {given} || ' ' || {family}, {email}, {company},"
        f" 'firm ' || ({company}), {given} || ' ' || {family} || ' ' || {email} || ' firm ' || ({company}),"
        f" {given} || ' ' || {family}, {stage}, {score}, 0, {ago('-n % 50000')}, {ago('-n % 50000')},"
        f" {handed} {owner} ELSE {never} END, {never}, {never}, {handed} {at} END, '', {at}, 'page.viewed', '/product',"
        f" {handed} 'content' ELSE '' END, 'Engineer', 'firm ' || ({company}), {handed} n % 20 ELSE {never} END,"
        f" {handed} 'webinar' ELSE '' END, {family}, {email} FROM numbers",
        *[
            'INSERT INTO ledger_entry (kind, happened_at, recorded_at, identity, about, "by", facts, digest)'
            f" {numbers} SELECT 'page.viewed', {ago(f'n % 500000 + {act}')}, {at}, n, '', 'source:1',"
            f' \'{{"path": "/product"}}\', {one_of("n", ["x"] * 2) if is_sqlite else zeros()} FROM numbers'
            for act in range(3)
        ],
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        if not is_sqlite:
            cursor.execute("ANALYZE")  # as its autovacuum does after a while


def zeros() -> str:
    return "decode(repeat('00', 32), 'hex')"


def one_of(number: str, words: tuple[str, ...] | list[str]) -> str:
    """Return SQL that picks one of the words by a number."""
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"(CASE ({number}) % {len(words)} {cases} END)"


def lists(rep: int) -> dict[str, str]:
    """Return the ways to ask for the list."""
    return {
        "by score": "",
        "by name": "sort=name",
        "by last act": "sort=last_act",
        "by company": "sort=company",
        "by score, the other way round": "sort=score&order=reversed",
        "a stage": "stage=lead",
        "an owner and a score": f"owner={rep}&min=20",
        "ready": "view=ready",
        "cooling soon": "view=cooling",
        "most engaged this month": "view=engaged",
        "a last act in 7 days": "within=7",
        "a campaign": "campaign=7",
        "a search that finds many": "q=anna",
        "a search that finds few": "q=firm+1009%40",
        "a search and a stage": "q=firm&stage=lead",
        "deep in the list": f"after={deep()}",
    }


def deep() -> str:
    """Return the place nine tenths down the list by score."""
    from leadpact.base import cursor
    from leadpact.worklist.models import LeadLine

    rows = LeadLine.objects.order_by("-score", "person").values_list("score", "person")
    score, person = rows[LeadLine.objects.count() * 9 // 10 - 1]
    return cursor.encode(score, person)


def measure(get: Callable[[str], int], url: str) -> Took:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get(url)
    with CaptureQueriesContext(connection) as asked:
        size = get(url)
    queries = len(asked)  # read now: the next request empties the log
    clock, cpu = [], []
    for _ in range(RUNS):
        before, cpu_before = time.perf_counter(), time.process_time()
        get(url)
        clock.append((time.perf_counter() - before) * 1000)
        cpu.append((time.process_time() - cpu_before) * 1000)
    p95 = quantiles(clock, n=20)[-1]
    return Took(round(median(clock), 1), round(p95, 1), round(median(cpu), 1), size, queries)


def getter() -> Callable[[str], int]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(email=HEAD))

    def get(url: str) -> int:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return len(answer.content)

    return get


def measured(rep: int, stories: list[int]) -> dict[str, dict[str, Took]]:
    get = getter()
    return {
        "list_page": {name: measure(get, f"/leads/?{query}") for name, query in lists(rep).items()},
        "lead_page": {f"story {number}": measure(get, f"/leads/{number}/") for number in (stories[0], stories[1])},
    }


def check(sizes: dict[int, dict[str, dict[str, Took]]]) -> None:
    """Raise where a page takes more queries for more rows, or the list too many."""
    smallest, *others = (sizes[size] for size in sorted(sizes))
    for name, pages in smallest.items():
        for page, took in pages.items():
            counts = [took.queries, *(other[name][page].queries for other in others)]
            # Fewer for more: a list that fills its page need not look for lines without a value.
            assert counts == sorted(counts, reverse=True), f"{page} takes {counts} queries"
            assert name != "list_page" or counts[0] <= MOST_QUERIES, f"{page} takes {counts[0]} queries"


def reports(n: int, sizes: dict[int, dict[str, dict[str, Took]]], kind: str) -> Iterator[dict[str, object]]:
    import sqlite3  # by now the one the settings put in place

    for name, pages in sizes[n].items():
        worst = max(took.p95 for took in pages.values())
        small = max(took.p95 for took in sizes[n // 10][name].values())
        yield {
            "name": name,
            "n": n,
            "value": worst,
            "unit": "ms p95",
            "limit_value": LIMIT_MS,
            "ratio": round(LIMIT_MS / worst, 2),
            "runs": RUNS,
            "db": kind,
            "sqlite_version": sqlite3.sqlite_version,
            "cpu_s": round(time.process_time(), 2),
            "growth": {"1x": small, "10x": worst},
            "pages": {page: vars(took) for page, took in pages.items()},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="?", type=int, default=100_000, help="persons (default: %(default)s)")
    n: int = parser.parse_args().n
    with installation() as kind:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        now = datetime.now(UTC).replace(microsecond=0)
        rep, stories = found(now)
        sizes: dict[int, dict[str, dict[str, Took]]] = {}
        done = FIRST - 1
        for size in sorted({SMALL, n // 10, n}):
            fill(done + 1, FIRST - 1 + size, rep, now)
            done = FIRST - 1 + size
            sizes[size] = measured(rep, stories)
        check(sizes)
        connection.close()
        for report in reports(n, sizes, kind):
            sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
