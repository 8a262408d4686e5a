"""Stages, cooling, reasons and types: the decisions of a hand-over without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadpact.base.criteria import Condition, Operator
from leadpact.handover import rules
from leadpact.handover.errors import ReasonNeeds, UnknownReason
from leadpact.handover.types import ACTIVE, Cooled, Stage
from leadpact.pact.types import ActClause, LeadType, Reason, TypeRule

TODAY = date(2026, 3, 3)
REASONS = (
    Reason("wrong_person", "Wrong person"),
    Reason("not_now", "Not now", "date"),
    Reason("other", "Other", "note"),
)


@pytest.mark.parametrize(
    ("stage", "touched", "asked", "others", "done"),
    [
        (Stage.OFFERED, False, False, False, Cooled.WITHDRAWN),
        (Stage.OFFERED, True, False, False, Cooled.LEFT),  # opened, called or mailed: it stays with them
        (Stage.OFFERED, False, False, True, Cooled.LEFT),  # a colleague of the same company is still ready
        (Stage.WORKING, False, False, False, Cooled.ASKED),  # never taken back, but asked
        (Stage.WORKING, True, False, False, Cooled.ASKED),
        (Stage.WORKING, True, True, False, Cooled.LEFT),  # asked once, until they have answered
        (Stage.WORKING, True, False, True, Cooled.LEFT),
        (Stage.DEAL, True, False, False, Cooled.LEFT),  # a deal does not care about points
        (Stage.RECYCLED, False, False, False, Cooled.LEFT),
        (Stage.CUSTOMER, False, False, False, Cooled.LEFT),
    ],
)
def test_what_cooling_does(stage: Stage, touched: bool, asked: bool, others: bool, done: Cooled) -> None:
    found = rules.when_cooled(stage, is_touched=touched, is_asked=asked, others_are_ready=others)
    assert found is done


@pytest.mark.parametrize(
    ("stage", "before"),
    [
        (Stage.OFFERED, {Stage.READY}),
        (Stage.WORKING, {Stage.READY, Stage.OFFERED}),  # from ready: pulled early
        (Stage.DEAL, {Stage.WORKING, Stage.CUSTOMER, Stage.LOST}),  # the last two: reopened
        (Stage.RECYCLED, {Stage.OFFERED, Stage.WORKING}),
        (Stage.DISQUALIFIED, {Stage.WORKING}),
        (Stage.COOLED, {Stage.OFFERED}),
        (Stage.CUSTOMER, {Stage.DEAL}),
        (Stage.LOST, {Stage.DEAL}),
        (Stage.READY, {Stage.RECYCLED, Stage.DISQUALIFIED}),
    ],
)
def test_a_pursuit_comes_to_a_stage_only_from(stage: Stage, before: set[Stage]) -> None:
    assert rules.may_follow(stage) == before


def test_a_pursuit_is_over_unless_it_is_ready_offered_worked_or_a_deal() -> None:
    assert {stage for stage in Stage if not rules.is_over(stage)} == ACTIVE
    assert {Stage.READY, Stage.OFFERED, Stage.WORKING, Stage.DEAL} == ACTIVE


def test_a_recycled_pursuit_goes_on_for_as_many_days_as_the_pact_says() -> None:
    ended = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert rules.goes_on(ended, ended + timedelta(days=90, microseconds=-1), 90)
    assert not rules.goes_on(ended, ended + timedelta(days=90), 90)
    assert not rules.goes_on(ended, ended, 0)


@pytest.mark.parametrize(
    ("code", "note", "until"),
    [
        ("wrong_person", "", None),
        ("not_now", "", date(2026, 3, 4)),  # tomorrow at the earliest
        ("other", "They moved to Chile", None),
    ],
)
def test_a_reason_is_good_with_what_it_needs(code: str, note: str, until: date | None) -> None:
    assert rules.check_reason(REASONS, code, note=note, until=until, today=TODAY).code == code


@pytest.mark.parametrize(
    ("code", "note", "until", "needs"),
    [
        ("not_now", "in a while", None, "date"),
        ("not_now", "", TODAY, "date"),  # today is not later
        ("wrong_person", "", date(2025, 1, 1), "date"),  # a date that is not asked for must lie ahead too
        ("other", " \n", None, "note"),
    ],
)
def test_a_reason_without_what_it_needs_is_refused(code: str, note: str, until: date | None, needs: str) -> None:
    with pytest.raises(ReasonNeeds) as caught:
        rules.check_reason(REASONS, code, note=note, until=until, today=TODAY)
    assert caught.value.details["needs"] == needs


def test_a_reason_the_pact_does_not_name_is_refused() -> None:
    with pytest.raises(UnknownReason):
        rules.check_reason(REASONS, "moon_phase", note="", until=None, today=TODAY)


TYPES = (
    TypeRule(
        LeadType.INBOUND,
        (
            ActClause("form.submitted", (Condition("form", Operator.IN, ("contact", "demo")),)),
            ActClause("call.received"),
        ),
    ),
    TypeRule(LeadType.EVENT, (ActClause("event.attended"),)),
    TypeRule(LeadType.CONTENT, (ActClause("form.submitted"),)),
)


@pytest.mark.parametrize(
    ("kind", "properties", "found"),
    [
        ("form.submitted", {"form": "contact"}, LeadType.INBOUND),
        ("form.submitted", {"form": "download"}, LeadType.CONTENT),
        ("form.submitted", {}, LeadType.CONTENT),
        ("call.received", {}, LeadType.INBOUND),
        ("event.attended", {"event": "fair"}, LeadType.EVENT),
        ("social.responded", {}, LeadType.CONTENT),  # no clause fits
        (None, {}, LeadType.CONTENT),  # no act tipped the scale
    ],
)
def test_the_act_that_tipped_the_scale_names_the_type(
    kind: str | None, properties: dict[str, str], found: LeadType
) -> None:
    assert rules.lead_type(TYPES, kind, properties) is found
