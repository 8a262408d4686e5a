"""Conditions on named facts, as values.  Names and types only: who gathers the facts decides what they are.

Three lines hold for every reader of a condition, in Python and in SQL:

- A missing value (absent or None) makes every comparison false, and the NOT of a comparison true:
  `is_not`, `not_in` and `known: false` hold for a missing value, all others do not.
- Text is compared casefolded and in Unicode NFC.  Texts have an order too, so ISO dates can be compared.
- Text, numbers and yes/no never equal each other: `"5"`, `5` and `True` are three values.  No floats:
  a number is an int or a Decimal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from leadpact.base.text import fold


class Operator(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    KNOWN = "known"


type Scalar = str | int | bool
type Value = Scalar | Decimal | None
type Facts = Mapping[str, Value]
type Predicate = Callable[[Facts], bool]


@dataclass(frozen=True)
class Condition:
    """`name operator value`, as in `path starts_with /pricing`; `value` is a tuple for in and not_in."""

    name: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] = True


def holds(condition: Condition, facts: Facts) -> bool:
    """Say whether the condition holds for the facts."""
    return predicate_of(condition)(facts)


def predicate_of(condition: Condition) -> Predicate:
    """Return the condition as a function of the facts, its own text folded once: for who asks many times."""
    operator, name, value = condition.operator, condition.name, condition.value
    match operator:
        case Operator.KNOWN:
            return lambda facts: (facts.get(name) is not None) == value
        case Operator.IS | Operator.IN:
            return _equals_one_of(name, value)
        case Operator.IS_NOT | Operator.NOT_IN:
            equals = _equals_one_of(name, value)
            return lambda facts: not equals(facts)
        case Operator.CONTAINS | Operator.STARTS_WITH:
            return _has_text(name, str(value), at_start=operator is Operator.STARTS_WITH)
        case Operator.AT_LEAST | Operator.AT_MOST:
            return _in_order(name, value, upwards=operator is Operator.AT_LEAST)


def _equals_one_of(name: str, value: Scalar | tuple[Scalar, ...]) -> Predicate:
    wanted = frozenset(_comparable(one) for one in (value if isinstance(value, tuple) else (value,)))

    def predicate(facts: Facts) -> bool:
        found = facts.get(name)
        return found is not None and _comparable(found) in wanted

    return predicate


def _has_text(name: str, text: str, *, at_start: bool) -> Predicate:
    wanted = fold(text)

    def predicate(facts: Facts) -> bool:
        found = facts.get(name)
        if not isinstance(found, str):
            return False
        folded = fold(found)
        return folded.startswith(wanted) if at_start else wanted in folded

    return predicate


def _in_order(name: str, value: Scalar | tuple[Scalar, ...], *, upwards: bool) -> Predicate:
    if isinstance(value, tuple):
        raise TypeError("at_least and at_most take one value")
    sort, wanted = _comparable(value)

    def predicate(facts: Facts) -> bool:
        found = facts.get(name)
        if found is None:
            return False
        found_sort, comparable = _comparable(found)
        if found_sort != sort or sort == "yes/no":
            return False
        return comparable >= wanted if upwards else comparable <= wanted  # type: ignore[operator]  # same sort

    return predicate


def _comparable(value: Scalar | Decimal) -> tuple[str, str | int | Decimal]:
    if isinstance(value, str):
        return "text", fold(value)
    if isinstance(value, bool):
        return "yes/no", value
    return "number", value
