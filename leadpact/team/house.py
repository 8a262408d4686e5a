"""What every page needs of our own side, in one query: who asks, who works here, the settings, and the bell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leadpact.ledger import by_hand
from leadpact.team import reads
from leadpact.team.models import Token, User
from leadpact.team.secrets import digest_of
from leadpact.team.types import CompanySettings, Member

_MINE = (
    "me.password, c.name, c.zone, c.currency, c.fiscal_year_start_month, c.week_start, c.postal_address,"
    " c.own_domains, c.competitor_domains, c.deal_stages, c.individual_performance_open"
)
_SQL = (
    f"SELECT {reads.MEMBER}, {_MINE}, CASE WHEN me.id IS NOT NULL THEN"  # noqa: S608  # constants
    " (SELECT COUNT(*) FROM team_notice n WHERE n.user_id = me.id AND n.in_app AND n.read_at IS NULL) END"
    f" FROM {reads.MEMBERS} LEFT JOIN team_user me ON me.id = u.id AND me.id = %s"
    " LEFT JOIN team_company c ON me.id IS NOT NULL AND c.id = (SELECT MIN(id) FROM team_company)"
    " ORDER BY u.name, u.id"
)


@dataclass(frozen=True)
class House:
    """Our side as one user finds it; `unread`: how many notices that user has not read.

    members   everybody, active or not, by name
    password  the user's, as it is stored, with which a session is checked
    """

    user: int
    password: str
    members: Mapping[int, Member]
    settings: CompanySettings
    unread: int

    @property
    def member(self) -> Member:
        return self.members[self.user]


def house_of(user_id: int) -> House | None:
    """Return the house of a user, active or not; None where there is no such user."""
    found = by_hand.rows(_SQL, [user_id])
    width = len(found[0]) - len(_MINE.split(",")) - 1 if found else 0
    mine = next((row[width:] for row in found if row[0] == user_id), None)
    if mine is None:
        return None
    password, *ours, unread = mine
    settings = reads.settings_from(ours if ours[0] is not None else None)
    members = {each.id: each for each in reads.members_from([row[:width] for row in found])}
    return House(user_id, password, members, settings, unread)


def user_in(house: House) -> User:
    """Return the row of whoever the house is of; what was not read is read when somebody asks for it."""
    them = house.member
    values = [them.id, house.password, them.email, them.name, them.is_active]
    return User.from_db("default", ["id", "password", "email", "name", "is_active"], values)


@dataclass(frozen=True)
class Caller:
    """Who calls with a token that is good now, how far it reaches, and when it was last used, to the hour."""

    house: House
    scopes: tuple[str, ...]
    last_used_at: datetime | None


def caller_of(plain: str) -> Caller | None:
    """Return who calls with a token; None for an unknown or revoked one."""
    good = Token.objects.filter(digest=digest_of(plain), revoked_at=None, user__is_active=True)
    row = good.values_list("user", "scopes", "last_used_at").first()
    house = None if row is None else house_of(row[0])
    return None if row is None or house is None else Caller(house, tuple(row[1]), row[2])
