"""Who may enter a page: every view is marked with the verb of the policy it needs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from leadpact.flow import clock
from leadpact.team import policy, reads
from leadpact.team.house import House
from leadpact.team.policy import Subject, Verb
from leadpact.team.types import Actor, CompanySettings, Member, user_actor

HOUSE: Final = "_leadpact_house"  # where the log-in keeps it on the user of a session
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs[**P](verb: Verb) -> Callable[[View[P]], View[P]]:
    """Let in only those who are logged in and for whom the policy knows something this verb is allowed on.

    The others are sent to log in, or shown a page that says who may.  What the
    verb may be done to is the view's to ask, with `check`.
    """

    def mark(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not policy.may(member_of(request), verb):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        setattr(guarded, "verb", verb)  # noqa: B010  # read by the test that holds every address to the matrix
        return guarded

    return mark


def check(request: HttpRequest, verb: Verb, subject: Subject, *, hidden: bool = False) -> None:
    """Raise unless the policy allows the verb on this subject.

    hidden   the member may not even know that it is there: answer as if it were not (404)
    """
    if policy.may(member_of(request), verb, subject):
        return
    if hidden:
        raise Http404
    raise PermissionDenied


def member_of(request: HttpRequest) -> Member:
    """The member behind the request, read once per request."""
    kept: Member | None = getattr(request, "_leadpact_member", None)
    if kept is None:
        if request.user.pk is None:
            raise PermissionDenied
        house = house_of(request)
        kept = house.member if house else reads.user(request.user.pk)
        setattr(request, "_leadpact_member", kept)  # noqa: B010  # HttpRequest has no place of its own for it
    return kept


def settings_of(request: HttpRequest) -> CompanySettings:
    """The company's settings, read once per request."""
    kept: CompanySettings | None = getattr(request, "_leadpact_settings", None)
    if kept is None:
        house = house_of(request)
        kept = house.settings if house else reads.settings()
        setattr(request, "_leadpact_settings", kept)  # noqa: B010  # as above
    return kept


def house_of(request: HttpRequest) -> House | None:
    """Our side as it was read with the session's user; None for who came without one, or has just logged in."""
    found: House | None = getattr(getattr(request, "user", None), HOUSE, None)
    return found


def keep_house(request: HttpRequest, house: House, member: Member) -> None:
    """Keep our side for a request that came without a session; `member` may less than the house says."""
    for name, value in (("member", member), ("settings", house.settings), ("members", house.members)):
        setattr(request, f"_leadpact_{name}", value)


def members_of(request: HttpRequest) -> Mapping[int, Member]:
    """Everybody who works here, by number, in the order of their names; read once per request."""
    kept: Mapping[int, Member] | None = getattr(request, "_leadpact_members", None)
    if kept is None:
        house = house_of(request)
        kept = house.members if house else {each.id: each for each in reads.users()}
        setattr(request, "_leadpact_members", kept)  # noqa: B010  # as above
    return kept


def actor_of(request: HttpRequest) -> Actor:
    return user_actor(member_of(request).id)


def now_of(request: HttpRequest) -> datetime:
    """One `now` for the whole request."""
    kept: datetime | None = getattr(request, "_leadpact_now", None)
    if kept is None:
        kept = clock.now()
        setattr(request, "_leadpact_now", kept)  # noqa: B010  # as above
    return kept


def keep_unread(request: HttpRequest, number: int) -> None:
    """Keep how many notices are unread, from a page that has read them anyway, for the bell."""
    setattr(request, "_leadpact_unread", number)  # noqa: B010  # as above


def kept_unread(request: HttpRequest) -> int | None:
    found: int | None = getattr(request, "_leadpact_unread", None)
    house = house_of(request)
    return house.unread if found is None and house else found


def keep_waiting(request: HttpRequest, counts: Mapping[str, int]) -> None:
    """Keep what waits for the member by area, from a page that has read it with other things, for the sidebar."""
    setattr(request, "_leadpact_waiting", dict(counts))  # noqa: B010  # as above


def kept_waiting(request: HttpRequest) -> dict[str, int] | None:
    found: dict[str, int] | None = getattr(request, "_leadpact_waiting", None)
    return found
