"""The sample company of `make demo`: believable, the same for a seed, never doubled, and with something to do."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from conftest import Home
from leadpact.base.working_time import elapsed
from leadpact.flow.simulating import founding, living, names, visits
from leadpact.flow.simulating.colleagues import LOST
from leadpact.flow.simulating.progress import Progress
from leadpact.flow.simulating.prospects import ZONE, World
from leadpact.flow.simulating.visits import Arriving
from leadpact.handover import disputed
from leadpact.handover import reads as handover
from leadpact.handover.disputed import Ruling
from leadpact.handover.models import Pursuit
from leadpact.handover.types import Answer, OfferView, Stage
from leadpact.ledger.inbox import open_inbox
from leadpact.loop import reads as loop
from leadpact.nurture import reads as mailed
from leadpact.pact import reads as pacts
from leadpact.pipeline import reads as deals
from leadpact.pipeline.types import DealState
from leadpact.team import reads as teams
from leadpact.web.today.page import today_of
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import LeadFilter
from leadpact.worklist.urgent import Part

BEGAN = datetime(2024, 11, 22, tzinfo=UTC)
NOW = datetime(2026, 11, 19, 9, 20, tzinfo=UTC)  # a Thursday morning
SOON = timedelta(hours=2)


def world(seed: int, scale: float = 1.0) -> World:
    return World(seed, scale, BEGAN, 730)


def arrivals(of: World, days: int) -> list[Arriving]:
    return [one for n in range(days) for one in visits.events_on(of, of.first_day + timedelta(days=n))]


def who(one: Arriving) -> str:
    return str(one.event["anonymousId"])


@pytest.fixture(scope="module")
def two_years() -> list[Arriving]:
    return arrivals(world(7), 730)


def test_two_years_are_12000_visitors_and_3000_known_persons_of_600_firms_and_120000_acts(
    two_years: list[Arriving],
) -> None:
    traits = {who(one): one.event["context"]["traits"] for one in two_years if "traits" in one.event["context"]}
    visitors = {who(one) for one in two_years}
    assert 10_500 <= len(visitors) - len(traits) <= 13_500
    assert 2_700 <= len({each["email"] for each in traits.values()}) <= 3_300
    assert 560 <= len({each["company"] for each in traits.values()}) <= 640
    assert 105_000 <= len(two_years) <= 140_000
    assert len({one.message for one in two_years}) == len(two_years)


def test_they_come_on_working_days_and_a_few_look_around_for_months(two_years: list[Arriving]) -> None:
    days = [datetime.fromisoformat(one.event["timestamp"]).astimezone(ZONE).weekday() for one in two_years]
    assert sum(day > 4 for day in days) / len(days) < 0.15
    most = [n for _, n in Counter(map(who, two_years)).most_common()]
    assert sum(most[: len(most) // 10]) / len(two_years) >= 0.4


def test_a_seed_is_one_history_and_another_seed_another() -> None:
    told = [arrivals(world(seed, 0.1), 60) for seed in (7, 7, 8)]
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_the_firms_have_names_of_their_own() -> None:
    firms = [*names.firms(), *{each.company for each in names.NOTED}]
    assert 580 <= len(firms) == len(set(firms)) <= 620
    assert len({names.domain_of(firm) for firm in firms}) == len(firms)


@pytest.fixture
def whole_database(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    """One whose inbox is emptied too: on PostgreSQL that is a table with a connection of its own."""
    settings.PAPERS = tmp_path / "papers"
    yield
    open_inbox().close()


def lived(folder: Path, *, scale: float, days: int, now: datetime = NOW) -> Progress:
    progress = living.found(folder, seed=7, scale=scale, password=None, now=now, days=days)
    living.live(folder, progress, now=now, told=lambda *_: None)
    found = Progress.read(folder)
    assert found is not None
    return found


def shown_to_each(now: datetime) -> dict[str, tuple[bool, bool, bool]]:
    """Say of each login whether their Today shows something due within two hours at work, past due, about to cool."""
    calendar, ours, found = teams.calendar_of_team(None), teams.settings(), {}
    for member in teams.users():
        page = today_of(member, now=now, ours=ours)
        moments = [waits.line.due_at for some in page.parts.values() for waits in some.lines]
        moments += [each.due_at for each in page.disputes.oldest]
        moments += [outcome.due_at for day in page.became for outcome in day.outcomes]
        due = [each for each in moments if each is not None]
        found[member.name] = (
            any(now < each and elapsed(now, each, calendar) <= SOON for each in due),
            any(each < now for each in due),
            bool(page.part(Part.COOLING).total or page.part(Part.ALL_COOLING).total),
        )
    return found


def others_find(now: datetime) -> dict[str, set[str]]:
    """Say of those who work no leads what of their own waits, is late or about to be lost on their Today."""
    ours, found = teams.settings(), {}
    for member in teams.users():
        page = today_of(member, now=now, ours=ours)
        waits = {
            "cooling": page.part(Part.ALL_COOLING).total > 0,
            "disputes": page.disputes.total > 0,
            "late": page.part(Part.LATE).total > 0,
            "became": bool(page.became),
            "promised": any(each.side == "marketing" for each in page.summary.promises) if page.summary else False,
            "put right": bool(page.put_right),
            "review ahead": page.review_on is not None and not page.is_review_past,
        }
        found[member.name.split()[0]] = {what for what, is_there in waits.items() if is_there}
    return found


WAITS_FOR = {
    "Tom": {"promised"},
    "Karl": {"promised"},
    "Ines": {"promised", "late", "cooling", "disputes", "review ahead"},
    "Priya": {"promised", "cooling", "disputes", "became", "review ahead"},
    "Jonas": {"promised", "cooling", "disputes", "became"},
    "Olga": {"put right", "cooling", "disputes"},
    "Helen": {"promised", "cooling", "disputes", "review ahead"},
}


ALL_THREE = dict.fromkeys((one.name for one in founding.COLLEAGUES), (True, True, True))


def missing_of(found: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: lacks for name, wanted in WAITS_FOR.items() if (lacks := wanted - found[name])}


@pytest.mark.long
@pytest.mark.sqlite_only
@pytest.mark.parametrize("began", ["2026-11-20 17:30", "2026-11-21 12:00", "2026-11-22 23:10", "2026-11-23 09:00"])
def test_so_they_do_whenever_the_sample_was_begun_and_begun_again(
    whole_database: None, tmp_path: Path, began: str
) -> None:
    """On a Friday evening, at the weekend, on a Monday morning; and each time somebody starts it anew on that day."""
    now = datetime.fromisoformat(began).replace(tzinfo=UTC)
    for later in (timedelta(0), timedelta(minutes=55), timedelta(minutes=150)):
        lived(tmp_path, scale=0.06, days=32, now=now + later)
        assert shown_to_each(now + later) == ALL_THREE, later


@pytest.mark.sqlite_only  # what is drawn by lot does not depend on the database
def test_whoever_logs_in_finds_something_due_something_late_and_something_cooling(
    whole_database: None, tmp_path: Path
) -> None:
    progress = lived(tmp_path, scale=0.03, days=32)
    assert progress.until == NOW
    assert shown_to_each(NOW) == ALL_THREE
    assert missing_of(others_find(NOW)) == {}
    hannah = worklist.lines(LeadFilter(search="hannah reyes")).lines[0]
    assert (hannah.stage, hannah.owner) == (Stage.OFFERED, founding.people()["Tom Okafor"])


@pytest.mark.long_on_postgresql
def test_the_demo_lives_up_to_now_a_later_start_does_not_double_it_and_simulate_goes_on(home: Home) -> None:
    scaled = "demo", "--no-serve", "--scale", "0.03", "--days", "14", "--json"
    first = json.loads(home.run(*scaled).stdout)
    stats = json.loads(home.run("ledger", "stats", "--json").stdout)
    assert first["days"] in {14, 15}
    assert stats["undrained"] == 0
    assert stats["received"] == stats["stored"] + stats["quarantined"] >= first["events"]
    assert json.loads(home.run("ledger", "verify", "--json").stdout)["ok"] is True
    again = json.loads(home.run(*scaled).stdout)
    assert (again["days"], again["since"]) == (1, first["until"])
    more = json.loads(home.run("simulate", "--until", "+3d", "--json").stdout)
    assert more["days"] in {3, 4}
    assert datetime.fromisoformat(more["until"]) - datetime.fromisoformat(again["until"]) == timedelta(days=3)
    funnel = {row["stage"]: row["reached"] for row in json.loads(home.run("report", "funnel", "--json").stdout)}
    assert funnel["offered"] > 0


@pytest.mark.parametrize("words", [("demo", "--no-serve", "--json"), ("simulate", "--json")])
def test_nothing_is_ever_simulated_in_a_home_that_is_in_use(home: Home, words: tuple[str, ...]) -> None:
    home.install()
    home.run(
        "user", "create", "--email", "ann@ours.example", "--role", "sales_rep", "--password-stdin",
        text="a long one here",
    )  # fmt: skip
    refused = home.run(*words, check=False)
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (3, "not_a_sample")


@pytest.mark.parametrize("until", ["+7", "tomorrow"])
def test_simulate_says_what_it_takes(home: Home, until: str) -> None:
    home.path.mkdir()
    Progress(7, 0.01, BEGAN, NOW, 1).write(home.path)
    refused = home.run("simulate", "--until", until, "--json", check=False)
    assert (refused.returncode, json.loads(refused.stdout)["code"]) == (2, "bad_until")


def offers_of_all() -> Iterator[OfferView]:
    for number in Pursuit.objects.order_by("pk").values_list("pk", flat=True):  # which need not begin at 1
        yield from handover.offers_of(number)


@pytest.mark.long
def test_two_years_of_the_whole_company_are_as_a_real_one(whole_database: None, tmp_path: Path) -> None:
    lived(tmp_path, scale=1.0, days=730)
    offers = list(offers_of_all())
    assert 200 <= len(offers) <= 320
    hours: dict[int, list[timedelta]] = {}
    for offer in offers:
        if offer.answered_at is not None and offer.user is not None:
            took = elapsed(offer.offered_at, offer.answered_at, teams.calendar_of_team(offer.team))
            hours.setdefault(offer.user, []).append(took)
    medians = sorted(median(took.total_seconds() for took in each) for each in hours.values())
    assert medians[-1] >= 4 * medians[0]
    assert len({offer.reason for offer in offers if offer.answer is Answer.REJECTED}) >= 6
    opened = deals.deals(limit=500).deals
    assert 45 <= len(opened) <= 80
    assert 16 <= sum(deal.state is DealState.WON for deal in opened) <= 20
    late = [deal for deal in opened if deal.is_open and deal.next_step_on and deal.next_step_on < NOW.date()]
    assert len(late) <= 12
    assert all(NOW.date() - deal.next_step_on < timedelta(days=60) for deal in late if deal.next_step_on)
    assert len(pacts.versions()) >= 3
    assert all(each.note for each in pacts.versions())
    answered = disputed.disputes(is_open=False, limit=200)
    assert {each.ruling for each in answered} == {Ruling.UPHELD, Ruling.TAKEN_BACK}
    assert 1 <= disputed.open_disputes().total <= 3
    sent = [mailed.recipients(mail.id, limit=500)[0] for mail in mailed.mailings()[0]]
    assert len(sent) == 2
    assert all(any(each.clicked_at for each in some) for some in sent)
    assert any(each.unsubscribed_at for some in sent for each in some)
    lost = {deal.reason for deal in opened if deal.state is DealState.LOST}
    assert len(lost) >= 6
    assert lost <= set(LOST)
    period = loop.period_of("all", now=NOW)
    cohorts = [dict(row) for row in loop.rows("campaign_cohorts", period, now=NOW).rows]
    rates = sorted(int(str(row["won"])) / int(str(row["ready"])) for row in cohorts if int(str(row["ready"])) >= 20)
    assert rates[-1] > 0
    assert rates[-1] >= 3 * rates[0]
    assert shown_to_each(NOW) == ALL_THREE
    assert missing_of(others_find(NOW)) == {}
