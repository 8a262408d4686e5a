"""Who may call at all: tokens, the limit on wrong ones, and that a token is written nowhere."""

import logging

import pytest
from django.core.cache import cache
from django.test import Client

from leadpact.flow import clock
from leadpact.team import actions as team
from leadpact.team import reads
from leadpact.team.types import SYSTEM, UserFields
from leadpact.web.api.access import MOST_WRONG
from leadpact.web.tests.acting import browser_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"


@pytest.fixture
def company() -> Cast:
    return cast.found()


def token_of(user: int) -> str:
    return team.create_token(user, name="script", by=SYSTEM, now=cast.FOUNDED)


def calls(authorization: str, url: str = ME) -> int:
    return Client(headers={"Authorization": authorization}).get(url).status_code


def test_a_token_says_who_calls_and_when_it_was_used_last(company: Cast) -> None:
    caller = Client(headers={"Authorization": f"Bearer {token_of(company.ann)}"})
    said = caller.get(ME).json()
    assert (said["id"], said["name"], said["roles"]) == (company.ann, "Ann", ["sales_rep"])
    assert "lead.answer" in said["verbs"]
    assert "settings.edit" not in said["verbs"]
    (token,) = reads.tokens(company.ann)
    assert token.last_used_at is not None
    assert token.last_used_at <= clock.now()
    caller.get(ME)
    assert reads.tokens(company.ann)[0].last_used_at == token.last_used_at  # one write an hour, not one a call


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Bearer", "Bearer ", "Bearer lp_nobodys", "Basic bHBfOg==", "lp_alone", "Bearer ünicode",
        f"Bearer {'x' * 5000}", "Bearer a b",
    ],
)  # fmt: skip
def test_what_is_no_token_opens_nothing(company: Cast, authorization: str) -> None:
    answer = Client(headers={"Authorization": authorization}).get(ME)
    assert answer.status_code == 401
    assert set(answer.json()) == {"code", "message", "what_to_do", "details"}
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_and_one_of_somebody_who_left_open_nothing(company: Cast) -> None:
    anns, bens = token_of(company.ann), token_of(company.ben)
    assert (calls(f"Bearer {anns}"), calls(f"Bearer {bens}")) == (200, 200)
    team.revoke_token(reads.tokens(company.ann)[0].id, by=SYSTEM, now=cast.FOUNDED)
    ben = reads.user(company.ben)
    left = UserFields(name=ben.name, roles=tuple(ben.roles), team=ben.team, capacity=ben.capacity, is_active=False)
    team.change_user(company.ben, left, by=SYSTEM, now=cast.FOUNDED)
    assert (calls(f"Bearer {anns}"), calls(f"Bearer {bens}")) == (401, 401)


def test_wrong_tokens_from_one_address_have_an_end_and_known_ones_go_on(company: Cast) -> None:
    known, unseen = token_of(company.ann), token_of(company.ben)
    assert calls(f"Bearer {known}") == 200
    answers = [calls(f"Bearer lp_guess{number}") for number in range(MOST_WRONG + 2)]
    assert answers == [401] * MOST_WRONG + [429] * 2
    late = Client(headers={"Authorization": f"Bearer {unseen}"}).get(ME)
    assert (late.status_code, late.json()["code"], late["Retry-After"]) == (429, "too_many_wrong_tokens", "60")
    assert calls(f"Bearer {known}") == 200
    elsewhere = Client(headers={"Authorization": f"Bearer {unseen}"}).get(ME, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200
    cache.clear()  # a minute later
    assert calls(f"Bearer {unseen}") == 200


def test_a_token_is_written_nowhere(company: Cast, caplog: pytest.LogCaptureFixture) -> None:
    good, wrong = token_of(company.ann), "lp_wrong-but-perhaps-right-elsewhere"
    caplog.set_level(logging.DEBUG)
    for token in (good, wrong):
        caller = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
        for url in (ME, "/api/v1/leads?stage=nothing", "/api/v1/leads/5000", "/api/v1/settings"):
            answer = caller.get(url)
            assert token not in answer.content.decode()
        caller.post("/api/v1/offers/1/reject", "{", content_type="application/json")
    assert caplog.records, "the logging itself is not seen"
    for record in caplog.records:
        said = f"{record.getMessage()} {record.args} {record.exc_text or ''}"
        assert good not in said
        assert wrong not in said


def test_a_session_of_the_pages_is_no_token(company: Cast) -> None:
    assert browser_of(company.olga).get(ME).status_code == 401
