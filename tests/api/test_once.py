"""The same call sent twice with one `Idempotency-Key` is done once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from leadpact.flow import clock, worker
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.team import actions as team
from leadpact.team import answers, reads
from leadpact.team.answers import Answer, Asked, answer_once, forget
from leadpact.team.models import KeptAnswer
from leadpact.team.types import SYSTEM
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def token_of(user: int) -> str:
    return team.create_token(user, by=SYSTEM, now=cast.FOUNDED)


def sent(token: str, url: str, body: Mapping[str, object], key: str) -> Any:
    client = Client(headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key})
    return client.post(f"/api/v1/{url}", body, content_type="application/json")


def test_a_call_sent_again_is_answered_as_before_and_not_done_again(company: Cast) -> None:
    person, token = cast.person("ada@northgate.example"), token_of(company.mia)
    said = {"kind": "call", "note": "She asked for a quote."}
    first = sent(token, f"leads/{person}/activities", said, "a-1")
    entries = ledger.stats().entries
    again = sent(token, f"leads/{person}/activities", said, "a-1")
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (200, None)
    assert (again.status_code, again.content, again["Idempotency-Replayed"]) == (200, first.content, "true")
    assert again["Cache-Control"] == "private, no-store"
    assert ledger.stats().entries == entries
    assert sent(token, f"leads/{person}/activities", said, "a-2").json()["entry"] != first.json()["entry"]


def test_a_key_with_another_call_is_refused_and_does_nothing(company: Cast) -> None:
    person, token = cast.person("ada@northgate.example"), token_of(company.mia)
    sent(token, f"leads/{person}/activities", {"kind": "call"}, "a-1")
    entries = ledger.stats().entries
    for url, body in ((f"leads/{person}/activities", {"kind": "mail"}), (f"leads/{person}/change", {"kind": "call"})):
        refused = sent(token, url, body, "a-1")
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert ledger.stats().entries == entries


def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(company: Cast) -> None:
    person = cast.person("ada@northgate.example")
    found = [
        sent(token_of(user), f"leads/{person}/activities", {"kind": "call"}, "a-1").json()["entry"]
        for user in (company.mia, company.mia, company.ann)
    ]
    assert len(set(found)) == 3


def test_an_error_is_answered_again_too(company: Cast) -> None:
    token = token_of(company.mia)
    first = sent(token, "leads/987654/activities", {"kind": "call"}, "a-1")
    again = sent(token, "leads/987654/activities", {"kind": "call"}, "a-1")
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (404, 404, "true")


def test_nobody_without_a_token_keeps_anything(company: Cast) -> None:
    assert sent("lp_nobodys", "leads", {"name": "Eve"}, "a-1").status_code == 401
    assert forget(clock.now() + timedelta(days=2)) == 0


@pytest.mark.parametrize("key", ["", " a", "a" * 201, "a\x7f"])
def test_a_key_that_cannot_be_kept_is_refused(company: Cast, key: str) -> None:
    refused = sent(token_of(company.mia), "leads", {"name": "Grace"}, key)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_idempotency_key")


def test_after_a_day_the_key_is_free_again(company: Cast) -> None:
    done: list[int] = []
    asked = Asked(_token(company), "a-1", b"x")

    def act() -> Answer:
        done.append(1)
        return Answer(200, str(len(done)))

    start = clock.now()
    moments = (start, start + timedelta(hours=23, minutes=59), start + answers.KEPT_FOR)
    assert [answer_once(asked, act, now=now).body for now in moments] == ["1", "1", "2"]


def test_what_breaks_leaves_neither_the_deed_nor_the_key(company: Cast) -> None:
    asked = Asked(_token(company), "a-1", b"x")

    def act() -> Answer:
        cast.person("ada@northgate.example")
        raise RuntimeError("the power went")

    before = ledger.stats().entries
    with pytest.raises(RuntimeError):
        answer_once(asked, act, now=clock.now())
    assert ledger.stats().entries == before
    assert not answer_once(asked, lambda: Answer(200, "done"), now=clock.now()).is_repeated


@pytest.mark.parametrize("status", [401, 429, 500])
def test_an_answer_that_says_try_again_is_not_kept(company: Cast, status: int) -> None:
    asked = Asked(_token(company), "a-1", b"x")
    answer_once(asked, lambda: Answer(status, ""), now=clock.now())
    assert answer_once(asked, lambda: Answer(200, "done"), now=clock.now()).body == "done"


def _token(company: Cast) -> int:
    token_of(company.mia)
    return reads.tokens(company.mia)[0].id


@pytest.mark.postgresql_only  # threads share a test's SQLite in memory, locks and all
@pytest.mark.django_db(transaction=True)
def test_two_calls_at_the_same_moment_are_one(company: Cast) -> None:
    person, token = cast.person("ada@northgate.example"), token_of(company.mia)

    def send(_number: int) -> tuple[int, bytes]:
        try:
            answer = sent(token, f"leads/{person}/activities", {"kind": "call"}, "a-1")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as callers:
        found = set(callers.map(send, range(4)))
    assert [status for status, _body in found] == [200]
    calls = ledger.entries_of(people.identities_of(person), kinds=["call.made"])
    assert len(calls) == 1


def test_the_worker_forgets_answers_after_a_day_though_nobody_calls(company: Cast) -> None:
    (forgetting,) = [step for step in worker.STEPS if step.name == "forget"]
    assert sent(token_of(company.mia), "leads", {"name": "Grace"}, "a-1").status_code == 200
    assert not forgetting.run(clock.now() + timedelta(hours=23))
    assert forgetting.run(clock.now() + timedelta(hours=24))
    assert not forgetting.run(clock.now() + timedelta(hours=24))


def test_a_secret_is_told_once_and_neither_kept_nor_told_again(company: Cast) -> None:
    token, wanted = token_of(company.olga), {"name": "Shop", "kind": "server"}
    first, again = (sent(token, "keys", wanted, "k-1") for _time in range(2))
    plain = first.json()["key"]
    assert len(plain) > 20
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == {**first.json(), "key": None}
    assert plain not in KeptAnswer.objects.get(key="k-1").body


def test_a_form_with_a_file_sent_again_is_known_by_what_it_holds(company: Cast, settings: Any, tmp_path: Path) -> None:
    settings.PAPERS = tmp_path
    token = token_of(company.mia)
    client = Client(headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "p-1"})

    def offered(ending: bytes) -> Any:
        file = SimpleUploadedFile("guide.pdf", b"%PDF-1.4\n%%EOF\n" + ending, "application/pdf")
        return client.post("/api/v1/papers", {"title": "Guide", "slug": "guide", "file": file})

    first, again, another = offered(b""), offered(b""), offered(b"more")
    assert (first.status_code, again.json(), another.status_code) == (200, first.json(), 409)
    assert again["Idempotency-Replayed"] == "true"
