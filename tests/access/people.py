"""One of the cast for each role, at a browser and with a token."""

from django.test import Client

from leadpact.team import actions as team
from leadpact.team.types import SYSTEM, Role
from leadpact.web.tests.acting import browser_of
from tests.cast import FOUNDED, Cast

SOMEBODY = {
    Role.MARKETER: "mia", Role.SALES_REP: "ann", Role.HEAD_OF_MARKETING: "milo", Role.HEAD_OF_SALES: "hanna",
    Role.PARTNER: "pat", Role.REVENUE_OPERATIONS: "olga", Role.EXECUTIVE: "edda",
}  # fmt: skip

__all__ = ["SOMEBODY", "browser_of", "caller_of", "user_of"]


def user_of(company: Cast, role: Role) -> int:
    user: int = getattr(company, SOMEBODY[role])
    return user


def caller_of(user: int) -> Client:
    """A client that sends a token of the user's with every call."""
    token = team.create_token(user, by=SYSTEM, now=FOUNDED)
    return Client(headers={"Authorization": f"Bearer {token}"})
