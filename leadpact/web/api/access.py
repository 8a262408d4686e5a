"""Who calls: bearer tokens, a limit on wrong ones, and the verb each operation needs."""

from dataclasses import replace

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.errors import Throttled
from ninja.security import HttpBearer

from leadpact.team import actions, policy, scoping
from leadpact.team.house import caller_of
from leadpact.team.policy import Verb
from leadpact.team.secrets import digest_of
from leadpact.team.types import Member
from leadpact.web.shell.access import keep_house, now_of

MOST_WRONG = 20  # wrong tokens from one address
WITHIN_SECONDS = 60
KNOWN_FOR_SECONDS = 3600
LONGEST = 200
LOOKS = {"GET", "HEAD"}


class OutOfScope(PermissionDenied):
    """The user's role may, but the token was made for less."""


class Bearer(HttpBearer):
    """`Authorization: Bearer lp_...`.  A session of the pages opens nothing here, so that no other site can use it.

    verb  what the caller must be allowed on something at least; the object is checked later.  An operation that
          names none lets nobody in.
    """

    def __init__(self, verb: Verb | None = None) -> None:
        super().__init__()
        self.verb = verb

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        """Return whose token it is.  After too many wrong ones an address waits, but for tokens that worked lately.

        So guesses stop, and whoever shares the guesser's address or proxy goes on working.
        """
        wrong = f"api-wrong-tokens:{get_adapter(request).get_client_ip(request)}"
        known = f"api-token:{digest_of(token).hex()}"
        if cache.get(wrong, 0) >= MOST_WRONG and cache.get(known) is None:
            raise Throttled(WITHIN_SECONDS)
        caller = caller_of(token) if 0 < len(token) <= LONGEST else None
        if caller is None:
            _count(wrong)
            return None
        cache.set(known, True, KNOWN_FOR_SECONDS)
        now = now_of(request)
        if caller.last_used_at is None or caller.last_used_at <= now - actions.NOTED_FOR:
            actions.note_token_used(token, now=now)
        if self.verb is None or not policy.may(caller.house.member, self.verb):
            raise PermissionDenied
        verbs = scoping.verbs_within(caller.scopes, changes=request.method not in LOOKS)
        member = replace(caller.house.member, verbs=verbs)
        if not policy.may(member, self.verb):
            raise OutOfScope
        keep_house(request, caller.house, member)
        setattr(request, "_leadpact_scopes", caller.scopes)  # noqa: B010  # for the operation that tells them
        return member


def _count(key: str) -> None:
    cache.add(key, 0, WITHIN_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, WITHIN_SECONDS)
