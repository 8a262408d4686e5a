"""Lines as the lists show them: what they say, how pages join, and what a reader may see."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadpact.base.cursor import BadCursor
from leadpact.engagement import actions as engagement
from leadpact.flow import answering, qualifying
from leadpact.handover import reads as handover
from leadpact.handover.types import Stage
from leadpact.people import actions as people
from leadpact.people import reads as known
from leadpact.team.types import SYSTEM
from leadpact.worklist import actions, lookup, reads
from leadpact.worklist.types import LeadFilter, Line, Sort, View
from tests import cast
from tests.cast import Cast, utc

pytestmark = pytest.mark.django_db

MONDAY = utc("2026-03-02 10:00")
DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def crew() -> Cast:
    return cast.found()


def refreshed(person: int) -> Line:
    actions.refresh([person], now=MONDAY)
    found = reads.line(person)
    assert found is not None
    return found


def test_a_line_says_who_did_what_last_and_where_they_stand(crew: Cast) -> None:
    assert crew
    zoe = cast.person("zoe@acme.example", name="Zoë Ümit")
    cast.act("zoe@acme.example", "asset.downloaded", MONDAY, asset="white-paper")
    last = cast.act("zoe@acme.example", "page.viewed", MONDAY + DAY, path="/pricing")
    cast.sweep(MONDAY + DAY)
    line = refreshed(zoe)
    assert (line.name, line.email, line.stage, line.owner) == ("Zoë Ümit", "zoe@acme.example", Stage.LEAD, None)
    assert line.score == 10_000  # paper 5, pricing page 5
    assert (line.last_act, line.last_act_detail, line.last_act_at) == ("Viewed a page", "/pricing", MONDAY + DAY)
    engagement.void(last, "a machine", by=SYSTEM, now=MONDAY + DAY)
    line = refreshed(zoe)
    assert (line.last_act_kind, line.last_act_detail) == ("asset.downloaded", "white-paper")


def test_an_offered_lead_shows_whose_it_is_and_when_the_answer_is_due(crew: Cast) -> None:
    who = cast.ask("zoe@acme.example", MONDAY)
    cast.sweep(MONDAY)
    pursuit = handover.pursuit_of(who)
    assert pursuit is not None
    line = refreshed(who)
    assert (line.stage, line.owner, line.pursuit, line.type) == (
        Stage.OFFERED, pursuit.owner, pursuit.id, "inbound request",
    )  # fmt: skip
    assert (line.due_what, line.due_at) == ("answer", utc("2026-03-02 14:00"))  # 4 working hours
    offer = handover.open_offer_of(pursuit.id)
    assert offer is not None
    answering.accept(offer.id, by=crew.by(pursuit.owner or 0), now=MONDAY + timedelta(hours=1))
    assert refreshed(who).stage is Stage.WORKING


def test_a_person_who_was_merged_away_has_no_line(crew: Cast) -> None:
    assert crew
    kept, other = cast.person("a@acme.example"), cast.person("b@acme.example")
    actions.refresh([kept, other], now=MONDAY)
    people.merge(kept, other, happened_at=MONDAY, by=SYSTEM, now=MONDAY)
    actions.refresh([other], now=MONDAY)
    assert reads.line(other) is None
    assert reads.line(kept) is not None


def test_a_rebuild_makes_every_line_and_drops_what_belongs_to_nobody(crew: Cast) -> None:
    assert crew
    persons = [cast.person(f"p{number}@acme.example") for number in range(5)]
    people.merge(persons[0], persons[3], happened_at=MONDAY, by=SYSTEM, now=MONDAY)
    before = known.person_ids()
    assert actions.rebuild(now=MONDAY) == 4
    assert sorted(line.person for line in reads.every()) == before == [*persons[:3], persons[4]]


def build(crew: Cast) -> dict[str, int]:
    """Five persons: a offered, b and c engaged, d a contact who did nothing, e a visitor without a name."""
    who = {name: cast.person(f"{name}@{name}-corp.example", name=f"{name} Person") for name in "abcd"}
    cast.ask("a@a-corp.example", MONDAY)
    cast.act("b@b-corp.example", "event.attended", MONDAY - 2 * DAY, event="spring fair")
    cast.act("c@c-corp.example", "asset.downloaded", MONDAY - DAY, asset="paper")
    cast.sweep(MONDAY)
    actions.refresh(who.values(), now=MONDAY)
    return who


def campaign_of(email: str, campaign: str) -> None:
    """Let somebody come by a campaign before they ask for a call."""
    cast.act(email, "page.viewed", MONDAY - DAY, path="/", utm_campaign=campaign, utm_medium="email")


def test_a_line_knows_the_first_known_touch_of_the_hand_over_and_how_long_to_wait(crew: Cast) -> None:
    assert crew
    campaign_of("zoe@acme-corp.example", "Spring mail")
    who = cast.ask("zoe@acme-corp.example", MONDAY)
    cast.sweep(MONDAY)
    line = refreshed(who)
    assert line.campaign is not None
    assert (line.channel, line.recycle_until) == ("email", None)
    assert [each.person for each in reads.lines(LeadFilter(campaign=line.campaign)).lines] == [who]
    assert reads.lines(LeadFilter(campaign=line.campaign + 1)).lines == ()
    owner = crew.by(line.owner or 0)
    offer = handover.open_offer_of(line.pursuit or 0)
    assert offer is not None
    answering.accept(offer.id, by=owner, now=MONDAY)
    qualifying.recycle(line.pursuit or 0, "not_now", until=date(2026, 9, 1), by=owner, now=MONDAY)
    assert refreshed(who).recycle_until == date(2026, 9, 1)
    assert [each.person for each in reads.lines(LeadFilter(view=View.BACK)).lines] == [who]


def names(wanted: LeadFilter, visible_owners: tuple[int, ...] | None = None) -> str:
    return "".join(line.name[0] for line in reads.lines(wanted, sort=Sort.NAME, visible_owners=visible_owners).lines)


def test_filters_narrow_the_list_and_searches_do_not_care_for_case(crew: Cast) -> None:
    who = build(crew)
    owner = refreshed(who["a"]).owner
    assert owner is not None
    cases = [
        (LeadFilter(), "abcd"),
        (LeadFilter(stage=Stage.OFFERED), "a"),
        (LeadFilter(stage=Stage.CONTACT), "d"),
        (LeadFilter(owner=owner), "a"),
        (LeadFilter(nobodys=True), "bcd"),
        (LeadFilter(search="B-CORP person"), "b"),  # every word, anywhere
        (LeadFilter(search="%"), ""),  # no wildcard
        (LeadFilter(search="b-corp\x00"), "b"),  # PostgreSQL takes no such letter
        (LeadFilter(min_score=1_000, stage=Stage.LEAD), "bc"),
        (LeadFilter(type="inbound request"), "a"),
        (LeadFilter(view=View.READY), "a"),
        (LeadFilter(view=View.OFFERED_TO_ME, me=owner), "a"),
        (LeadFilter(view=View.OFFERED_TO_ME, me=owner + 1), ""),
        (LeadFilter(acted_since=MONDAY - DAY), "ac"),  # at that very moment counts
        (LeadFilter(view=View.ENGAGED, now=MONDAY, zone=UTC_ZONE), "c"),  # b acted on 28 February
        (LeadFilter(view=View.ENGAGED, now=MONDAY - 2 * DAY, zone=UTC_ZONE), "bc"),
        (LeadFilter(view=View.BACK), ""),
    ]
    for wanted, expected in cases:
        assert names(wanted) == expected, wanted
        assert reads.count(wanted) == len(expected)


def test_a_search_finds_whoever_it_names_by_few_letters_and_many_whatever_changed_meanwhile(
    crew: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = build(crew)
    for few in (2, 0):  # answered by the index of letters; and, as for too many, by walking the list
        monkeypatch.setattr(lookup, "FEW", few)
        for text, expected in [
            ("corp person", "abcd"), ("-corp.ex", "abcd"), ("b-c", "b"), ("c person", "c"), ("b PERSON", "b"),
            ('"', ""), ("a* OR b", ""), ("zzz", ""), ("er", ""), ("c-", "c"),  # few letters begin one
        ]:  # fmt: skip
            assert names(LeadFilter(search=text)) == expected, (few, text)
            for sort in Sort:
                assert reads.lines(LeadFilter(search=text), sort=sort, count_to=3).total == min(3, len(expected)), text
    monkeypatch.setattr(lookup, "FEW", 2)
    people.change_person(who["b"], {"name": "y Renamed"}, happened_at=MONDAY, by=SYSTEM, now=MONDAY)
    actions.refresh([who["b"]], now=MONDAY)
    people.merge(who["a"], who["c"], happened_at=MONDAY, by=SYSTEM, now=MONDAY)
    actions.refresh([who["a"], who["c"]], now=MONDAY)
    assert names(LeadFilter(search="renamed")) == "y"
    assert names(LeadFilter(search="b person")) == ""
    assert names(LeadFilter(search="a-corp")) == "a"
    assert names(LeadFilter(search="c-corp")) == ""


@pytest.mark.parametrize("few", [9, 2, 0])
def test_what_was_done_lately_narrows_alike_however_many_did_something(
    crew: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    build(crew)
    monkeypatch.setattr(lookup, "FEW", few)
    engaged = LeadFilter(view=View.ENGAGED, now=MONDAY, zone=UTC_ZONE)
    assert names(LeadFilter(acted_since=MONDAY - 2 * DAY)) == "abc"
    assert names(replace(engaged, acted_since=MONDAY - DAY)) == "c"
    assert names(replace(engaged, acted_since=MONDAY)) == ""


@pytest.mark.sqlite_only  # PostgreSQL chooses its index by itself
def test_a_search_for_few_reads_few(crew: Cast) -> None:
    who = build(crew)
    assert lookup.persons_with(["b-corp"]) == [who["b"]]
    assert lookup.persons_with(["b"]) is None  # too short to be in the index


def test_a_reader_of_their_own_leads_sees_only_those(crew: Cast) -> None:
    who = build(crew)
    owner = refreshed(who["a"]).owner
    assert owner is not None
    assert names(LeadFilter(), visible_owners=(owner,)) == "a"
    assert names(LeadFilter(nobodys=True), visible_owners=(owner,)) == ""
    assert names(LeadFilter(), visible_owners=()) == ""


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.NAME, "abcd"),
        (Sort.LAST_ACT, "acbd"),  # d did nothing: last
        (Sort.DUE, "abcd"),  # only a is due; then by number
        (Sort.SCORE, "abcd"),  # a 50 at once or by points of its own; checked against the lines below
        (Sort.COOLING, "abcd"),
        (Sort.COMPANY, "abcd"),
    ],
)
@pytest.mark.parametrize("limit", [1, 3, 4])
def test_pages_join_without_gap_or_double(crew: Cast, sort: Sort, expected: str, limit: int) -> None:
    build(crew)
    shown: list[Line] = []
    after: str | None = None
    for _ in range(5):
        page = reads.lines(sort=sort, after=after, limit=limit)
        assert len(page.lines) == limit or not page.has_more
        shown += page.lines
        after = page.next
        if after is None:
            break
    assert after is None
    if sort is Sort.SCORE:
        expected = "".join(line.name[0] for line in sorted(shown, key=lambda line: (-line.score, line.person)))
    assert "".join(line.name[0] for line in shown) == expected
    assert [line.person for line in reads.every(sort=sort)] == [line.person for line in shown]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("limit", [1, 3])
def test_a_reversed_list_is_the_list_backwards_with_the_empty_ones_still_last(
    crew: Cast, sort: Sort, limit: int
) -> None:
    build(crew)
    column = {Sort.LAST_ACT: "last_act_at", Sort.DUE: "due_at", Sort.COOLING: "below_down_at"}.get(sort, "person")
    straight = list(reads.every(sort=sort))
    given = [line.person for line in straight if getattr(line, column) is not None]
    empty = [line.person for line in straight if getattr(line, column) is None]
    shown: list[int] = []
    after: str | None = None
    while True:
        page = reads.lines(sort=sort, is_reversed=True, after=after, limit=limit)
        shown += [line.person for line in page.lines]
        if (after := page.next) is None:
            break
    assert shown == [*reversed(given), *empty]


def test_counting_stops_where_it_is_told(crew: Cast) -> None:
    build(crew)
    assert [reads.count(at_most=most) for most in (1, 4, 9)] == [1, 4, 4]


@pytest.mark.parametrize("after", ["?", "WzFd", "WyJ4IiwxXQ"])  # nothing; [1]; ["x", 1]
@pytest.mark.parametrize("sort", list(Sort))
def test_a_place_that_is_none_is_refused_or_shows_a_page(sort: Sort, after: str) -> None:
    if sort in {Sort.NAME, Sort.COMPANY} and after == "WyJ4IiwxXQ":
        assert reads.lines(sort=sort, after=after).lines == ()
        return
    with pytest.raises(BadCursor):
        reads.lines(sort=sort, after=after)


def test_refreshing_many_takes_as_many_queries_as_refreshing_few(crew: Cast) -> None:
    who = build(crew)
    many = [cast.person(f"q{number}@q{number}.example") for number in range(40)]
    for number in range(0, 40, 5):
        cast.act(f"q{number}@q{number}.example", "form.submitted", MONDAY, form="contact")
    cast.sweep(MONDAY)
    with CaptureQueriesContext(connection) as few:
        actions.refresh([who["a"]], now=MONDAY)
    with CaptureQueriesContext(connection) as more:
        actions.refresh([*who.values(), *many], now=MONDAY)
    assert len(more) == len(few) <= 20


def test_a_refresh_that_changes_nothing_changes_nothing(crew: Cast) -> None:
    who = build(crew)
    before = list(reads.every())
    actions.refresh(who.values(), now=MONDAY + DAY)
    assert list(reads.every()) == before
