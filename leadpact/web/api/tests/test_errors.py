"""What went wrong is told in one shape, whoever notices it."""

import json

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver

from tests import cast

SHAPE = {"code", "message", "what_to_do", "details"}


@pytest.mark.django_db
def test_a_method_an_address_does_not_have_is_told_as_json() -> None:
    cast.found()
    for url, method, allowed in (("/api/v1/pact", "delete", "GET"), ("/api/v1/me", "post", "GET")):
        answer = getattr(Client(), method)(url)
        assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (405, "application/json", allowed)
        assert set(answer.json()) == SHAPE
        assert answer.json()["code"] == "wrong_method"


def test_what_nobody_foresaw_is_told_as_json_to_a_script_and_as_a_page_to_a_person() -> None:
    answer = get_resolver().resolve_error_handler(500)(RequestFactory().get("/api/v1/leads"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    told = json.loads(answer.content)
    assert (set(told), told["code"]) == (SHAPE, "server_error")
    page = get_resolver().resolve_error_handler(500)(RequestFactory().get("/leads/"))
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")
