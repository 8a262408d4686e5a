"""Roles, sides and who acted, as values."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    MARKETER = "marketer"
    SALES_REP = "sales_rep"
    HEAD_OF_MARKETING = "head_of_marketing"
    HEAD_OF_SALES = "head_of_sales"
    PARTNER = "partner"
    REVENUE_OPERATIONS = "revenue_operations"  # admin
    EXECUTIVE = "executive"


class Side(StrEnum):
    MARKETING = "marketing"
    SALES = "sales"
    PARTNER = "partner"


@dataclass(frozen=True)
class Actor:
    """Who did it: `user:3`, `source:2`, `person:17` or `system`; written with every entry."""

    kind: str
    id: int | None = None

    def __str__(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


SYSTEM = Actor("system")


def user_actor(user_id: int) -> Actor:
    return Actor("user", user_id)
