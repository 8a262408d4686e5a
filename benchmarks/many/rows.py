"""Rows of very many persons, written straight to the tables by the database itself.

Every number of a row follows from the person's own, so that two bases of one size are the same.  Of a hundred persons
two were handed over, and of four hand-overs one became a deal; the others are visitors, contacts and leads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

FIRST: Final = 1_000  # the first number of the rows made in bulk
CAMPAIGNS: Final = 30
ACTS: Final = 4
FIRM_OF_MANY: Final = 500  # one person in so many is of one and the same company
_GIVEN: Final = ("anna", "bruno", "chloe", "daan", "elif", "femi", "grace", "henrik", "imani", "jakub")
_FAMILY: Final = (
    "reyes", "patel", "clarke", "strand", "nowak", "okoye", "fischer", "moreau", "rossi", "jansen", "khan",
)  # fmt: skip
_STAGES: Final = (*["anonymous"] * 20, *["contact"] * 49, *["lead"] * 30, "ready")
# Of the hand-overs, one in four came to a deal.
HANDED: Final = (
    "deal", "offered", "working", "recycled", "customer", "working", "recycled", "disqualified", "lost", "cooled",
    "working", "recycled",
)  # fmt: skip
_TYPES: Final = ("inbound request", "content", "event", "content")
_CHANNELS: Final = ("search", "website", "event", "email", "direct", "paid social", "referral")
_DEAL_STAGES: Final = ("Discovery", "Proposal", "Negotiation")
_CAME_BY: Final = f"CASE WHEN n % 10 < 3 THEN 'campaign ' || (n / 50 % {CAMPAIGNS}) ELSE '' END"
_TWO_YEARS: Final = 730 * 24 * 60  # minutes


@dataclass(frozen=True)
class Ours:
    """What bulk rows point to: reps with numbers in a row, and a route, terms and a team of what really happened."""

    first_rep: int
    reps: int
    team: int
    first_campaign: int
    route: str
    terms: str


@dataclass(frozen=True)
class Words:
    """How a database says moments and choices."""

    vendor: str
    now: datetime

    def ago(self, minutes: str) -> str:
        base = f"{self.now:%Y-%m-%d %H:%M:%S}"
        if self.vendor == "sqlite":
            return f"datetime('{base}', (-({minutes})) || ' minutes')"
        return f"timestamptz '{base}+00' - ({minutes}) * interval '1 minute'"

    def day_ago(self, minutes: str) -> str:
        return f"date({self.ago(minutes)})" if self.vendor == "sqlite" else f"({self.ago(minutes)})::date"

    def numbers(self, first: int, last: int) -> str:
        if self.vendor == "sqlite":
            chain = f"SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}"
            return f"WITH RECURSIVE numbers(n) AS ({chain})"
        return f"WITH numbers(n) AS (SELECT generate_series({first}, {last})::bigint)"

    @property
    def zeros(self) -> str:
        return "zeroblob(32)" if self.vendor == "sqlite" else "decode(repeat('00', 32), 'hex')"

    @property
    def json(self) -> str:
        return "text" if self.vendor == "sqlite" else "jsonb"

    def one_of(self, number: str, words: Sequence[str]) -> str:
        cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
        return f"(CASE ({number}) % {len(words)} {cases} END)"


def fill(first: int, last: int, ours: Ours, now: datetime) -> None:
    """Write persons `first` to `last` with all that hangs on them."""
    from django.db import connection

    words = Words(connection.vendor, now)
    with connection.cursor() as cursor:
        if words.vendor == "sqlite":
            for setting in ("synchronous = OFF", "cache_size = -400000", "temp_store = MEMORY"):
                cursor.execute(f"PRAGMA {setting}")
        for statement in _statements(first, last, ours, words):
            cursor.execute(statement)
        # Bulk rows have no place in the chain of the ledger: nothing here reads it.
        cursor.execute("DELETE FROM ledger_unsequenced")
        cursor.execute("ANALYZE" if words.vendor == "postgresql" else "PRAGMA optimize = 0x10002")
    connection.close()


def _statements(first: int, last: int, ours: Ours, words: Words) -> Iterator[str]:
    yield "DROP TABLE IF EXISTS made"
    yield _made(first, last, ours, words)
    yield from _people(words)
    yield from _acts(words)
    yield from _lines(words)
    yield from _handed_over(words, ours)
    yield from _deals(words)
    yield "DROP TABLE made"


def _made(first: int, last: int, ours: Ours, words: Words) -> str:
    """Return what decides all rows of a person.

    age      minutes since the person came
    seen     minutes since their last act
    """
    given, family = words.one_of("n", _GIVEN), words.one_of("n / 10", _FAMILY)
    firms = f"{FIRST} + n % {max(1, last // 5)}"
    company = f"CASE WHEN n % {FIRM_OF_MANY} = 0 THEN {FIRST} ELSE {firms} END"
    stage = f"CASE WHEN n % 50 = 0 THEN {words.one_of('n / 50', HANDED)} ELSE {words.one_of('n * 7919', _STAGES)} END"
    age = f"CASE WHEN n % 50 = 0 AND (n / 50) % 12 = 1 THEN 60 + n * 7919 % 5000 ELSE 60 + n * 7919 % {_TWO_YEARS} END"
    return (
        f"CREATE TEMP TABLE made AS {words.numbers(first, last)}"
        f", named AS (SELECT n, {given} AS given, {family} AS family, {company} AS company, {stage} AS stage,"
        f" {age} AS age FROM numbers)"
        " SELECT n, given || ' ' || family AS name, family, company, 'firm ' || company AS firm, stage, age,"
        " given || '.' || family || n || '@firm' || company || '.example' AS email,"
        " age * (n % 97) / 100 AS seen, (n * 104729 / 997 % 70) * 1000 AS score, n % 50 = 0 AS is_handed,"
        " stage IN ('deal', 'customer', 'lost') AS has_deal,"
        f" {ours.first_rep} + (n / 50) % {ours.reps} AS rep,"
        f" CASE WHEN (n / 50) % 10 < 6 THEN {ours.first_campaign} + (n / 50) % {CAMPAIGNS} END AS campaign,"
        f" {words.one_of('n', _CHANNELS)} AS channel, {words.one_of('n / 50', _TYPES)} AS type FROM named"
    )


def _people(words: Words) -> Iterator[str]:
    came, known = words.ago("age"), "WHERE stage <> 'anonymous'"
    yield (
        "INSERT INTO people_company (id, name, name_key, created_at, facts)"
        f" SELECT company, min(firm), min(firm), min({came}), '{{}}' FROM made {known} GROUP BY company"
        " ON CONFLICT DO NOTHING"
    )
    yield (
        "INSERT INTO people_domain (name, shared, company_id)"
        f" SELECT DISTINCT 'firm' || company || '.example', false, company FROM made {known} ON CONFLICT DO NOTHING"
    )
    yield (
        "INSERT INTO people_person (id, name, email, phone, title, company_id, facts, created_at)"
        " SELECT n, CASE WHEN stage = 'anonymous' THEN '' ELSE name END,"
        " CASE WHEN stage = 'anonymous' THEN '' ELSE email END, '', 'Engineer',"
        f" CASE WHEN stage <> 'anonymous' THEN company END, '{{}}', {came} FROM made"
    )
    yield (
        "INSERT INTO people_identity (id, kind, source, value, life, person_id, strength, created_at)"
        " SELECT n, CASE WHEN stage = 'anonymous' THEN 'anonymous' ELSE 'email' END, '', email, 1, n, 'sure',"
        f" {came} FROM made"
    )
    yield (
        "INSERT INTO people_fact (person_id, name, value, happened_at, recorded_at, entry)"
        f" SELECT n, 'title', '\"Engineer\"', {came}, {came}, n FROM made {known}"
    )
    yield (
        "INSERT INTO people_consent (person_id, purpose, given, happened_at, source, entry)"
        f" SELECT n, 'mail', true, {came}, 'form', n FROM made {known} AND n % 2 = 0"
    )


def _acts(words: Words) -> Iterator[str]:
    for act in range(ACTS):
        at = words.ago(f"seen + (age - seen) * {act} / {ACTS}")
        path = words.one_of(f"n + {act}", ("/", "/product", "/pricing", "/docs", "/blog"))
        yield (
            'INSERT INTO ledger_entry (kind, happened_at, recorded_at, identity, about, "by", facts, digest)'
            f" SELECT 'page.viewed', {at}, {at}, n, '', 'source:1',"
            f" CAST('{{\"path\": \"' || {path} || '\"}}' AS {words.json}),"
            f" {words.zeros} FROM made"
        )
    yield (
        "INSERT INTO capture_touch (identity, happened_at, campaign_key, channel)"
        f" SELECT n, {words.ago('age')}, {_CAME_BY},"
        " channel FROM made WHERE n % 10 < 7"
    )


def _lines(words: Words) -> Iterator[str]:
    lead = "stage NOT IN ('anonymous', 'contact')"
    falls, below = words.ago("-n % 50000"), words.ago("-n % 60000")
    yield (
        "INSERT INTO scoring_standing (person_id, due_at, judged_at, pact_version, score, scores, is_in, is_ready,"
        f" is_lead, lead_since, score_week_ago) SELECT n, {words.ago('-n % 50000 - 60000')}, {words.ago('seen')}, 1,"
        f" score, '{{}}', false, stage = 'ready', {lead}, CASE WHEN {lead} THEN {words.ago('age * 8 / 10')} END, 0"
        " FROM made"
    )
    anonymous = "stage = 'anonymous'"
    name, email = f"CASE WHEN {anonymous} THEN '' ELSE name END", f"CASE WHEN {anonymous} THEN '' ELSE email END"
    running = "stage IN ('offered', 'working', 'deal')"
    since, came, by_campaign = words.ago("age * 8 / 10"), words.ago("age"), _CAME_BY
    yield (
        "INSERT INTO worklist_leadline (person_id, name, email, company, company_name, search, name_key, stage, score,"
        " score_week_ago, falls_at, below_down_at, owner, team, pursuit, due_at, due_what, last_act_at, last_act_kind,"
        " last_act_detail, type, title, company_key, campaign, channel, family_key, email_key, lead_since, began_at,"
        " came_at, came_by)"
        f" SELECT n, {name}, {email}, CASE WHEN NOT ({anonymous}) THEN company END,"
        f" CASE WHEN {anonymous} THEN '' ELSE firm END,"
        f" CASE WHEN {anonymous} THEN '' ELSE name || ' ' || email || ' ' || firm END, {name}, stage, score, 0,"
        f" {falls}, {below}, CASE WHEN {running} THEN rep END, CAST(NULL AS BIGINT),"
        f" CASE WHEN is_handed THEN n END, CASE WHEN {running} THEN {words.ago('age / 2 - 1440')} END,"
        f" CASE stage WHEN 'offered' THEN 'answer' WHEN 'working' THEN 'feedback' WHEN 'deal' THEN 'feedback' ELSE ''"
        f" END, {words.ago('seen')}, 'page.viewed', '/product', CASE WHEN is_handed THEN type ELSE '' END, 'Engineer',"
        f" CASE WHEN NOT ({anonymous}) THEN firm END, CASE WHEN is_handed THEN campaign END,"
        f" CASE WHEN is_handed THEN channel ELSE '' END, CASE WHEN {anonymous} THEN '' ELSE family END, {email},"
        f" CASE WHEN {lead} THEN {since} END, CASE WHEN {lead} THEN {since} ELSE {came} END, {came}, {by_campaign}"
        " FROM made"
    )


def _handed_over(words: Words, ours: Ours) -> Iterator[str]:
    offered, over = words.ago("age / 2"), "stage NOT IN ('offered', 'working', 'deal')"
    yield (
        "INSERT INTO handover_pursuit (id, number, company_id, type, pact_version, stage, owner_id, began_at,"
        " ended_at, first_touch_at, first_touch_campaign, first_touch_channel, reason, note, is_history)"
        f" SELECT n, n, company, type, 1, stage, CASE WHEN stage <> 'cooled' THEN rep END, {words.ago('age * 6 / 10')},"
        f" CASE WHEN {over} THEN {words.ago('age / 4')} END, {words.ago('age')}, campaign, channel, '', '', false"
        " FROM made WHERE is_handed"
    )
    yield (
        "INSERT INTO handover_pursuitperson (pursuit_id, person_id, joined_at)"
        f" SELECT n, n, {words.ago('age * 6 / 10')} FROM made WHERE is_handed"
    )
    worked = "stage IN ('working', 'recycled', 'disqualified', 'deal', 'customer', 'lost')"
    for stage, which, at in (
        ("'lead'", "true", "age * 8 / 10"), ("'ready'", "true", "age * 6 / 10"), ("'offered'", "true", "age / 2"),
        ("'working'", worked, "age / 2 - age / 50"), ("'deal'", "has_deal", "age * 4 / 10"), ("stage", over, "age / 4"),
    ):  # fmt: skip
        yield (
            "INSERT INTO handover_stagedate (pursuit_id, stage, happened_at, entry)"
            f" SELECT n, {stage}, {words.ago(at)}, n FROM made WHERE is_handed AND {which}"
        )
    answer = "CASE stage WHEN 'offered' THEN '' WHEN 'cooled' THEN 'withdrawn' ELSE 'accepted' END"
    answered = f"CASE WHEN stage <> 'offered' THEN {words.ago('age / 2 - age / 50')} END"
    yield (
        "INSERT INTO handover_offer (id, pursuit_id, user_id, team_id, offered_at, route, answered_at, answer, reason,"
        f" note, entry) SELECT n, n, rep, {ours.team}, {offered}, '{ours.route}', {answered}, {answer}, '', '', n"
        " FROM made WHERE is_handed"
    )
    yield (
        "INSERT INTO handover_activity (person_id, pursuit_id, user_id, kind, happened_at, note, entry)"
        f" SELECT n, n, rep, 'call', {words.ago('age * 4 / 10')}, '', n FROM made WHERE is_handed AND {worked}"
    )
    closed = f"CASE WHEN stage <> 'offered' THEN {words.ago('age / 2 - age / 50')} END"
    state = "CASE WHEN stage = 'offered' THEN 'open' WHEN n % 400 = 0 THEN 'missed' ELSE 'kept' END"
    for kind in ("answer", "feedback"):
        key = "'answer:offer:' || n" if kind == "answer" else "'feedback:pursuit:' || n"
        yield (
            "INSERT INTO promises_promise (key, kind, owed_by_side, owed_by_user_id, owed_by_team_id, owed_to_side,"
            " about, pact_version, terms, made_at, due_at, state, closed_at, closed_by, worked_seconds, progress,"
            f" reason, made_entry) SELECT {key}, '{kind}', 'sales', rep, {ours.team}, 'marketing', 'pursuit:' || n, 1,"
            f" '{ours.terms}', {offered}, {words.ago('age / 2 - age / 40')}, {state}, {closed}, '', 3600, 0, '', n"
            f" FROM made WHERE is_handed{'' if kind == 'answer' else " AND stage <> 'offered'"}"
        )


def _deals(words: Words) -> Iterator[str]:
    stage = words.one_of("n / 200", _DEAL_STAGES)
    state = "CASE stage WHEN 'deal' THEN 'open' WHEN 'customer' THEN 'won' ELSE 'lost' END"
    closed = f"CASE WHEN stage <> 'deal' THEN {words.ago('age / 4')} END"
    amount = "(1000 + n * 7919 % 90000) * 100"
    yield (
        "INSERT INTO pipeline_deal (id, title, company_id, pursuit, stage, state, amount_minor, currency, owner_id,"
        " next_step, next_step_on, opened_at, closed_at, reason, note, inbound, search)"
        f" SELECT n, 'Deal with ' || firm, company, n, {stage}, {state}, {amount}, 'GBP', rep, 'Call',"
        f" {words.day_ago('n % 40000 - 20000')}, {words.ago('age * 4 / 10')}, {closed}, '', '', n % 3 > 0,"
        " 'deal with ' || firm FROM made WHERE has_deal"
    )
    yield "INSERT INTO pipeline_dealperson (deal_id, person_id, role) SELECT n, n, '' FROM made WHERE has_deal"
    for step, which in (("open", "true"), ("open", "true"), ("closed", "stage <> 'deal'")):
        yield (
            "INSERT INTO pipeline_dealstage (deal_id, stage, state, amount_minor, currency, happened_at, entry)"
            f" SELECT n, {stage}, {'state' if step == 'closed' else "'open'"}, {amount}, 'GBP',"
            f" {words.ago('age / 4' if step == 'closed' else 'age * 4 / 10')}, n"
            f" FROM (SELECT n, age, {state} AS state, stage FROM made WHERE has_deal) d WHERE {which}"
        )
