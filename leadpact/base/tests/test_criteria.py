"""A condition on a fact: what a missing value means, how text is compared, and that 1 is not true."""

from decimal import Decimal

import pytest

from leadpact.base.criteria import Condition, Facts, Operator, Scalar, holds


@pytest.mark.parametrize("operator", ["is", "in", "contains", "starts_with", "at_least", "at_most", "known"])
@pytest.mark.parametrize("facts", [{}, {"title": None}])
def test_a_missing_value_makes_every_comparison_false(operator: str, facts: Facts) -> None:
    value: Scalar | tuple[Scalar, ...] = ("a",) if operator == "in" else True if operator == "known" else "a"
    assert not holds(Condition("title", Operator(operator), value), facts)


@pytest.mark.parametrize("facts", [{}, {"title": None}])
def test_a_missing_value_makes_the_not_of_a_comparison_true(facts: Facts) -> None:
    assert holds(Condition("title", Operator.IS_NOT, "a"), facts)
    assert holds(Condition("title", Operator.NOT_IN, ("a", "b")), facts)
    assert holds(Condition("title", Operator.KNOWN, False), facts)


@pytest.mark.parametrize(
    ("operator", "value", "found", "expected"),
    [
        ("is", "Berlin", "bERLIN", True),  # case does not count
        ("is", "Straße", "STRASSE", True),  # casefolded, not lower case
        ("is", "Zoë", "Zoe\u0308", True),  # one letter with its dots, or a letter and dots: the same text
        ("is", "Berlin", "Berlin ", False),  # spaces do count
        ("is_not", "Berlin", "BERLIN", False),
        ("in", ("DE", "AT"), "at", True),
        ("in", ("DE", "AT"), "CH", False),
        ("not_in", ("DE", "AT"), "CH", True),
        ("contains", "chief", "The CHIEF of all", True),
        ("contains", "chief", "boss", False),
        ("contains", "5", 5, False),  # only text contains
        ("starts_with", "/Pricing", "/pricing/eu", True),
        ("starts_with", "/pricing", "/en/pricing", False),
        ("is", 1, True, False),  # yes is not 1
        ("is", True, 1, False),
        ("is", False, 0, False),
        ("is", 5, "5", False),  # the text "5" is not the number 5
        ("is", 5, Decimal("5.0"), True),  # but 5.0 is
        ("in", (1, 2), True, False),
        ("at_least", 90, 90, True),  # at least means that or more
        ("at_least", 90, 89, False),
        ("at_least", 90, Decimal("89.999"), False),
        ("at_most", 90, Decimal("90.001"), False),
        ("at_most", 90, 90, True),
        ("at_least", 0, True, False),  # yes/no has no order
        ("at_least", "2026-03-01", "2026-02-28", False),  # dates are text in order
        ("at_least", "2026-03-01", "2026-03-01", True),
        ("at_least", 5, "7", False),  # text and numbers have no order between them
        ("known", True, "", True),  # an empty text is a value
        ("known", True, False, True),  # and so is no
        ("known", False, 0, False),
    ],
)
def test_a_value_is_compared_as_the_table_says(
    operator: str, value: Scalar | tuple[Scalar, ...], found: Scalar, expected: bool
) -> None:
    assert holds(Condition("x", Operator(operator), value), {"x": found}) is expected


def test_the_order_of_questions_does_not_turn_yes_into_one() -> None:
    # 1 == True in Python, so anything kept by the condition itself would answer one with the other's answer.
    assert holds(Condition("x", Operator.IS, 1), {"x": 1})
    assert not holds(Condition("x", Operator.IS, True), {"x": 1})
    assert holds(Condition("x", Operator.IS, True), {"x": True})
