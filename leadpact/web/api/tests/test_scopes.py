"""A token may be made for less than its user may; never for more."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client

from leadpact.flow import clock
from leadpact.ledger import reads as ledger
from leadpact.team import actions as team
from leadpact.team import reads
from leadpact.team.errors import BadScope
from leadpact.team.scoping import verbs_within
from leadpact.team.types import SYSTEM
from leadpact.web.tests.acting import browser_of
from tests import cast
from tests.access.world import worked
from tests.cast import Cast

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def company() -> Cast:
    return cast.found()


def asked(user: int, scopes: list[str], url: str, body: Mapping[str, object] | None = None) -> Any:
    token = team.create_token(user, scopes=scopes, by=SYSTEM, now=cast.FOUNDED)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return client.get(url) if body is None else client.post(url, body, content_type="application/json")


def test_a_token_that_reads_changes_nothing_and_one_that_writes_shows_nothing(company: Cast) -> None:
    person = cast.person("ada@northgate.example", name="Ada")
    url = f"{API}/leads/{person}"
    before = ledger.stats().entries
    refused = asked(company.mia, ["read"], f"{url}/change", {"name": "Eve"})
    assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")
    assert asked(company.mia, ["read"], url).json()["name"] == "Ada"
    assert asked(company.mia, ["write"], url).status_code == 403
    assert ledger.stats().entries == before + 3  # the tokens themselves
    assert asked(company.mia, ["write"], f"{url}/change", {"name": "Eve"}).json()["name"] == "Eve"


def test_a_verb_brings_what_it_takes_to_see_its_things_and_nothing_else(company: Cast) -> None:
    deal = worked(company, "northgate.example", by_partner=False).deal
    scope = ["deal.edit"]
    assert asked(company.olga, scope, f"{API}/deals/{deal}/move", {"stage": "Demo"}).json()["stage"] == "Demo"
    assert asked(company.olga, scope, f"{API}/deals/{deal}").status_code == 200
    for url in ("leads", "companies", "me", "settings", "keys"):
        assert asked(company.olga, scope, f"{API}/{url}").json()["code"] == "out_of_scope", url


def test_inside_an_operation_nothing_reaches_further_than_the_token(company: Cast) -> None:
    person = worked(company, "northgate.example", by_partner=False).person
    assert asked(company.hanna, ["lead.see"], f"{API}/leads/{person}").json()["reasons"] is None
    assert asked(company.hanna, ["lead.see", "timeline.see"], f"{API}/leads/{person}").json()["reasons"] is not None


def test_a_scope_gives_nobody_what_their_role_may_not(company: Cast) -> None:
    refused = asked(company.ann, ["key.manage", "read", "write"], f"{API}/keys")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_with_deals_alone_a_list_shows_no_more_and_no_less_than_the_role_does(company: Cast) -> None:
    worked(company, "northgate.example", by_partner=False)
    own = worked(company, "harbour.example", by_partner=True)
    shown = asked(company.pat, ["deal.see"], f"{API}/deals").json()["items"]
    assert [each["id"] for each in shown] == [own.deal]
    assert len(asked(company.hanna, ["deal.see"], f"{API}/deals").json()["items"]) == 2


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "deal.*"]])
def test_a_scope_that_there_is_not_makes_no_token(company: Cast, scopes: list[str]) -> None:
    with pytest.raises(BadScope):
        team.create_token(company.ann, scopes=scopes, by=SYSTEM, now=clock.now())
    assert reads.tokens(company.ann) == []


def test_what_each_scope_lets_a_call_use() -> None:
    assert verbs_within(["read"], changes=False) is None
    assert verbs_within(["write"], changes=True) is None
    assert verbs_within(["write"], changes=False) == frozenset()
    assert verbs_within(["mail.send"], changes=True) == frozenset({"mail.send"})
    assert verbs_within(["deal.edit"], changes=False) == frozenset({"deal.edit", "deal.see"})
    both = verbs_within(["read", "lead.note"], changes=True)
    assert both is not None
    assert {"lead.note", "lead.see", "timeline.see", "deal.see"} <= both
    assert "lead.edit" not in both


def test_the_page_of_tokens_makes_one_that_only_looks_or_may_what_is_chosen(company: Cast) -> None:
    browser = browser_of(company.ann)
    assert browser.post("/tokens/", {"name": "dashboard", "reach": "read"}).status_code == 200
    browser.post("/tokens/", {"name": "calls", "reach": "chosen", "verbs": ["lead.note", "lead.see"]})
    browser.post("/tokens/", {"name": "all"})
    assert [each.scopes for each in reads.tokens(company.ann)] == [
        ("read", "write"), ("lead.see", "lead.note"), ("read",),
    ]  # fmt: skip
    nothing = browser.post("/tokens/", {"name": "none", "reach": "chosen"})
    assert "Choose at least one." in nothing.content.decode()
    assert len(reads.tokens(company.ann)) == 3


def test_me_says_what_the_token_was_made_for(company: Cast) -> None:
    said = asked(company.ann, ["read"], f"{API}/me").json()
    assert said["scopes"] == ["read"]
    assert "lead.answer" in said["verbs"]
