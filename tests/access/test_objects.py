"""What somebody may not see is not there, and what they may not change stays, through page, API and export."""

import re
from collections.abc import Iterable
from typing import cast as of_type

import pytest
from django.test import Client

from leadpact.flow import clock
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.people import actions as people
from leadpact.people.types import Purpose
from leadpact.pipeline import reads as pipeline
from leadpact.team import reads as team
from leadpact.team.types import SYSTEM
from leadpact.worklist import actions as worklist
from tests import cast
from tests.access.people import browser_of, caller_of
from tests.access.world import Things, offered, worked
from tests.cast import Cast

pytestmark = pytest.mark.django_db

API = "/api/v1"
# What can be asked for about one lead, by type of thing.
SEEN = {
    "lead": ("/leads/{person}/", f"{API}/leads/{{person}}"),
    "timeline": (f"{API}/leads/{{person}}/timeline",),
    "consents": (f"{API}/leads/{{person}}/consents",),
    "comments": (f"{API}/leads/{{person}}/comments",),
    "company": ("/companies/{company}/", f"{API}/companies/{{company}}"),
    "deal": ("/deals/{deal}/", f"{API}/deals/{{deal}}", f"{API}/deals/{{deal}}/history"),
    "pursuit": (f"{API}/pursuits/{{pursuit}}",),
    "promise": ("/promises/{promise}/",),
}
CHANGED = {
    "offer": (
        "/offers/{offer}/accept/", "/offers/{offer}/reject/", "/offers/{offer}/later/",
        f"{API}/offers/{{offer}}/accept", f"{API}/offers/{{offer}}/reject", f"{API}/offers/{{offer}}/later",
    ),
    "lead": (
        "/leads/{person}/keep/", "/leads/{person}/recycle/", "/leads/{person}/disqualify/", "/leads/{person}/deal/",
    ),
    "pursuit": (
        f"{API}/pursuits/{{pursuit}}/recycle", f"{API}/pursuits/{{pursuit}}/disqualify",
        f"{API}/pursuits/{{pursuit}}/open-deal", f"{API}/pursuits/{{pursuit}}/keep",
    ),
    "deal": (
        "/deals/{deal}/win/", "/deals/{deal}/lose/", "/deals/{deal}/move/", "/deals/{deal}/amount/",
        "/deals/{deal}/next-step/", "/deals/{deal}/owner/", "/deals/{deal}/persons/", "/deals/{deal}/reopen/",
        "/deals/{deal}/undo-move/1/",
        f"{API}/deals/{{deal}}/win", f"{API}/deals/{{deal}}/lose", f"{API}/deals/{{deal}}/move",
        f"{API}/deals/{{deal}}/reopen", f"{API}/deals/{{deal}}/amount", f"{API}/deals/{{deal}}/next-step",
        f"{API}/deals/{{deal}}/owner", f"{API}/deals/{{deal}}/persons", f"{API}/deals/{{deal}}/undo-move",
    ),
}  # fmt: skip
# A body with which each call of the API would go through for whoever may.
BODIES = {
    "reject": {"reason": "other", "note": "no"}, "later": {"until": "2099-01-01T09:00:00Z"},
    "recycle": {"reason": "other", "note": "no"}, "disqualify": {"reason": "other", "note": "no"},
    "open-deal": {"next_step": "Call"}, "move": {"stage": "Demo"}, "win": {}, "lose": {"reason": "pricing"},
    "reopen": {}, "accept": {}, "amount": {"amount": 1}, "next-step": {"next_step": "Call"}, "owner": {"owner": 2},
    "keep": {}, "persons": {"persons": []}, "undo-move": {"entry": 1},
}  # fmt: skip


@pytest.fixture
def company() -> Cast:
    return cast.found()


def address(template: str, things: Things) -> str:
    return template.format(**vars(things))


def status(user: int, url: str) -> int:
    client = caller_of(user) if url.startswith(API) else browser_of(user)
    return client.get(url).status_code


def written(client: Client, url: str) -> int:
    """Call an address that changes something, the API with a body that would do for whoever may."""
    if not url.startswith(API):
        return client.post(url).status_code
    return client.post(url, BODIES[url.rpartition("/")[2]], content_type="application/json").status_code


def consented(person: int) -> None:
    """Let the person agree to partners seeing what they do."""
    version = people.add_consent_text(
        Purpose.MAIL, "You and your partners may write.", names_partners=True, by=SYSTEM, now=cast.FOUNDED
    )
    people.give_consent(
        person, Purpose.MAIL, text_version=version, source="form", happened_at=cast.FOUNDED, by=SYSTEM, now=cast.FOUNDED
    )


def test_for_a_partner_what_is_anothers_is_not_there_and_what_is_theirs_is(company: Cast) -> None:
    anothers = worked(company, "northgate.example", by_partner=False)
    own = worked(company, "harbour.example", by_partner=True)
    consented(own.person)
    for template in (each for some in SEEN.values() for each in some):
        assert status(company.pat, address(template, anothers)) == 404, template
        assert status(company.pat, address(template, own)) == 200, template
        assert status(anothers.owner, address(template, anothers)) == 200, template


def test_what_is_not_there_and_what_one_may_not_know_of_look_alike(company: Cast) -> None:
    anothers = worked(company, "northgate.example", by_partner=False)
    caller = caller_of(company.pat)
    for name in ("leads", "deals", "pursuits", "companies"):
        number = {"leads": "person", "deals": "deal", "pursuits": "pursuit", "companies": "company"}[name]
        hidden = caller.get(f"{API}/{name}/{getattr(anothers, number)}")
        missing = caller.get(f"{API}/{name}/987654")
        assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)


@pytest.mark.parametrize("who", ["pat", "a colleague", "mia", "olga", "edda"])
def test_nobody_changes_what_is_anothers_and_nothing_is_left_of_the_attempt(company: Cast, who: str) -> None:
    anothers = worked(company, "northgate.example", by_partner=False)
    reps = (company.ann, company.ben, company.cat)
    user = next(each for each in reps if each != anothers.owner) if who == "a colleague" else getattr(company, who)
    kinds = [kind for kind in CHANGED if (who, kind) != ("olga", "deal")]  # revenue operations may edit every deal
    browser, caller = browser_of(user), caller_of(user)
    before = (ledger.stats().entries, handover.pursuit(anothers.pursuit), pipeline.deal(anothers.deal))
    for template in (each for kind in kinds for each in CHANGED[kind]):
        answer = written(caller if template.startswith(API) else browser, address(template, anothers))
        assert answer == (404 if who == "pat" else 403), template
    assert (ledger.stats().entries, handover.pursuit(anothers.pursuit), pipeline.deal(anothers.deal)) == before


def test_the_head_answers_for_their_side_and_the_owner_for_themselves(company: Cast) -> None:
    _person, first = offered("a@northgate.example")
    _person, second = offered("b@harbour.example")
    assert second.user is not None
    assert written(caller_of(company.hanna), f"{API}/offers/{first.id}/accept") == 200
    assert written(browser_of(second.user), f"/offers/{second.id}/accept/") == 302
    assert handover.pursuit(first.pursuit).owner == company.hanna
    assert handover.pursuit(second.pursuit).owner == second.user


def test_lists_and_spreadsheets_of_a_partner_hold_what_is_theirs_only(company: Cast) -> None:
    worked(company, "northgate.example", by_partner=False)
    own = worked(company, "harbour.example", by_partner=True)
    browser, caller = browser_of(company.pat), caller_of(company.pat)
    for url in (
        "/leads/", "/leads.csv", "/leads/?q=northgate", "/deals/", "/deals.csv", "/deals/?q=northgate",
        "/deals/board/", "/companies/", "/companies.csv", "/companies/?sort=score", "/deals/new/?q=northgate",
    ):  # fmt: skip
        assert "northgate.example" not in text_of(browser.get(url)), url
    assert [each["person"] for each in caller.get(f"{API}/leads").json()["items"]] == [own.person]
    assert caller.get(f"{API}/leads?q=northgate").json()["items"] == []
    assert [each["id"] for each in caller.get(f"{API}/deals").json()["items"]] == [own.deal]
    everything = text_of(browser_of(company.mia).get("/leads.csv"))
    assert "northgate.example" in everything
    assert "harbour.example" in everything


def test_beside_a_lead_of_theirs_a_partner_sees_nobody_else_of_the_company(company: Cast) -> None:
    own = worked(company, "harbour.example", by_partner=True)
    consented(own.person)
    worklist.refresh([own.colleague], now=clock.now())
    for url in (f"/leads/{own.person}/", f"/deals/{own.deal}/", f"/companies/{own.company}/"):
        assert "Colleague Of First" not in text_of(browser_of(company.pat).get(url)), url
        assert "Colleague Of First" in text_of(browser_of(company.hanna).get(url)), url
    there = caller_of(company.pat).get(f"{API}/companies/{own.company}").json()["leads"]
    assert [each["person"] for each in there] == [own.person]


def test_without_consent_a_partner_sees_the_lead_and_nothing_of_what_they_did(company: Cast) -> None:
    own = worked(company, "harbour.example", by_partner=True)
    browser, caller = browser_of(company.pat), caller_of(company.pat)
    assert caller.get(f"{API}/leads/{own.person}/timeline").status_code == 403
    assert caller.get(f"{API}/leads/{own.person}").json()["reasons"] is None
    line = caller.get(f"{API}/leads").json()["items"][0]
    assert [line[name] for name in ("last_act_at", "last_act", "last_act_kind", "last_act_detail")] == [
        None,
        "",
        "",
        "",
    ]
    for url in (
        "/leads/", "/leads.csv", f"/leads/{own.person}/", f"/deals/{own.deal}/", f"/companies/{own.company}/",
        "/companies/", "/companies.csv", "/search.json?q=harbour",
    ):  # fmt: skip
        assert "form" not in words_between_tags(text_of(browser.get(url))), url
    consented(own.person)
    told = caller.get(f"{API}/leads/{own.person}/timeline").json()["items"]
    assert "form.submitted" in {each["kind"] for each in told}
    assert "form" in words_between_tags(text_of(browser.get(f"/leads/{own.person}/")))


def test_an_entry_is_for_everybody_inside_and_for_no_partner(company: Cast) -> None:
    own = worked(company, "harbour.example", by_partner=True)
    for url in (f"/ledger/{own.entry}/", f"{API}/explain/{own.entry}"):
        assert status(company.pat, url) == 403
        for inside in (company.ann, company.mia, company.milo, company.olga, company.edda):
            assert status(inside, url) == 200


def test_a_token_of_another_is_not_ones_own_to_revoke(company: Cast) -> None:
    caller = caller_of(company.ben)
    (token,) = team.tokens(company.ben)
    assert browser_of(company.ann).post(f"/tokens/{token.id}/revoke/").status_code == 400
    assert caller.get(f"{API}/me").json()["id"] == company.ben


def text_of(response: object) -> str:
    """All of an answer, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(of_type("Iterable[bytes]", response)).decode()
    return of_type("bytes", getattr(response, "content")).decode()  # noqa: B009  # either kind of answer


def words_between_tags(page: str) -> str:
    """What a reader sees of the main part, without the forms to fill in."""
    body = page.partition("<main")[2] or page
    body = re.sub(r"<form.*?</form>", " ", body, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", body)
