"""The loop: every number opens rows that add up to it, for those who may see it."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.base.money import Money
from leadpact.capture import actions as capture
from leadpact.flow import answering, clock, qualifying, selling
from leadpact.handover import reads as handover
from leadpact.loop import reads
from leadpact.loop.chance import wilson
from leadpact.loop.steps import Every, Slice
from leadpact.loop.types import Number, Unit
from leadpact.pipeline import actions as pipeline
from leadpact.pipeline.types import DealState, FormerDeal
from leadpact.team.types import SYSTEM
from leadpact.web.loop import findings
from leadpact.web.loop.charts import Bar, measured, sized
from leadpact.web.loop.figures import say_change, say_share
from leadpact.web.loop.findings import Words
from leadpact.web.loop.periods import say_days, say_slice
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def hand_over(company: Cast, email: str) -> tuple[int, int]:
    """Somebody asks, is offered, and the offer is accepted: the pursuit and who has it."""
    now = clock.now()
    person = cast.ask(email, now - timedelta(minutes=5))
    cast.sweep(now)
    pursuit = handover.active_of_person(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    assert offer.user is not None
    answering.accept(offer.id, by=company.by(offer.user), now=clock.now())
    return pursuit.id, offer.user


def sell(company: Cast, email: str, minor: int) -> int:
    pursuit, user = hand_over(company, email)
    deal = qualifying.open_deal(
        pursuit, amount=Money(minor, "EUR"), currency="EUR", next_step="Demo", by=company.by(user), now=clock.now()
    )
    return selling.win(deal.id, by=company.by(user), now=clock.now()).id


def cost(name: str, minor: int) -> None:
    campaign = capture.create_campaign(name, channel="search", by=SYSTEM, now=clock.now())
    capture.record_cost(campaign.id, on=clock.now().date(), amount=Money(minor, "EUR"), by=SYSTEM, now=clock.now())


@pytest.mark.parametrize("who", ["ann", "mia", "hanna", "milo", "olga", "edda"])
def test_everybody_inside_sees_the_five_numbers(company: Cast, who: str) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    page = browser_of(getattr(company, who)).get("/loop/")
    assert page.status_code == 200
    assert reads_well(page)
    words = words_of(page)
    assert "1 Qualified leads 1" in words
    assert "5 Closed from inbound €48,000" in words
    assert "1 lead, 1 customer so far" in words
    assert "Europe/" in words or "UTC" in words  # every report prints its zone


def test_a_partner_sees_no_loop(company: Cast) -> None:
    pat = browser_of(company.pat)
    for path in ("/loop/", "/loop/inbound_closed/", "/loop/inbound_closed.csv"):
        assert pat.get(path).status_code == 403


def test_a_number_nobody_knows_is_not_there(company: Cast) -> None:
    assert browser_of(company.mia).get("/loop/profit/").status_code == 404
    wrong = browser_of(company.mia).get("/loop/?period=someday")
    assert wrong.status_code == 400
    assert "someday" in words_of(wrong)


def test_the_rows_of_closed_business_add_up_to_its_number_and_open_the_deals(company: Cast) -> None:
    first = sell(company, "hannah@northgate.example", 4_800_000)
    second = sell(company, "omar@southgate.example", 1_250_050)
    client = browser_of(company.mia)
    text = client.get("/loop/?period=month").content.decode()
    opened = re.search(r'data-key="inbound_closed".*?href="(/loop/inbound_closed/\?[^"]*)"', text, re.DOTALL)
    assert opened
    rows = client.get(opened[1].replace("&amp;", "&"))
    assert reads_well(rows)
    words = words_of(rows)
    assert "€48,000" in words
    assert "€12,500.50" in words
    assert "Together €60,500.50" in words  # 48,000 + 12,500.50
    assert "€60,500.50" in words_of(client.get("/loop/?period=month"))
    for deal in (first, second):
        assert f'href="/deals/{deal}/"' in rows.content.decode()
    answer = client.get("/loop/inbound_closed.csv?period=month")
    lines = b"".join(answer.streaming_content).decode().strip().splitlines()  # type: ignore[attr-defined]  # streamed
    assert sum(float(line.rsplit(",", 1)[1]) for line in lines[1:]) == 60_500.5


@pytest.mark.parametrize("key", list(reads.REPORTS))
def test_every_report_opens_down_to_as_many_rows_as_it_counts(company: Cast, key: str) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    hand_over(company, "omar@southgate.example")
    cost("=Autumn", 50_000)
    now = clock.now()
    client = browser_of(company.olga)
    page = client.get(f"/loop/{key}/")
    assert page.status_code == 200
    assert reads_well(page)
    counted = reads.number(key, reads.period_of(now=now), now=now)
    rows = page.content.decode().partition('<table class="table stackable early">')[2]
    body = rows.partition("<tbody>")[2].partition("</tbody>")[0]
    assert body.count("<tr>") == counted.n
    sheet = client.get(f"/loop/{key}.csv")
    text = b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    assert len(text.strip().splitlines()) == counted.n + 1
    assert ",=" not in text
    assert "\n=" not in text


def test_costs_of_campaigns_are_those_of_the_period(company: Cast) -> None:
    cost("Autumn", 50_000)
    cost("Spring", 25_050)
    words = words_of(browser_of(company.mia).get("/loop/campaigns/?period=month"))
    assert "Autumn" in words
    assert "Together €750.50" in words
    assert "No row in this period" in words_of(browser_of(company.mia).get("/loop/campaigns/?period=2020-01"))


def test_who_kept_a_promise_is_named_only_to_those_who_may_see_how_they_perform(company: Cast) -> None:
    asked, answered = cast.utc("2026-03-02 10:00"), cast.utc("2026-03-02 11:00")
    person = cast.ask("hannah@northgate.example", asked)
    cast.sweep(asked)
    pursuit = handover.active_of_person(person)
    assert pursuit is not None
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    assert offer.user is not None
    answering.accept(offer.id, by=company.by(offer.user), now=answered)
    name = {company.ann: "Ann", company.ben: "Ben", company.cat: "Cat"}[offer.user]
    other = next(each for each in (company.ann, company.ben, company.cat) if each != offer.user)

    def sees(user: int) -> str:
        client = browser_of(user)
        sheet = client.get("/loop/promises.csv?period=2026-03")
        text = b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]  # streamed
        return words_of(client.get("/loop/promises/?period=2026-03")) + text

    for somebody in (other, company.mia, company.milo, company.olga, company.edda):
        assert "Sales' promise to answer in time" in sees(somebody)
        assert name not in sees(somebody)
    for somebody in (offer.user, company.hanna):
        assert f"Sales, {name}" in sees(somebody)


def test_a_stage_of_the_funnel_opens_those_who_reached_it(company: Cast) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    hand_over(company, "omar@southgate.example")
    client = browser_of(company.mia)
    words = words_of(client.get("/loop/funnel/?stage=working"))
    assert "hannah@northgate.example" in words
    assert "omar@southgate.example" in words
    won = words_of(client.get("/loop/funnel/?stage=customer"))
    assert "hannah@northgate.example" in won
    assert "omar@southgate.example" not in won


@pytest.mark.parametrize(
    ("share", "says"),
    [
        ("0.9116", "91 %"),
        ("1", "100 %"),
        ("0", "0 %"),
        ("0.9972", "99.7 %"),  # not all were kept
        ("0.0016", "0.2 %"),  # nor none
    ],
)
def test_a_share_says_all_and_none_only_where_it_is_so(share: str, says: str) -> None:
    assert say_share(Decimal(share)) == says


def test_more_rows_cost_no_more_queries(company: Cast) -> None:
    client = browser_of(company.mia)

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    sell(company, "first@northgate.example", 100)
    paths = ("/loop/", "/loop/inbound_closed/", "/loop/qualified_leads/", "/loop/funnel/")
    few = [queries(path) for path in paths]
    for number in range(4):
        sell(company, f"more@company{number}.example", 100)
    assert [queries(path) for path in paths] == few


def test_a_day_of_cost_counts_on_that_day(company: Cast) -> None:
    campaign = capture.create_campaign("Spring", channel="fair", by=SYSTEM, now=clock.now())
    capture.record_cost(campaign.id, on=date(2026, 3, 31), amount=Money(100, "EUR"), by=SYSTEM, now=clock.now())
    client = browser_of(company.mia)
    assert "€1" in words_of(client.get("/loop/campaigns/?period=2026-03"))
    assert "No row in this period" in words_of(client.get("/loop/campaigns/?period=2026-04"))


def csv_of(client: Client, path: str) -> list[str]:
    sheet = client.get(path)
    assert sheet.status_code == 200
    text = b"".join(sheet.streaming_content).decode()  # type: ignore[attr-defined]  # streamed
    return text.strip().splitlines()


def test_the_same_days_of_the_month_before_are_what_a_month_so_far_is_compared_with(company: Cast) -> None:
    now = clock.now()
    sell(company, "hannah@northgate.example", 4_800_000)
    words = words_of(browser_of(company.mia).get("/loop/?period=month"))
    before = reads.period_before("month", now=now)
    assert before is not None
    assert f"Nothing from {say_days(before.first_day, before.day_after - timedelta(days=1))} to compare with" in words


def test_other_days_and_filters_are_taken_from_the_address_and_can_be_taken_away(company: Cast) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    client, today = browser_of(company.mia), clock.now().date()
    page = client.get(f"/loop/qualified_leads/?from={today}&to={today}&type=inbound+request&channel=none")
    text = page.content.decode()
    assert reads_well(page)
    assert "Remove the filter Lead type: Inbound request" in text
    assert f"?period={today}+to+{today}&amp;channel=none" in text  # the same without the type
    assert "No row in this period" in words_of(page)  # the channel is known: direct
    same = client.get(f"/loop/qualified_leads/?from={today}&to={today}&type=inbound+request")
    assert "1 hand-over" in words_of(same)
    assert len(csv_of(client, f"/loop/qualified_leads.csv?period={today}+to+{today}&type=content")) == 1
    assert client.get("/loop/?from=2026-03-09&to=2026-03-02").status_code == 400
    assert client.get("/loop/qualified_leads/?campaign=fair").status_code == 400


def test_a_filter_that_costs_do_not_have_is_said_beside_them(company: Cast) -> None:
    cost("Autumn", 50_000)
    words = words_of(browser_of(company.mia).get("/loop/?type=content"))
    assert "€500" in words
    assert "Not by lead type: a cost has none" in words


def test_promises_of_both_sides_stand_side_by_side_with_their_table(company: Cast) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    page = browser_of(company.mia).get("/loop/promises/?period=12 months")
    assert reads_well(page)
    words = words_of(page)
    assert "Marketing promised sales" in words
    assert "Sales promised marketing" in words
    assert "Nothing was due" in words  # all of it is due in days to come


def test_the_funnel_is_by_cohort_and_by_period_and_never_both(company: Cast) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    client = browser_of(company.mia)
    cohort, period = words_of(client.get("/loop/funnel/")), words_of(client.get("/loop/stages_reached/"))
    assert "1 customer of 1 leads so far" in cohort or "1 lead, 1 customer so far" in cohort
    assert "1 became a customer in this time" in period
    assert "so there are no shares" in period


def test_two_currencies_have_a_chart_each_and_no_sum(company: Cast) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    now = clock.now()
    pounds = FormerDeal(
        "old:1", "Old", now - timedelta(days=9), state=DealState.WON, closed_at=now - timedelta(days=1),
        amount=Money(200_000, "GBP"), inbound=True,
    )  # fmt: skip
    pipeline.record_former([pounds], by=SYSTEM, now=now)
    client = browser_of(company.mia)
    words = words_of(client.get("/loop/inbound_closed/"))
    assert "€48,000 + £2,000" in words
    assert "All €48,000 came by Direct" in words
    assert "All £2,000 came by not known" in words
    assert reads_well(client.get("/loop/"))


def test_a_page_of_rows_goes_on_where_the_last_one_ended(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadpact.web.loop.views.PAGE", 1)
    sell(company, "hannah@northgate.example", 4_800_000)
    sell(company, "omar@southgate.example", 1_250_000)
    client = browser_of(company.mia)
    first = client.get("/loop/inbound_closed/")
    following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', first.content.decode())
    assert following
    second = client.get(f"/loop/inbound_closed/{following[1].replace('&amp;', '&')}")
    shown = [words_of(page).partition("Deal Company")[2] for page in (first, second)]
    assert ["southgate" in shown[0], "northgate" in shown[0]] == [True, False]  # the newest first
    assert ["southgate" in shown[1], "northgate" in shown[1]] == [False, True]
    assert 'rel="next"' not in second.content.decode()
    assert client.get("/loop/inbound_closed/?after=nowhere").status_code == 400


def test_every_page_of_the_loop_asks_few_questions(company: Cast) -> None:
    sell(company, "hannah@northgate.example", 4_800_000)
    cost("Autumn", 50_000)
    client = browser_of(company.mia)
    asked = {}
    for path in ("/loop/", *(f"/loop/{key}/" for key in reads.REPORTS)):
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        asked[path] = len(seen)
    assert {path: n for path, n in asked.items() if n > 12} == {}


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("2026-11-02", "2026-11-09", "the week of 2 November"),
        ("2026-10-01", "2026-10-05", "1 to 4 October 2026"),  # cut off by the period
        ("2026-10-30", "2026-11-02", "30 October to 1 November 2026"),
    ],
)
def test_a_week_that_is_cut_off_is_called_by_its_days(since: str, until: str, says: str) -> None:
    assert say_slice(Slice(date.fromisoformat(since), date.fromisoformat(until)), Every.WEEK) == says


def number_of(value: str, n: int) -> Number:
    share = Decimal(value)
    added = int(share * n)
    return Number("promises", share, Unit.SHARE, None, n, "", "", added=added, interval=wilson(added, n))


def test_a_change_of_few_is_said_to_be_perhaps_chance_and_one_of_many_is_not() -> None:
    # 6 of 10 could be 40 to 77 %: 7 of 10 lies within.  60 of 100 could be 53 to 66 %: 80 of 100 does not.
    few = say_change(number_of("0.7", 10), number_of("0.6", 10), "1 to 19 October 2026")
    assert few == "10 points more than the 60 % from 1 to 19 October 2026, which may be chance"
    many = say_change(number_of("0.6", 100), number_of("0.8", 100), "1 to 19 October 2026")
    assert many == "20 points less than the 80 % from 1 to 19 October 2026"


def test_a_title_says_what_stands_out_and_when_nothing_does() -> None:
    words = Words(most="%(label)s: %(amount)s of %(all)s", best="%(label)s does best", unsure="too few", none="none")

    def bars(unit: Unit, *counts: tuple[int, int]) -> tuple[Bar, ...]:
        told = [Bar("AB"[i], "AB"[i], *measured(unit, n, value, None)[:1], n, value, f"{value}", "")
                for i, (n, value) in enumerate(counts)]  # fmt: skip
        return sized(told, unit)

    assert findings.of(Unit.PURSUITS, bars(Unit.PURSUITS, (5, 5), (3, 3)), words, "8") == "A: 5 of 8"
    assert "No one stands out" in findings.of(Unit.PURSUITS, bars(Unit.PURSUITS, (5, 5), (5, 5)), words, "10")
    assert findings.of(Unit.PURSUITS, (), words, "0") == "none"
    assert findings.of(Unit.SHARE, bars(Unit.SHARE, (10, 6), (10, 5)), words, "") == "too few"
    assert findings.of(Unit.SHARE, bars(Unit.SHARE, (150, 90), (150, 45)), words, "") == "A does best"  # 60 and 30 %
    assert [bar.size for bar in bars(Unit.PURSUITS, (4, 4), (1, 1))] == ["100", "25"]  # from zero
