"""Every address is a door with a verb on it, and opens for exactly those whom the matrix lets in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from leadpact.team.policy import MATRIX, Reach
from leadpact.team.types import Role
from leadpact.web.tests.acting import browser_of
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.long_on_postgresql]

# Open to everybody: logging in, hosted forms, links that carry their own signature, the way in.
PUBLIC = {
    "theme", "account_login", "account_logout", "account_inactive", "account_change_password", "account_set_password",
    "hosted_form", "hosted_form_thanks", "paper", "paper_ready", "paper_file", "unsubscribe", "mail_click",
    "offer_link", "api_nothing_here", "tracker", "tracker_for_mautic", "styles",
}  # fmt: skip
SOMEBODY = {
    Role.MARKETER: "mia", Role.SALES_REP: "ann", Role.HEAD_OF_MARKETING: "milo", Role.HEAD_OF_SALES: "hanna",
    Role.PARTNER: "pat", Role.REVENUE_OPERATIONS: "olga", Role.EXECUTIVE: "edda",
}  # fmt: skip


def doors(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from doors(each, before + str(each.pattern))
        else:
            yield before + _filled(each), each


def _filled(door: URLPattern) -> str:
    route = str(door.pattern)
    for name, converter in door.pattern.converters.items():
        value = "987654" if isinstance(converter, IntConverter) else "nothing-here"
        route = "".join(_replaced(route, name, value))
    return route


def _replaced(route: str, name: str, value: str) -> Iterator[str]:
    head, _, rest = route.partition("<")
    kind, _, tail = rest.partition(">")
    if kind.rpartition(":")[2] == name:
        yield head + value + tail
    else:
        yield f"{head}<{kind}>"
        yield from _replaced(tail, name, value)


OURS = [(url, door) for url, door in doors() if getattr(door.callback, "__module__", "").startswith("leadpact.web")]


def test_every_door_has_a_verb_or_is_known_to_be_open() -> None:
    bare = {door.name for _url, door in OURS if not hasattr(door.callback, "verb")}
    assert bare - PUBLIC == set()
    assert len(OURS) > 30  # the walk found them


@pytest.mark.parametrize("role", list(Role))
def test_a_door_opens_for_those_whom_the_matrix_lets_in(role: Role) -> None:
    client = browser_of(getattr(cast.found(), SOMEBODY[role]))
    wrong = []
    for url, door in OURS:
        verb = getattr(door.callback, "verb", None)
        if verb is None:
            continue
        answer = client.get(f"/{url}")
        if answer.status_code == 405:
            answer = client.post(f"/{url}")
        is_shut = MATRIX[verb, role] is Reach.NO
        if (answer.status_code == 403) is not is_shut or answer.status_code >= 500:
            wrong.append((url, verb, answer.status_code))
    assert wrong == []


def test_who_is_not_logged_in_is_sent_to_log_in_from_every_door(client: Client) -> None:
    cast.found()
    for url, door in OURS:
        if hasattr(door.callback, "verb"):
            answer = client.get(f"/{url}")
            answer = client.post(f"/{url}") if answer.status_code == 405 else answer
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/login/"), url
