"""Every address is listed with what it takes to open it, and opens for exactly those whom the matrix lets in."""

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from leadpact.team import actions as team
from leadpact.team.policy import VERBS
from leadpact.team.types import SYSTEM, Role
from leadpact.web.collect.routes import DEVICE, FLAGS, OF_KEYS, ROUTES
from tests import cast
from tests.access.addresses import operations, patterns
from tests.access.listing import API, OPEN, Listed, listed, who_may
from tests.access.people import browser_of, caller_of, user_of

pytestmark = pytest.mark.long_on_postgresql

LIST = listed()
BEFORE_DJANGO = {*ROUTES, *FLAGS, *OF_KEYS, DEVICE, "/healthz"}  # answered before the pages are asked
GUARDED = [each for each in LIST if each.verb not in OPEN]
EITHER = ("GET", "POST")


def test_every_address_is_listed_and_every_listed_one_is_there() -> None:
    in_code, in_list = {*patterns(), *BEFORE_DJANGO}, {each.address for each in LIST}
    assert in_code - in_list == set(), "write them into docs/reference/addresses.csv"
    assert in_list - in_code == set(), "take them out of docs/reference/addresses.csv"
    assert len(LIST) == len(set(LIST))


def test_every_operation_of_the_api_is_listed_with_its_method_and_verb() -> None:
    found = set(operations())
    assert {each for each in LIST if each.is_api and each.verb not in OPEN} == found
    assert len(found) >= 24
    beside_operations = {each.address for each in LIST if each.is_api} - {each.address for each in found}
    assert beside_operations == {f"{API}/", f"{API}/openapi.json"}


def test_the_list_asks_for_verbs_of_the_policy_and_a_page_for_the_verb_that_is_listed() -> None:
    assert {each.verb for each in GUARDED} <= set(VERBS)
    in_code = {address: getattr(each.callback, "verb", None) for address, each in patterns().items()}
    pages = [each for each in LIST if not each.is_api and each.address in in_code]
    wrong = [each for each in pages if in_code[each.address] != (None if each.verb in OPEN else each.verb)]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_an_address_opens_for_those_whom_the_matrix_lets_in(role: Role) -> None:
    user, matrix = user_of(cast.found(), role), who_may()
    browser, caller = browser_of(user), caller_of(user)
    wrong = []
    for each in GUARDED:
        answer = asked(each, caller if each.is_api else browser)
        is_denied = answer.status_code in {401, 403} or _leads_to_login(answer)
        if is_denied is not (matrix[each.verb, role] == "no") or answer.status_code in {405, 500}:
            wrong.append((each, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_nobody_passes_without_logging_in_or_a_token() -> None:
    user = _admin()
    stranger, logged_in = Client(), browser_of(user)
    for each in LIST:
        answer = asked(each, stranger) if each.address not in BEFORE_DJANGO else None
        if each.is_api and each.verb not in OPEN:
            assert answer is not None
            assert answer.status_code == 401, each
            assert asked(each, logged_in).status_code == 401, each  # a session of the pages opens no operation
        elif answer is not None and each.verb != "public":
            assert _leads_to_login(answer), each
        elif answer is not None:
            assert not _leads_to_login(answer), each
            assert answer.status_code < 500, each


@pytest.mark.django_db
def test_an_address_takes_only_the_methods_that_are_listed() -> None:
    user = _admin()
    caller, browser, taken = caller_of(user), browser_of(user), {(each.method, each.address) for each in LIST}
    wrong = []
    for each in {one.address: one for one in LIST if one.address not in BEFORE_DJANGO}.values():
        for method in EITHER:
            client = caller if each.is_api else browser_of(user) if each.verb == "login" else browser  # some log out
            is_refused = asked(each, client, method).status_code == 405
            if is_refused is ((method, each.address) in taken) and _says_methods(each):
                wrong.append((method, each.address))
    assert wrong == []


def _admin() -> int:
    """Somebody who may open everything that is guarded, with a password to change."""
    user = user_of(cast.found(), Role.REVENUE_OPERATIONS)
    team.set_password(user, "as good as any other", by=SYSTEM, now=cast.FOUNDED)
    return user


def _says_methods(each: Listed) -> bool:
    """All but what answers that there is nothing, and the description of the API."""
    return each.address not in {f"{API}/", f"{API}/openapi.json", "/api/<path:rest>"}


def asked(each: Listed, client: Client, method: str = "") -> HttpResponseBase:
    if (method or each.method) == "GET":
        return client.get(each.filled())
    return client.post(each.filled(), content_type="application/json") if each.is_api else client.post(each.filled())


def _leads_to_login(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].partition("?")[0] == "/login/"
