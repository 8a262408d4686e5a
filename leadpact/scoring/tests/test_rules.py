"""What the default pact has not: half-lives, idleness, groups, fit, versions; each value worked out by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadpact.base.criteria import Condition, Operator
from leadpact.pact.types import (
    ActClause,
    Caps,
    DirectTrigger,
    EngagementScore,
    FitRule,
    FitScore,
    HalfLife,
    IdleLoss,
    Pact,
    Ready,
    Rule,
    Window,
    WindowMode,
)
from leadpact.scoring.rules import NoPactYet, judge, judge_versions
from leadpact.scoring.types import Act, FactChange, History, Interval, Reset, Verdict

MONTH = Window(30)
KNOWN = Condition("person.email", Operator.KNOWN)


def march(text: str) -> datetime:
    """`2 10:00` is 2 March 2026, 10:00 UTC; days over 31 run on into April."""
    day, _, clock = text.partition(" ")
    hours, minutes = (clock or "00:00").split(":")
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=int(day) - 1, hours=int(hours), minutes=int(minutes))


def pact_of(
    *rules: Rule,
    ageing: Window | HalfLife = MONTH,
    groups: tuple[tuple[str, int], ...] = (),
    cap: int | None = None,
    idle: IdleLoss | None = None,
    account: bool = False,
    up: int = 10_000,
    down: int = 5_000,
) -> Pact:
    score = EngagementScore("acts", ageing, rules, groups, cap, idle, account)
    return Pact("test", ZoneInfo("UTC"), (), (), (score,), (), Ready(("acts",), up, down), (), (), (), ())


def with_fit(pact: Pact, *rules: FitRule, cap: int | None = None) -> Pact:
    ready = replace(pact.ready, scores=(*pact.ready.scores, "fit"))
    return replace(pact, fit=(FitScore("fit", rules, cap),), ready=ready)


def acts(*texts: str, by_account: bool = False) -> tuple[Act, ...]:
    """`2 10:00 paper` is a paper at that moment; keys and events follow the order given."""
    found = []
    for place, text in enumerate(texts):
        at, kind = text.rsplit(" ", 1)
        found.append(Act(place, f"{place:02}", kind, march(at), by_account=by_account))
    return tuple(found)


def told(verdict: Verdict) -> list[tuple[str, int, datetime | None]]:
    return [(reason.rule, reason.points, reason.expires_at) for reason in verdict.reasons]


PAPER = Rule("paper", "paper", 5000)
STAND = Rule("stand", "stand", 30000)


# -- ageing


@pytest.mark.parametrize(
    ("at", "points", "steps_at"),
    [
        ("2 10:00", 8000, "3"),  # today: whole
        ("2 23:59", 8000, "3"),
        ("3 00:00", 5657, "4"),  # 8000 x .707106781 = 5656.854...
        ("4 00:00", 4000, "5"),  # a half-life of 2 days
        ("5 00:00", 2828, "6"),  # 8000 x .353553391 = 2828.427...
        ("6 00:00", 2000, "7"),
        ("7 00:00", 1414, "8"),  # 8000 x .176776695 = 1414.213...
        ("8 00:00", 1000, "9"),  # exactly one point is kept
    ],
)
def test_a_credit_halves_in_its_half_life_at_midnights(at: str, points: int, steps_at: str) -> None:
    pact = pact_of(Rule("talk", "talk", 8000), ageing=HalfLife(2))
    verdict = judge(pact, History(acts("2 10:00 talk")), march(at))
    assert told(verdict) == [("talk", points, march(steps_at))]
    assert verdict.falls_at == march(steps_at)


def test_a_credit_under_one_point_is_dropped() -> None:
    pact = pact_of(Rule("talk", "talk", 8000), ageing=HalfLife(2))
    verdict = judge(pact, History(acts("2 10:00 talk")), march("9"))  # 707 milli-points
    assert (verdict.score, verdict.reasons, verdict.next_change_at) == (0, (), None)


@pytest.mark.parametrize(("points", "left"), [(2001, 1000), (2003, 1002), (2005, 1002)])  # 1000.5, 1001.5, 1002.5
def test_halves_are_rounded_to_the_even_milli_point(points: int, left: int) -> None:
    pact = pact_of(Rule("talk", "talk", points), ageing=HalfLife(1))
    assert judge(pact, History(acts("2 10:00 talk")), march("3")).score == left


def test_a_rolling_window_ends_to_the_microsecond_after_whole_24_hours() -> None:
    pact = replace(pact_of(PAPER, ageing=Window(2, WindowMode.ROLLING)), zone=ZoneInfo("Europe/Berlin"))
    history = History(acts("28 10:00 paper"))  # the clocks go forward on the 29th: 47 hours by the wall clock
    assert judge(pact, history, march("30 10:00") - timedelta(microseconds=1)).score == 5000
    assert judge(pact, history, march("30 10:00")).score == 0


def test_idleness_takes_points_at_each_full_time_but_not_below_zero() -> None:
    pact = pact_of(PAPER, idle=IdleLoss(3, 2000))
    history = History(acts("2 10:00 paper"))
    scores = [judge(pact, history, march(at)).score for at in ("4 23:59", "5 00:00", "8 00:00", "11 00:00", "14 00:00")]
    assert scores == [5000, 3000, 1000, 0, 0]
    verdict = judge(pact, history, march("5 00:00"))
    assert told(verdict) == [("paper", 5000, march("32")), ("idle", -2000, march("8"))]


def test_a_new_act_ends_idleness_and_gives_back_what_it_took() -> None:
    pact = pact_of(PAPER, Rule("seen", "seen", 0), idle=IdleLoss(3, 2000))
    history = History(acts("2 10:00 paper", "8 00:00 paper", "10 00:00 seen"))
    assert judge(pact, history, march("7 23:59")).score == 3000
    assert judge(pact, history, march("8 00:00")).score == 10000
    assert judge(pact, history, march("11 00:00")).score == 8000  # an act worth nothing is no sign of life


# -- caps


def test_several_caps_of_one_rule_hold_together() -> None:
    # 2 March 2026 is a Monday: 2 a day, 5 a week.
    pact = pact_of(Rule("visit", "visit", 1000, caps=Caps(day=2000, week=5000)))
    days = [f"{day} 10:00 visit" for day in (2, 2, 2, 3, 3, 3, 4, 4, 8, 9, 9, 9)]
    history = History(acts(*days))
    # Monday 2, Tuesday 2, Wednesday 1 (the week's fifth), Sunday none, Monday 2 again.
    assert [judge(pact, history, march(f"{day} 12:00")).score for day in (2, 3, 4, 8, 9)] == [
        2000,
        4000,
        5000,
        5000,
        7000,
    ]


def test_months_and_lifetimes_have_caps_too() -> None:
    pact = pact_of(Rule("visit", "visit", 1000, caps=Caps(month=2000, lifetime=3000)))
    history = History(acts("30 10:00 visit", "31 23:59 visit", "31 23:59 visit", "32 00:00 visit", "33 00:00 visit"))
    assert judge(pact, history, march("31 23:59")).score == 2000
    assert judge(pact, history, march("32 00:00")).score == 3000
    assert judge(pact, history, march("33 12:00")).score == 3000


def test_the_last_credit_under_a_cap_may_be_a_part() -> None:
    pact = pact_of(Rule("visit", "visit", 2000, caps=Caps(day=3000)))
    verdict = judge(pact, History(acts("2 10:00 visit", "2 10:00 visit", "2 10:00 visit")), march("2 12:00"))
    assert [(reason.points, reason.event) for reason in verdict.reasons] == [(2000, 0), (1000, 1)]


def test_credit_never_moves_when_another_act_expires() -> None:
    pact = pact_of(Rule("visit", "visit", 1000, caps=Caps(week=1000)), ageing=Window(2))
    history = History(acts("2 10:00 visit", "3 10:00 visit"))  # the second earned nothing in its week
    assert judge(pact, history, march("4 00:00")).score == 0


def test_at_one_instant_the_event_key_ranks() -> None:
    pact = pact_of(Rule("visit", "visit", 1000, caps=Caps(day=1000)))
    late, early = (Act(event, key, "visit", march("2 10:00")) for event, key in ((1, "b"), (2, "a")))
    verdict = judge(pact, History((late, early)), march("2 12:00"))
    assert [reason.event for reason in verdict.reasons] == [2]


def test_negative_points_are_not_capped_and_may_lead_below_zero() -> None:
    pact = pact_of(PAPER, Rule("careers page", "career", -3000, caps=Caps(day=3000)))
    history = History(acts("2 10:00 paper", "3 10:00 career", "3 10:00 career", "3 11:00 career"))
    assert judge(pact, history, march("3 12:00")).score == -4000


def test_a_group_and_a_total_cap_are_reasons_of_their_own() -> None:
    mail = Rule("mail", "mail", 4000, group="mails")
    pact = pact_of(mail, PAPER, groups=(("mails", 6000),), cap=9000)
    history = History(acts("2 10:00 mail", "3 10:00 mail", "4 10:00 paper"))
    verdict = judge(pact, history, march("4 12:00"))
    # 8 of mails cut to 6, with the paper 11, cut to 9.  On 1 April (day 32) one mail is left: 4 + 5 = 9, no cut.
    assert verdict.score == 9000
    assert told(verdict)[3:] == [("cap:mails", -2000, march("32")), ("cap:acts", -2000, march("32"))]
    assert (verdict.falls_at, verdict.falls_to) == (march("33"), 5000)


def test_a_rule_stands_instead_of_others_even_when_its_own_cap_is_used_up() -> None:
    pact = pact_of(
        Rule("page", "view", 1000),
        Rule("pricing", "view", 5000, (Condition("path", Operator.STARTS_WITH, "/pricing"),), instead_of=("page",)),
        Rule(
            "demo page",
            "view",
            7000,
            (Condition("path", Operator.IS, "/pricing/demo"),),
            Caps(day=7000),
            instead_of=("pricing",),
        ),
    )
    views = tuple(Act(n, f"{n}", "view", march("2 10:00"), {"path": "/pricing/demo"}) for n in range(2))
    verdict = judge(pact, History(views), march("2 12:00"))
    assert [(reason.rule, reason.points) for reason in verdict.reasons] == [("demo page", 7000)]


# -- ready


def test_who_must_be_known_is_ready_from_the_moment_the_must_holds() -> None:
    pact = pact_of(STAND)
    pact = replace(pact, ready=replace(pact.ready, musts=(KNOWN,)))
    history = History(acts("2 10:00 stand"), (FactChange("person.email", "ada@example.org", march("3 09:00")),))
    assert judge(pact, history, march("2 12:00")).is_in
    assert not judge(pact, history, march("2 12:00")).is_ready
    verdict = judge(pact, history, march("4"))
    assert (verdict.ready_since, verdict.tipped_by) == (march("3 09:00"), 0)


def test_points_that_leave_whoever_is_kept_out_already_end_a_readiness_quietly() -> None:
    pact = pact_of(Rule("talk", "talk", 12000), ageing=Window(1))
    pact = replace(pact, ready=replace(pact.ready, musts=(KNOWN,)))
    facts = (
        FactChange("person.email", "ada@example.org", march("1")),
        FactChange("person.email", None, march("2 15:00")),
    )
    verdict = judge(pact, History(acts("2 10:00 talk"), facts), march("4"))
    assert verdict.intervals == (Interval(march("2 10:00"), march("2 15:00")),)  # the must ended it
    assert verdict.quiet_ends == (march("3"),)  # the points of a day were gone at midnight
    known = judge(pact, History(acts("2 10:00 talk"), facts[:1]), march("4"))
    assert (known.intervals, known.quiet_ends) == ((Interval(march("2 10:00"), march("3")),), ())


def test_a_minimum_dwell_keeps_a_person_in() -> None:
    pact = pact_of(Rule("talk", "talk", 12000), ageing=Window(1))
    pact = replace(pact, ready=replace(pact.ready, dwell=timedelta(hours=20)))
    verdict = judge(pact, History(acts("2 10:00 talk")), march("2 12:00"), trace=True)
    # The points end at midnight, but 20 hours are over at 06:00.
    assert (verdict.falls_at, verdict.below_down_at) == (march("3"), march("3 06:00"))
    assert judge(pact, History(acts("2 10:00 talk")), march("4")).intervals == (
        Interval(march("2 10:00"), march("3 06:00")),
    )


def test_points_that_come_back_within_the_dwell_keep_a_person_in() -> None:
    pact = pact_of(Rule("talk", "talk", 12000), ageing=Window(1))
    pact = replace(pact, ready=replace(pact.ready, dwell=timedelta(hours=20)))
    verdict = judge(pact, History(acts("2 10:00 talk", "3 05:00 talk")), march("3 12:00"))
    assert (verdict.ready_since, verdict.below_down_at) == (march("2 10:00"), march("4"))


def test_who_is_in_by_fit_alone_is_not_in_again_after_a_reset_before_an_act() -> None:
    pact = with_fit(pact_of(PAPER), FitRule("known", 12000, (KNOWN,)))
    facts = (FactChange("person.email", "ada@example.org", march("1")),)
    history = History(acts("5 10:00 paper"), facts, (Reset(march("3"), "rejected"),))
    assert judge(pact, history, march("2")).ready_since == march("1")
    assert not judge(pact, history, march("4")).is_in
    assert judge(pact, history, march("5 10:00")).ready_since == march("5 10:00")


def test_an_act_that_earned_less_than_a_point_opens_the_door_after_a_reset_at_its_own_moment() -> None:
    # Half a point with a half-life is worth nothing from the first moment on, yet it was earned.
    pact = with_fit(
        pact_of(Rule("glance", "page", 500), ageing=HalfLife(2), up=2_000), FitRule("known", 2_500, (KNOWN,))
    )
    facts = (FactChange("person.email", "ada@example.org", march("1")),)
    history = History(acts("4 10:00 page"), facts, (Reset(march("3 10:00"), "rejected"),))
    verdict = judge(pact, history, march("5"))
    assert verdict.intervals == (Interval(march("1"), march("3 10:00")), Interval(march("4 10:00"), None))


def test_only_the_resets_a_pact_names_reset() -> None:
    pact = replace(pact_of(STAND), resets=("rejected",))
    history = History(acts("2 10:00 stand"), (), (Reset(march("3"), "cooled"),))
    assert judge(pact, history, march("4")).score == 30000


def test_the_act_that_tipped_the_scale_is_the_last_one_that_earned() -> None:
    pact = pact_of(PAPER, Rule("seen", "seen", 0), Rule("careers page", "career", -1000))
    pact = replace(pact, ready=replace(pact.ready, direct=(DirectTrigger("form", ActClause("form"), 30),)))
    history = History(acts("2 10:00 paper", "2 11:00 paper", "2 11:00 seen", "3 10:00 paper"))
    assert judge(pact, history, march("4")).tipped_by == 1
    form_first = History(acts("2 10:00 paper", "2 11:00 form", "2 11:00 paper"))
    assert judge(pact, form_first, march("4")).tipped_by == 1


# -- fit and accounts


def test_fit_is_a_score_with_reasons_and_a_cap_that_never_expire() -> None:
    large = FitRule("large", 8000, (Condition("company.size", Operator.AT_LEAST, 50),))
    pact = with_fit(pact_of(PAPER), large, FitRule("known", 4000, (KNOWN,)), cap=10_000)
    facts = (FactChange("company.size", 50, march("1")), FactChange("person.email", "ada@example.org", march("2")))
    verdict = judge(pact, History(acts("2 10:00 paper"), facts), march("2 12:00"))
    assert told(verdict) == [
        ("large", 8000, None),
        ("known", 4000, None),
        ("cap:fit", -2000, None),
        ("paper", 5000, march("32")),
    ]
    assert dict(verdict.scores) == {"acts": 5000, "fit": 10000}


def test_what_colleagues_do_counts_for_account_scores_only() -> None:
    own, others = acts("2 10:00 paper"), acts("2 11:00 paper", by_account=True)
    assert judge(pact_of(PAPER), History(own + others), march("3")).score == 5000
    assert judge(pact_of(PAPER, account=True), History(own + others), march("3")).score == 10000


def test_a_colleagues_act_triggers_nothing_and_makes_no_lead() -> None:
    pact = pact_of(PAPER, account=True)
    pact = replace(pact, lead=(ActClause("form"),))
    pact = replace(pact, ready=replace(pact.ready, direct=(DirectTrigger("form", ActClause("form"), 30),)))
    verdict = judge(pact, History(acts("2 10:00 form", by_account=True)), march("3"))
    assert (verdict.is_ready, verdict.is_lead) == (False, False)


# -- joining, leaving out, versions


def test_acts_of_two_identities_joined_count_as_of_one_person_whichever_comes_first() -> None:
    pact = pact_of(Rule("visit", "visit", 1000, caps=Caps(day=2000)))
    phone = tuple(Act(n, f"p{n}", "visit", march(f"2 1{n}:00")) for n in (0, 2))
    laptop = tuple(Act(10 + n, f"l{n}", "visit", march(f"2 1{n}:00")) for n in (0, 1))
    verdict = judge(pact, History(phone + laptop), march("3"))
    assert [reason.event for reason in verdict.reasons] == [10, 0]  # both at 10:00; key l0 before p0
    assert judge(pact, History(laptop + phone), march("3")) == verdict


def test_an_act_left_out_leaves_its_place_under_the_cap_to_the_next() -> None:
    pact = pact_of(Rule("visit", "visit", 1000, caps=Caps(day=1000)))
    first, second = acts("2 10:00 visit", "2 11:00 visit")
    assert [one.event for one in judge(pact, History((first, second)), march("3")).reasons] == [0]
    assert [one.event for one in judge(pact, History((second,)), march("3")).reasons] == [1]


def test_a_late_act_moves_the_moment_of_readiness() -> None:
    pact = pact_of(PAPER)
    early, late = acts("3 10:00 paper", "5 10:00 paper")
    arrived_last = Act(9, "x", "paper", march("2 10:00"))
    assert judge(pact, History((early, late)), march("6")).ready_since == march("5 10:00")
    assert judge(pact, History((early, late, arrived_last)), march("6")).ready_since == march("3 10:00")


def test_a_new_version_counts_the_whole_history_by_its_own_rules_from_its_moment_on() -> None:
    old = pact_of(PAPER)
    new = pact_of(replace(PAPER, points=11000))
    spans = [(march("1"), old), (march("10"), new)]
    history = History(acts("2 10:00 paper"))
    assert judge_versions(spans, history, march("10") - timedelta(microseconds=1)).score == 5000
    verdict = judge_versions(spans, history, march("10"))
    assert (verdict.score, verdict.ready_since, verdict.tipped_by) == (11000, march("10"), 0)


def test_who_is_in_stays_in_under_a_new_version_until_the_points_are_under_its_lower_threshold() -> None:
    old = pact_of(PAPER)
    history = History(acts("2 10:00 paper", "2 11:00 paper"))
    kept = judge_versions([(march("1"), old), (march("10"), pact_of(PAPER, up=20_000))], history, march("11"))
    assert kept.intervals == (Interval(march("2 11:00"), None),)
    out = judge_versions(
        [(march("1"), old), (march("10"), pact_of(PAPER, up=20_000, down=10_001))], history, march("11")
    )
    assert out.intervals == (Interval(march("2 11:00"), march("10")),)


def test_a_version_to_come_is_a_moment_to_look_again() -> None:
    spans = [(march("1"), pact_of(PAPER)), (march("20"), pact_of(STAND))]
    assert judge_versions(spans, History(acts("2 10:00 paper")), march("3")).next_change_at == march("20")


def test_before_the_first_version_there_is_no_score() -> None:
    with pytest.raises(NoPactYet):
        judge_versions([(march("10"), pact_of(PAPER))], History(()), march("9"))


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001  # the point of the test
    with pytest.raises(ValueError, match="zone"):
        judge(pact_of(PAPER), History((Act(0, "0", "paper", naive),)), march("9"))


def test_the_end_of_the_calendar_is_not_the_end_of_the_program() -> None:
    pact = pact_of(PAPER, ageing=Window(30, WindowMode.ROLLING))
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    verdict = judge(pact, History((Act(0, "0", "paper", last),)), last)
    assert (verdict.score, verdict.falls_at, verdict.reasons[0].expires_at) == (5000, None, None)
