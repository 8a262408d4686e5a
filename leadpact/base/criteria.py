"""Conditions on named facts, as values.  Names and types only: who gathers the facts decides what they are."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True)
class Condition:
    """`name operator value`, for example `path starts_with /pricing`; `value` is a tuple for in and not_in."""

    name: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] = True
