"""From the text of a pact to its values: every class of fault, the Default pact, the digest."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from leadpact.base.criteria import Condition, Operator
from leadpact.pact.document import default_pact_text, milli, pact_digest, parse_pact, read_document
from leadpact.pact.errors import BadPact
from leadpact.pact.faults import MOST_FAULTS
from leadpact.pact.tests.texts import dumped, plain_default
from leadpact.pact.types import (
    ActClause,
    Caps,
    DirectTrigger,
    Exclusion,
    HalfLife,
    IdleLoss,
    LeadType,
    PromiseKind,
    PromiseTerm,
    Reason,
    Rule,
    Side,
    Window,
    WindowMode,
)

CLICKED = "      - name: mail clicked\n        kind: mail.clicked\n        points: 3\n"
RULES = "scores[engagement].rules"
WINDOW = "window: {days: 30, mode: calendar}"


def changed(old: str, new: str) -> str:
    text = default_pact_text()
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "path", "says", "to_do"),
    [
        # what is missing
        ("format: 1\n", "", "", "The pact lacks `format`.", "Add `format`."),
        ("        points: 3\n", "", RULES + "[mail clicked]", "lacks `points`", "Add `points`."),
        ("  up: 50 ", "  # up: 50 ", "ready", "`ready` lacks `up`.", "Add `up`."),
        ("{promise: offer, within: 4h}", "{promise: offer}", "promises.marketing[offer]", "lacks `within`", "Add"),
        ("count: 3, ", "", "promises.sales[attempts]", "lacks `count`", "Add `count`."),
        (WINDOW, "cap: 9", "scores[engagement]", "neither a window nor a half-life", "Add `window"),
        (WINDOW, WINDOW + "\n    half_life: {days: 3}", "scores[engagement]", "both a window and", "Keep one"),
        # strange words
        ("points: 3\n", "pionts: 3\n", RULES + "[mail clicked].pionts", "no word", "mean `points`?"),
        ("zone:", "tone:", "tone", "`tone` is no word of the pact here.", "Did you mean `zone`?"),
        ("{starts_with:", "{begins:", RULES + "[pricing page].where.path.begins", "no word", "is_not"),
        ("caps: {day: 3}", "caps: {year: 3}", RULES + "[page visit].caps.year", "no word", "month"),
        # wrong types
        ("points: 3\n", "points: three\n", RULES + "[mail clicked].points", "“three” is not", "decimals"),
        ("points: 3\n", "points: true\n", RULES + "[mail clicked].points", "and true is not", "decimals"),
        ("lead:\n", "lead: 3\nlead2:\n", "lead", "`lead` must be a list, and 3 is not.", "acts"),
        ("ready:\n", "ready: []\nready2:\n", "ready", "must be words with values", "ready for sales"),
        ("continue_days: 90", "continue_days: 90.5", "continue_days", "a whole number, and 90.5 is not", "pursuit"),
        ("{form: demo}", "{form: 1.5}", "ready.direct[demo request].where.form", "cannot be read: 1.5", "A value"),
        ("{machine: true}", "{machine: {}}", RULES + "[mail opened by a machine].where.machine",
         "must not be empty", "all must hold"),
        # wrong values
        ("format: 1", "format: 2", "format", "`format` cannot be 2.", "Write 1."),
        ("of: acts", "of: act", "scores[engagement].of", "cannot be “act”", "Did you mean acts?"),
        ("- customer", "- customers", "ready.exclusions[3]", "cannot be “customers”", "Did you mean customer?"),
        ("{promise: offer,", "{promise: answer,", "promises.marketing[answer].promise", "cannot be", "offer, volume"),
        ("kind: mail.clicked\n        p", "kind: Clicked\n        p", RULES + "[mail clicked].kind",
         "cannot be “Clicked”", "page.viewed"),
        ("zone: UTC", "zone: Mars/Base", "zone", "There is no time zone “Mars/Base”.", "Europe/London"),
        ("zone: UTC", "zone: ../../etc/passwd", "zone", "There is no time zone", "Europe/London"),
        ("zone: UTC", "zone: Europe", "zone", "There is no time zone", "Europe/London"),
        ("[rejected, recycled, cooled]", "[rejected, rejected]", "resets", "names something twice", "Keep one"),
        ("code: too_small", "code: Too small", "reasons.reject[Too small].code", "cannot be", "small letters"),
        ("  exclusions:", "  dwell: 1 day\n  exclusions:", "ready.dwell", "cannot be “1 day”", "24h"),
        ("  exclusions:", "  musts: {title: CEO}\n  exclusions:", "ready.musts.title", "cannot be", "person."),
        # bounds
        ("days: 30, mode", "days: 0, mode", "scores[engagement].window.days", "is 0, and must be at least 1", "days"),
        ("days: 30, mode", "days: 9999, mode", "scores[engagement].window.days", "must be at most 3650", "days"),
        ("up: 50 ", "up: 0 ", "ready.up", "is 0, and must be above 0", "above 0"),
        ("down: 25 ", "down: -1 ", "ready.down", "must be at least 0", "Cools"),
        ("points: 20\n", "points: 20.0001\n", RULES + "[webinar].points", "three decimals", "Round"),
        ("caps: {day: 3}", "caps: {day: 0}", RULES + "[page visit].caps.day", "must be above 0", "above"),
        ("scores: [engagement]", "scores: []", "ready.scores", "`ready.scores` must not be empty.", "sum"),
        ("name: Default pact", "name: ''", "name", "`name` must not be empty.", "letters"),
        ("name: Default pact", f"name: {'x' * 81}", "name", "must have at most 80 letters", "letters"),
    ],
)  # fmt: skip
def test_every_class_of_fault_names_its_place_and_what_to_do(
    old: str, new: str, path: str, says: str, to_do: str
) -> None:
    with pytest.raises(BadPact) as caught:
        parse_pact(changed(old, new))
    faults = {fault.path: fault for fault in caught.value.faults}
    assert path in faults, faults
    assert says in faults[path].message
    assert to_do in faults[path].what_to_do


def test_all_faults_are_listed_in_the_order_of_the_text_in_one_error() -> None:
    text = changed("points: 3\n", "points: x\n").replace("format: 1", "format: 9").replace("up: 50 ", "up: -5 ")
    with pytest.raises(BadPact) as caught:
        parse_pact(text)
    error = caught.value.as_dict()
    assert error["code"] == "bad_pact"
    assert error["message"] == "This is not a pact yet: line 10: `format` cannot be 9. 2 more are listed."
    listed = error["details"]["faults"]
    assert isinstance(listed, list)
    assert [fault["path"] for fault in listed] == ["format", RULES + "[mail clicked].points", "ready.up"]
    assert [text.splitlines()[fault["line"] - 1].split("#")[0].strip() for fault in listed] == [
        "format: 9", "points: x", "up: -5",
    ]  # fmt: skip


def test_a_flood_of_faults_is_cut_off() -> None:
    with pytest.raises(BadPact) as caught:
        parse_pact(changed("lead:\n", "lead: [" + "1," * 20_000 + "]\nlead2:\n"))
    assert len(caught.value.faults) <= MOST_FAULTS


def test_the_default_pact_gives_the_agreed_points() -> None:
    pact = parse_pact(default_pact_text())
    (score,) = pact.engagement
    earned = [(rule.name, rule.kind, rule.points, rule.caps.day, rule.instead_of) for rule in score.rules]
    assert earned == [
        ("page visit", "page.viewed", 1_000, 3_000, ()),
        ("pricing page", "page.viewed", 5_000, 10_000, ("page visit",)),
        ("mail opened", "mail.opened", 1_000, 1_000, ()),
        ("mail opened by a machine", "mail.opened", 0, None, ("mail opened",)),
        ("mail clicked", "mail.clicked", 3_000, None, ()),
        ("paper", "asset.downloaded", 5_000, None, ()),
        ("video", "video.watched", 3_000, None, ()),
        ("webinar", "webinar.attended", 20_000, None, ()),
        ("event stand", "event.attended", 30_000, None, ()),
    ]
    assert score.rules[1].where == (Condition("path", Operator.STARTS_WITH, "/pricing"),)
    assert score.rules[3].where == (Condition("machine", Operator.IS, True),)
    assert score.ageing == Window(30, WindowMode.CALENDAR)
    assert (score.group_caps, score.cap, score.idle, score.account, pact.fit) == ((), None, None, False, ())


def test_the_default_pact_has_the_agreed_thresholds_triggers_and_promises() -> None:
    pact = parse_pact(default_pact_text())
    ready = pact.ready
    assert (ready.up, ready.down, ready.dwell, ready.scores) == (50_000, 25_000, timedelta(0), ("engagement",))
    assert ready.direct == (
        DirectTrigger("contact form", ActClause("form.submitted", (Condition("form", Operator.IS, "contact"),)), 30),
        DirectTrigger("demo request", ActClause("form.submitted", (Condition("form", Operator.IS, "demo"),)), 30),
    )
    assert ready.exclusions == tuple(Exclusion)
    assert pact.promises == (
        PromiseTerm(PromiseKind.OFFER, Side.MARKETING, "4h"),
        PromiseTerm(PromiseKind.ANSWER, Side.SALES, "4h"),
        PromiseTerm(PromiseKind.ATTEMPTS, Side.SALES, "10d", count=3),
        PromiseTerm(PromiseKind.FEEDBACK, Side.SALES, "14d"),
        PromiseTerm(PromiseKind.DISPUTE, Side.SALES, "2wd"),
    )
    assert pact.resets == ("rejected", "recycled", "cooled")
    assert pact.continue_days == 90
    assert Reason("not_now", "Not now", "date") in pact.reject_reasons
    assert [rule.type for rule in pact.types] == [LeadType.INBOUND, LeadType.EVENT, LeadType.CONTENT]
    assert {"page.viewed", "mail.opened"}.isdisjoint(clause.kind for clause in pact.lead)


def test_the_default_pact_can_be_had_in_another_zone() -> None:
    assert parse_pact(default_pact_text("Asia/Kolkata")).zone == ZoneInfo("Asia/Kolkata")


def test_every_word_of_a_rich_pact_arrives() -> None:
    text = changed(WINDOW, "half_life: {days: 14}\n    idle_loss: {days: 7, points: 2.5}\n    account: true\n"
                   "    cap: 90\n    group_caps: {web: 30.125, mail: 12}")  # fmt: skip
    text = text.replace(
        CLICKED,
        CLICKED + "        group: mail\n        caps: {day: 1, week: 2, month: 3, lifetime: 4}\n"
        "        instead_of: [paper, video]\n        where: {a: {at_least: 2, at_most: 9}, b: [x, 3]}\n",
    )
    text = text.replace("  exclusions:", "  dwell: 36h\n  not_when: {person.student: true}\n"
                        "  musts: {person.email: {known: true}}\n  exclusions:")  # fmt: skip
    pact = parse_pact(text + "goals: {meetings: 20}\n")
    (score,) = pact.engagement
    assert score.ageing == HalfLife(14)
    assert score.idle == IdleLoss(7, 2_500)
    assert (score.account, score.cap, score.group_caps) == (True, 90_000, (("mail", 12_000), ("web", 30_125)))
    assert score.rules[4] == Rule(
        name="mail clicked",
        kind="mail.clicked",
        points=3_000,
        where=(
            Condition("a", Operator.AT_LEAST, 2),
            Condition("a", Operator.AT_MOST, 9),
            Condition("b", Operator.IN, ("x", 3)),
        ),
        caps=Caps(1_000, 2_000, 3_000, 4_000),
        instead_of=("paper", "video"),
        group="mail",
    )
    assert pact.ready.dwell == timedelta(hours=36)
    assert pact.ready.not_when == (Condition("person.student", Operator.IS, True),)
    assert pact.ready.musts == (Condition("person.email", Operator.KNOWN, True),)
    assert pact.goals == {"meetings": 20}


def test_the_example_of_a_fit_score_in_the_notes_of_the_default_pact_is_a_pact() -> None:
    text = default_pact_text()
    begin = text.index("# - name: fit")
    end = text.index("# ---", begin)
    example = "".join(line.removeprefix("# ") if line.startswith("# ") else line
                      for line in text[begin:end].splitlines(keepends=True))  # fmt: skip
    indented = "".join(f"  {line}" if line.strip() else line for line in example.splitlines(keepends=True))
    pact = parse_pact((text[:begin] + indented + text[end:]).replace("[engagement]", "[engagement, fit]"))
    assert [(rule.name, rule.points) for rule in pact.fit[0].rules] == [
        ("right size", 10_000),
        ("our countries", 10_000),
    ]


@given(st.integers(-100_000_000, 100_000_000))
def test_points_with_three_decimals_become_milli_points_exactly(thousandths: int) -> None:
    assert milli(Decimal(thousandths).scaleb(-3)) == thousandths


def test_a_finding_s_path_leads_to_its_line() -> None:
    text = default_pact_text()
    document = read_document(text)
    line = document.line(RULES + "[pricing page].instead_of")
    assert text.splitlines()[line - 1].strip() == "instead_of: page visit"
    assert text.splitlines()[document.line("ready.down") - 1].strip().startswith("down: 25")
    assert document.line(RULES + "[pricing page].group") == document.line(RULES + "[pricing page]")


# -- the digest ---------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_digest_does_not_see_the_order_of_words_notes_or_layout(random: object) -> None:
    document = plain_default(random)
    assert parse_pact(dumped(document)).digest == parse_pact(default_pact_text()).digest


def test_short_and_long_forms_of_a_condition_have_one_digest() -> None:
    digest = parse_pact(default_pact_text()).digest
    assert parse_pact(changed("{form: demo}", "{form: {is: demo}}")).digest == digest
    assert parse_pact(changed("[contact, demo]", "{in: [contact, demo]}")).digest == digest
    assert parse_pact(changed("instead_of: page visit", "instead_of: [page visit]")).digest == digest
    assert parse_pact(changed("points: 20\n", "points: 20.000\n")).digest == digest


def test_the_order_of_conditions_and_goals_does_not_matter() -> None:
    one = changed("{machine: true}", "{machine: true, campaign: {at_least: 1, at_most: 3}}")
    other = changed("{machine: true}", "{campaign: {at_most: 3, at_least: 1}, machine: true}")
    assert parse_pact(one).engagement == parse_pact(other).engagement
    with_goals = [
        parse_pact(one + f"goals: {goals}\n").digest for goals in ("{a: 1, b: 2}", "{b: 2, a: 1}", "{a: 2, b: 1}")
    ]
    assert with_goals[0] == with_goals[1] != with_goals[2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: 20\n", "points: 20.001\n"),
        ("zone: UTC", "zone: Europe/London"),
        ("name: Default pact", "name: Another pact"),
        ("mode: calendar", "mode: rolling"),
        ("caps: {day: 3}", "caps: {week: 3}"),
        ("{machine: true}", "{machine: 1}"),  # true is not 1
        ("{machine: true}", '{machine: "true"}'),
        ("down: 25 ", "down: 24 "),
        ("{form: demo}", "{form: {is_not: demo}}"),
        ("- customer", "# - customer"),
        ("within: 14d", "within: 2wd"),
        ("label: Too small for us", "label: Too small"),
        (", cooled]", "]"),
        ("continue_days: 90", "continue_days: 91"),
    ],
)
def test_the_digest_sees_every_change_of_content(old: str, new: str) -> None:
    assert parse_pact(changed(old, new)).digest != parse_pact(default_pact_text()).digest


def test_the_digest_is_of_the_content_alone() -> None:
    pact = parse_pact(default_pact_text())
    assert pact_digest(replace(pact, digest="other")) == pact.digest
    assert len(pact.digest) == 32


def test_an_editor_s_round_trip_keeps_notes_and_content() -> None:
    round_trip = YAML()
    round_trip.width = 200
    text = dumped(round_trip.load(default_pact_text()), round_trip)
    assert "# a mail scanner or a privacy proxy, not the person" in text
    assert parse_pact(text).digest == parse_pact(default_pact_text()).digest
