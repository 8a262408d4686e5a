"""Every page of docs/reference/addresses.csv as somebody would open it, and how long the server takes for it."""

import csv
import gzip
import os
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from benchmarks.many.company import Company
from benchmarks.many.rows import FIRST, HANDED

REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference"
RUNS: Final = 7
LINES: Final = 1_000  # of an answer that streams, so many parts are read
ADMIN: Final = "revenue_operations"
# Opened from a mail, a visitor's download or a file that is being imported; none of them reads a list.
LEFT_OUT: Final = {
    "/download/<str:token>/", "/download/<str:token>/file/", "/m/c/<str:token>/", "/m/u/<str:token>/",
    "/o/<str:token>/", "/import/<slug:token>/", "/import/<slug:token>/errors.csv", "/import/<slug:token>/result/",
    "/campaigns/papers/<int:paper_id>/", "/d/<slug:slug>/", "/api/<path:rest>", "/api/v1/", "/logout/", "/healthz",
}  # fmt: skip


type Measured = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One way to open an address: `name` says it, `roles` may."""

    name: str
    url: str
    roles: tuple[str, ...]
    address: str

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/v1/")


@dataclass
class Took:
    """What a page took the role that waits longest, in milliseconds; `cpu` of them the server counted.

    roles     what one request of each role took
    queries   of the role that asks most
    """

    role: str
    p50: float
    p95: float
    cpu: float
    bytes: int
    gzip: int
    queries: int
    status: int
    roles: dict[str, float]


def pages(company: Company) -> Iterator[Page]:
    """Yield every page that is read by GET, with the ways to ask for lists."""
    may = _who_may()
    with (REFERENCE / "addresses.csv").open(newline="", encoding="utf-8") as file:
        listed = [(row["address"], row["verb"]) for row in csv.DictReader(file) if row["method"] == "GET"]
    for address, verb in listed:
        if address not in LEFT_OUT:
            roles = may.get(verb, (ADMIN,))
            for way, url in _ways(address, company):
                if "<" not in url:  # of some things there is none in the base
                    yield Page(f"{address} {way}".strip(), url, roles, address)


def measured(company: Company, *, runs: int = RUNS, only: str = "") -> Iterator[tuple[str, Measured]]:
    """Yield what every page took, with its name; `only` those whose name contains it, or one of several parts by |."""
    ask = Asker(company)
    for page in pages(company):
        if any(part in page.name for part in only.split("|")):
            yield page.name, asdict(ask.took(page, runs))


class Asker:
    """Opens pages as one user of each role, with a session or a token."""

    def __init__(self, company: Company) -> None:
        from django.contrib.auth import get_user_model
        from django.test import Client

        from leadpact.team import actions as team
        from leadpact.team.types import SYSTEM

        self._browsers, self._callers = dict[str, Any](), dict[str, Any]()
        for role, number in company.users.items():
            self._browsers[role] = Client(SERVER_NAME="localhost", headers={"accept": "text/html"})
            self._browsers[role].force_login(get_user_model().objects.get(pk=number))
            token = team.create_token(number, by=SYSTEM, now=company.now)
            self._callers[role] = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})

    def took(self, page: Page, runs: int) -> Took:
        """Open a page as everybody who may, and often as the one who waits longest."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        once, queries = dict[str, float](), 0
        for role in page.roles:
            with CaptureQueriesContext(connection) as asked:
                before = time.perf_counter()
                status, _body = self._get(page, role)
                spent = (time.perf_counter() - before) * 1000
            # What is not a partner's is not there for them.
            if status < 400 or (role == page.roles[-1] and not once):
                once[role] = spent
                queries = max(queries, len(asked))
        role = max(once, key=once.__getitem__)
        status, body = self._get(page, role)
        beside = _backend_ms()
        times = [self._timed(page, role) for _ in range(max(2, runs))]
        # Of the database, where it is another process, all runs together: its clock counts hundredths of a second.
        beside = (_backend_ms() - beside) / len(times)
        clock, cpu = [each[0] for each in times], [each[1] + beside for each in times]
        return Took(
            role, round(median(clock), 1), round(quantiles(clock, n=20, method="inclusive")[-1], 1),
            round(median(cpu), 1), len(body), len(gzip.compress(body, 6)), queries, status,
            {name: round(value, 1) for name, value in once.items()},
        )  # fmt: skip

    def _timed(self, page: Page, role: str) -> tuple[float, float]:
        before, cpu = time.perf_counter(), time.process_time()
        self._get(page, role)
        return (time.perf_counter() - before) * 1000, (time.process_time() - cpu) * 1000

    def _get(self, page: Page, role: str) -> tuple[int, bytes]:
        answer = (self._callers if page.is_api else self._browsers)[role].get(page.url)
        if not answer.streaming:
            return answer.status_code, answer.content
        parts = list(islice(answer.streaming_content, LINES))
        answer.close()
        return answer.status_code, b"".join(parts)


def _backend_ms() -> float:
    """Return what the PostgreSQL process behind our connection has counted; 0 on SQLite, and where nothing tells."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    stat = Path(f"/proc/{number}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") * 1000


def _who_may() -> dict[str, tuple[str, ...]]:
    """Return the roles by verb; a partner sees what is theirs, and here nothing is."""
    with (REFERENCE / "who-may.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["verb"]: tuple(role for role, cell in row.items() if cell in {"yes", "own", "team"}) for row in rows}


def _ways(address: str, company: Company) -> list[tuple[str, str]]:
    """Return the ways to ask for what lies at an address, by name."""
    ways = _lists(company).get(address)
    if ways is not None:
        return [(way, f"{address}{'?' * bool(query)}{query}") for way, query in ways.items()]
    if "<slug:key>" in address:
        from leadpact.loop.catalogue import REPORTS

        base = [(key, address.replace("<slug:key>", key)) for key in REPORTS]
        return [*base, *((f"{key}, all time", f"{url}?period=all") for key, url in base)]
    if "<slug:what>" in address:
        from leadpact.web.campaigns.rows import FIGURES

        return [(what, _filled(address.replace("<slug:what>", what), company, {})) for what in FIGURES]
    for slot, things in _things(company).items():
        if slot in address:
            return [(way, _filled(address, company, {slot: number})) for way, number in things.items()]
    return [("", _filled(address, company, {}))]


def _things(company: Company) -> dict[str, dict[str, str]]:
    deal = _bulk("deal")
    return {
        "person_id": {
            "with a story": str(company.stories[0]), "handed over": str(company.stories[1]), "of a deal": str(deal),
        },
        "company_id": {"of a deal": str(FIRST + deal % max(1, company.persons // 5)), "of many persons": str(FIRST)},
        "deal_id": {"": str(deal)},
    }  # fmt: skip


def _bulk(stage: str) -> int:
    """Return the first person made in bulk whose hand-over stands at a stage, and who is not of the largest firm."""
    place, each = HANDED.index(stage), 50 * len(HANDED)
    return next(n for n in range(place * 50, 10**6, each) if n >= FIRST and n % 500)


def _filled(address: str, company: Company, given: dict[str, str]) -> str:
    known: dict[str, str] = {
        **company.things, "number": "1", "campaign_id": str(company.ours["first_campaign"]), **given,
    }  # fmt: skip

    def value(slot: re.Match[str]) -> str:
        return known.get(slot[1].rpartition(":")[2], slot[0])

    return re.sub(r"<([^>]+)>", value, address)


def _lists(company: Company) -> dict[str, dict[str, str]]:
    rep = company.users["sales_rep"]
    week, day = (f"{company.now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (7, 0))
    return {
        "/api/v1/arrivals": {"": f"since={week}&until={day}"},
        "/": {"": ""},
        "/leads/": {
            "by score": "view=all",
            "by name": "view=all&sort=name",
            "by last act": "view=all&sort=last_act",
            "by company": "view=all&sort=company",
            "by due": "view=all&sort=due",
            "by cooling": "view=all&sort=cooling",
            "by score, the other way round": "view=all&sort=score&order=reversed",
            "a stage": "view=all&stage=lead",
            "a stage by name": "view=all&stage=lead&sort=name",
            "an owner and a score": f"view=all&owner={rep}&min=20",
            "ready": "view=ready",
            "cooling soon": "view=cooling",
            "most engaged this month": "view=engaged",
            "a last act in 7 days": "view=all&within=7",
            "a campaign": f"view=all&campaign={company.ours['first_campaign']}",
            "a search that finds many": "view=all&q=anna",
            "a search that finds few": "view=all&q=firm1009.",
            "a search and a stage": "view=all&q=firm&stage=lead",
            "a search that finds nobody": "view=all&q=zzzzzz",
            "a search of two letters": "view=all&q=xq",
            "deep in the list": f"view=all&after={_deep()}",
        },
        "/leads.csv": {"": "view=all", "a search": "view=all&q=anna"},
        "/companies/": {
            "by name": "", "newest": "sort=newest", "by score": "sort=score", "a search": "q=firm10",
            "a search by score": "sort=score&q=firm10", "with deals": "view=deals", "a search for nothing": "q=zzzzzz",
        },
        "/deals/": {"": "", "by amount": "sort=amount", "a search": "q=firm", "a search for nothing": "q=zzzzzz"},
        "/deals/board/": {"": "", "a search": "q=firm", "an owner": f"owner={rep}"},
        "/search/": {"a name": "q=anna+reyes", "a family": "q=reyes", "nothing": "q=zzzzzz", "words": "q=firm+1009"},
        "/search.json": {"a name": "q=anna+reyes", "a letter": "q=a", "nothing": "q=zzzzzz"},
        "/loop/": {"12 months": "", "all time": "period=all", "a month": "period=month"},
        "/campaigns/": {"": "", "all time": "period=all"},
        "/deals/new/": {"": "", "a search": "q=firm"},
        "/settings/start/": {"a look back": ""},
        "/api/v1/leads": {"": "", "a search": "q=anna", "by name": "sort=name"},
        "/api/v1/search": {"a name": "q=anna+reyes"},
        "/api/v1/companies": {"": "", "a search": "q=firm10"},
        "/api/v1/deals": {"": "", "a search": "q=firm"},
        "/api/v1/reports/funnel": {"": "", "all time": "period=all"},
        "/api/v1/reports/five": {"": "", "all time": "period=all"},
    }  # fmt: skip


def _deep() -> str:
    """Return the place nine tenths down the list by score."""
    from leadpact.base import cursor
    from leadpact.worklist.models import LeadLine

    rows = LeadLine.objects.order_by("-score", "person").values_list("score", "person")
    score, person = rows[LeadLine.objects.count() * 9 // 10 - 1]
    return cursor.encode(score, person)
