"""A pact that cannot be meant is found out, and told what to do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadpact.pact.document import default_pact_text, parse_pact, read_document
from leadpact.pact.reach import most_of_acts, most_points
from leadpact.pact.rules import lint, shown_points
from leadpact.pact.types import Caps, EngagementScore, Finding, HalfLife, Rule, Severity, Window, WindowMode

ACTS = {
    "page.viewed", "form.submitted", "asset.downloaded", "video.watched", "mail.opened", "mail.clicked",
    "mail.replied", "webinar.registered", "webinar.attended", "event.attended", "ad.clicked", "social.responded",
    "enquiry.received", "meeting.booked", "call.received",
}  # fmt: skip
WEBINAR = "      - name: webinar\n        kind: webinar.attended\n        points: 20\n"
VIDEO = "      - name: video\n        kind: video.watched\n        points: 3\n"
NO_DIRECT = "  direct:                        # ready at once, whatever the points\n"
FIT = """  - name: fit
    of: profile
    rules:
      - {name: right size, points: 60, where: {company.size: {at_least: 50}}}
"""


def with_fit(score: str) -> list[tuple[str, str]]:
    return [("ready:\n", score + "ready:\n"), ("[engagement] ", "[engagement, fit] ")]


def findings(*changes: tuple[str, str], calendars: set[str] | None = None) -> tuple[Finding, ...]:
    text = default_pact_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return lint(parse_pact(text), kinds=ACTS, calendars=calendars)


def codes(*changes: tuple[str, str], calendars: set[str] | None = None) -> list[tuple[str, str]]:
    return [(found.severity.value, found.code) for found in findings(*changes, calendars=calendars)]


def test_the_default_pact_has_nothing_to_find() -> None:
    assert findings(calendars=set()) == ()


@pytest.mark.parametrize(
    ("changes", "severity", "code", "path"),
    [
        # it would be ready and cool at once
        ([("down: 25 ", "down: 51 ")], "error", "down_above_up", "ready.down"),
        ([("scores: [engagement]", "scores: [engagment]")], "error", "unknown_score", "ready.scores"),
        # kinds, wherever one stands
        ([("kind: video.watched\n", "kind: video.seen\n")], "error", "unknown_kind",
         "scores[engagement].rules[video].kind"),
        ([("  - kind: mail.replied", "  - kind: mail.answered")], "error", "unknown_kind", "lead[5].kind"),
        ([("{kind: ad.clicked}", "{kind: ad.seen}")], "error", "unknown_kind", "types[content].acts[6].kind"),
        ([("contact form, kind: form.submitted", "contact form, kind: form.sent")], "error", "unknown_kind",
         "ready.direct[contact form].kind"),
        # our own acts are no acts of the prospect
        ([("kind: video.watched\n", "kind: call.made\n")], "error", "unknown_kind",
         "scores[engagement].rules[video].kind"),
        # names
        ([("- name: video\n", "- name: paper\n")], "error", "duplicate_name", "scores"),
        ([("ready:\n", FIT.replace("fit", "engagement").replace("60", "6") + "ready:\n")], "error", "duplicate_name",
         "scores"),
        (with_fit(FIT.replace("right size", "video").replace("60", "6")), "error", "duplicate_name", "scores"),
        ([("name: demo request", "name: contact form")], "error", "duplicate_name", "ready.direct"),
        ([("- type: event", "- type: content")], "error", "duplicate_name", "types"),
        ([("code: too_small", "code: wrong_person")], "error", "duplicate_name", "reasons.reject"),
        # instead_of
        ([("instead_of: page visit", "instead_of: page visits")], "error", "unknown_rule",
         "scores[engagement].rules[pricing page].instead_of"),
        ([("instead_of: page visit", "instead_of: video")], "warning", "instead_of_other_kind",
         "scores[engagement].rules[pricing page].instead_of"),
        ([("instead_of: page visit", "instead_of: pricing page")], "error", "instead_of_cycle",
         "scores[engagement].rules[pricing page].instead_of"),
        ([("        caps: {day: 3}\n", "        instead_of: pricing page\n")], "error", "instead_of_cycle",
         "scores[engagement].rules[page visit].instead_of"),
        # points, caps, groups
        ([("        instead_of: mail opened\n        points: 0", "        points: 0")], "warning", "no_effect",
         "scores[engagement].rules[mail opened by a machine]"),
        ([("caps: {day: 10}", "caps: {week: 4.999}")], "warning", "cap_below_act",
         "scores[engagement].rules[pricing page].caps.week"),
        ([("        points: 3\n", "        points: -3\n        caps: {day: 3}\n")], "warning", "cap_without_points",
         "scores[engagement].rules[mail clicked].caps"),
        ([(VIDEO, VIDEO + "        group: web\n")], "error", "unknown_group", "scores[engagement].rules[video].group"),
        ([("    rules:\n", "    group_caps: {web: 9}\n    rules:\n")], "warning", "empty_group",
         "scores[engagement].group_caps.web"),
        ([("ready:\n", FIT.replace("60", "6") + "ready:\n")], "warning", "unused_score", "scores[fit]"),
        ([("down: 25 ", "down: 0 ")], "warning", "never_cools", "ready.down"),
        # the profile alone
        (with_fit(FIT), "error", "ready_by_profile", "ready.up"),
        (with_fit(FIT.replace("60", "50")), "error", "ready_by_profile", "ready.up"),  # 50 is enough
        # promises
        ([("within: 14d", "within: 14 days")], "error", "bad_amount", "promises.sales[feedback].within"),
        ([("{promise: answer, within: 4h}", "{promise: answer, within: 0h}")], "error", "bad_amount",
         "promises.sales[answer].within"),
        ([("{promise: feedback,", "{promise: answer,")], "error", "duplicate_promise", "promises.sales[answer]"),
        ([("    - {promise: answer,", "    # - {promise: answer,")], "warning", "no_answer_promise", "promises.sales"),
        ([("  marketing:\n    - {promise: offer, within: 4h} ", "  marketing: []\n  # ")], "warning", "one_sided",
         "promises"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_found(changes: list[tuple[str, str]], severity: str, code: str, path: str) -> None:
    found = findings(*changes)
    assert (severity, code, path) in [(one.severity.value, one.code, one.path) for one in found]
    assert {one.code for one in found} == {code}, "nothing else is found"
    for one in found:
        assert one.message.endswith(".")
        assert one.what_to_do.endswith((".", "…`."))


def test_every_path_of_a_finding_leads_into_the_text() -> None:
    text = default_pact_text().replace("code: too_small", "code: wrong_person").replace("down: 25 ", "down: 99 ")
    text = text.replace("kind: video.watched\n", "kind: nothing.known\n").replace("within: 14d", "within: 14x")
    document = read_document(text)
    lines = {one.code: document.line(one.path) for one in lint(document.pact, kinds=ACTS)}
    written = text.splitlines()
    assert "nothing.known" in written[lines["unknown_kind"] - 1]
    assert "down: 99" in written[lines["down_above_up"] - 1]
    assert "14x" in written[lines["bad_amount"] - 1]
    assert "reject:" in written[lines["duplicate_name"] - 1]


def test_errors_come_before_warnings() -> None:
    found = codes(("down: 25 ", "down: 60 "), ("caps: {day: 10}", "caps: {day: 4}"))
    assert found == [("error", "down_above_up"), ("warning", "cap_below_act")]


def test_down_may_equal_up() -> None:
    assert codes(("down: 25 ", "down: 50 ")) == []


def test_events_of_one_s_own_may_earn_points() -> None:
    assert codes(("kind: video.watched\n", "kind: client.Trial started\n")) == []


def test_calendars_are_checked_when_they_are_known() -> None:
    change = ("{promise: answer, within: 4h}", "{promise: answer, within: 4h, calendar: Leeds}")
    assert codes(change) == []
    assert codes(change, calendars={"Leeds"}) == []
    assert codes(change, calendars={"York"}) == [("error", "unknown_calendar")]


def test_each_list_of_reasons_must_have_one() -> None:
    text = default_pact_text()
    begin, end = text.index("  reject: "), text.index("  recycle: ")
    found = lint(parse_pact(text[:begin] + "  reject: []\n" + text[end:]))
    assert [(one.code, one.path) for one in found] == [("no_reasons", "reasons.reject")]
    assert found[0].severity is Severity.ERROR


# -- can it be met? -----------------------------------------------------------


def meeting(window: str, rule: str, up: int, *, direct: bool = False) -> list[tuple[str, str]]:
    """Return the codes found in a pact whose one rule is about visits."""
    text = default_pact_text()
    rules_begin, rules_end = text.index("      - name: page visit"), text.index("# Who the person and")
    text = text[:rules_begin] + f"      - {rule}\n\n" + text[rules_end:]
    if not direct:
        begin, end = text.index(NO_DIRECT), text.index("  exclusions:")
        text = text[:begin] + text[end:]
    text = text.replace("window: {days: 30, mode: calendar}", window)
    text = text.replace("up: 50 ", f"up: {up} ").replace("down: 25 ", "down: 1 ")
    return [(one.severity.value, one.code) for one in lint(parse_pact(text), kinds=ACTS)]


ONE_A_DAY = "{name: visit, kind: page.viewed, points: 1, caps: {day: 1}}"
CANNOT = [("error", "cannot_be_met")]


@pytest.mark.parametrize(
    ("window", "rule", "up", "found"),
    [
        # calendar: an act of day d counts on days d .. d+29, so 30 days add up
        ("window: {days: 30}", ONE_A_DAY, 30, []),
        ("window: {days: 30}", ONE_A_DAY, 31, CANNOT),
        # rolling: 30 x 24 h can touch 31 days
        ("window: {days: 30, mode: rolling}", ONE_A_DAY, 31, []),
        ("window: {days: 30, mode: rolling}", ONE_A_DAY, 32, CANNOT),
        # 2 days can touch 2 weeks and 2 months; one day only one
        ("window: {days: 2}", "{name: v, kind: page.viewed, points: 5, caps: {week: 5}}", 10, []),
        ("window: {days: 1}", "{name: v, kind: page.viewed, points: 5, caps: {week: 5}}", 6, CANNOT),
        ("window: {days: 2}", "{name: v, kind: page.viewed, points: 5, caps: {month: 5}}", 10, []),
        ("window: {days: 1}", "{name: v, kind: page.viewed, points: 5, caps: {month: 5}}", 6, CANNOT),
        # 31 January to 1 March are 30 days in 3 months
        ("window: {days: 30}", "{name: v, kind: page.viewed, points: 5, caps: {month: 5}}", 15, []),
        ("window: {days: 30}", "{name: v, kind: page.viewed, points: 5, caps: {month: 5}}", 16, CANNOT),
        # ever
        ("window: {days: 30}", "{name: v, kind: page.viewed, points: 5, caps: {lifetime: 40}}", 41, CANNOT),
        ("window: {days: 30}", "{name: v, kind: page.viewed, points: 5, caps: {lifetime: 40}}", 40, []),
        # without a cap many acts add up to anything
        ("window: {days: 1}", "{name: v, kind: page.viewed, points: 0.001}", 1000, []),
        # the caps of the score and of a group
        ("cap: 40\n    window: {days: 1}", "{name: v, kind: page.viewed, points: 1}", 41, CANNOT),
        ("group_caps: {g: 40}\n    window: {days: 1}", "{name: v, kind: page.viewed, points: 1, group: g}", 41, CANNOT),
        ("group_caps: {g: 40}\n    window: {days: 1}", "{name: v, kind: page.viewed, points: 1, group: g}", 40, []),
        # fading: 1 a day with half-life 1 comes to just under 2
        ("half_life: {days: 1}", "{name: v, kind: page.viewed, points: 10, caps: {day: 10}}", 19, []),
        ("half_life: {days: 1}", "{name: v, kind: page.viewed, points: 10, caps: {day: 10}}", 40, CANNOT),
    ],
)
def test_a_pact_that_nobody_can_meet_is_an_error(window: str, rule: str, up: int, found: list[tuple[str, str]]) -> None:
    assert meeting(window, rule, up) == found


def test_a_direct_act_makes_it_possible_to_meet() -> None:
    assert meeting("window: {days: 30}", ONE_A_DAY, 31, direct=True) == [("warning", "only_direct")]


def test_a_score_that_only_takes_away_never_rises() -> None:
    found = meeting("window: {days: 30}", "{name: careers, kind: page.viewed, points: -5}", 50, direct=True)
    assert found == [("warning", "never_rises"), ("warning", "only_direct")]


def test_a_cap_that_is_never_met_is_a_warning() -> None:
    assert meeting("cap: 99\n    window: {days: 30}", ONE_A_DAY, 20) == [("warning", "idle_cap")]


def test_fit_and_acts_add_up() -> None:
    text = default_pact_text()
    for old, new in [*with_fit(FIT.replace("60", "20")), ("    window:", "    cap: 25\n    window:")]:
        text = text.replace(old, new, 1)
    assert most_points(parse_pact(text)) == 45_000


def test_a_score_that_ready_does_not_name_helps_nobody() -> None:
    other = """  - name: other
    of: acts
    window: {days: 30}
    rules: [{name: call, kind: call.received, points: 99}]
"""
    text = (
        default_pact_text()
        .replace("ready:\n", other + "ready:\n", 1)
        .replace("    window:", "    cap: 25\n    window:", 1)
    )
    assert most_points(parse_pact(text)) == 25_000
    assert most_points(parse_pact(text.replace("[engagement]", "[engagement, other]"))) is None


def periods_touched(first: date, days: int) -> dict[str, int]:
    touched = [first + timedelta(days=n) for n in range(days)]
    return {
        "day": days,
        "week": len({day.isocalendar()[:2] for day in touched}),
        "month": len({(day.year, day.month) for day in touched}),
    }


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(1, 400), st.sampled_from(["day", "week", "month"]))
def test_no_calendar_gives_more_than_the_bound_of_a_window(first: date, days: int, period: str) -> None:
    score = EngagementScore("s", Window(days, WindowMode.CALENDAR), (Rule("r", "k", 10, caps=Caps(**{period: 10})),))
    bound = most_of_acts(score)
    assert bound is not None
    assert periods_touched(first, days)[period] * 10 <= bound


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(1, 60), st.sampled_from(["day", "week", "month"]))
def test_no_calendar_gives_more_than_the_bound_of_a_half_life(today: date, half_life: int, period: str) -> None:
    """Each period gives its cap on the latest day it can, the best case; floats are good enough for a bound."""
    cap = 1_000_000
    score = EngagementScore("s", HalfLife(half_life), (Rule("r", "k", cap, caps=Caps(**{period: cap})),))
    bound = most_of_acts(score)
    assert bound is not None
    seen, total = set(), 0.0
    for age in range(40 * half_life):
        day = today - timedelta(days=age)
        key = {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month)}[period]
        if key not in seen:
            seen.add(key)
            total += cap * 0.5 ** (age / half_life)
    assert total <= bound


@pytest.mark.parametrize(
    ("milli", "shown"),
    [(0, "0"), (1_000, "1"), (1_500, "1.5"), (-2_000, "−2"), (125, "0.125"), (-1, "−0.001"), (50_010, "50.01")],
)
def test_milli_points_are_shown_as_points(milli: int, shown: str) -> None:
    assert shown_points(milli) == shown
