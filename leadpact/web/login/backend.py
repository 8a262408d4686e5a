"""Who a session belongs to, read together with all else a page asks of our own side."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from leadpact.team.house import house_of, user_in
from leadpact.web.shell.access import HOUSE


class ByHouse(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """Logs in as allauth does; only the query that every page begins with is ours."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """Return the user of a session with the house they find; None for those who may not log in any more."""
        house = house_of(user_id)
        if house is None or not house.member.is_active:
            return None
        user = user_in(house)
        setattr(user, HOUSE, house)
        return user
