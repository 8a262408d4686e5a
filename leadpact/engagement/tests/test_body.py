"""The body of an arrival, read and refused."""

import json

import pytest

from leadpact.engagement.rules_body import add_request, read_body
from leadpact.engagement.types import Quarantine, Request, Why


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", Why.BAD_JSON),
        (b"", Why.BAD_JSON),
        (b'{"a": "\xff"}', Why.BAD_JSON),
        (b'{"a": 1e400}', Why.BAD_JSON),
        (b'{"a": NaN}', Why.BAD_JSON),
        (b'{"a": [-1' + b"0" * 299 + b"]}", Why.BAD_JSON),  # no database keeps it as it is
        (b'{"a": 1' + b"0" * 5000 + b"}", Why.BAD_JSON),
        (b"5", Why.NOT_AN_OBJECT),
        (b"null", Why.NOT_AN_OBJECT),
        (b'["type"]', Why.NOT_AN_OBJECT),
        (b'{"a":' * 41 + b"1" + b"}" * 41, Why.TOO_DEEP),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, Why.TOO_DEEP),
        (b'"' + b"x" * 1024 * 1024 + b'"', Why.TOO_LARGE_EVENT),
    ],
)
def test_a_body_that_cannot_be_read_has_a_reason(body: bytes, reason: Why) -> None:
    found = read_body(body)
    assert isinstance(found, Quarantine)
    assert found.why is reason


def test_a_text_of_many_digits_is_a_text() -> None:
    assert read_body(b'{"a": "' + b"1" * 6000 + b'"}') == ({"a": "1" * 6000}, Request())


def test_forty_levels_are_read() -> None:
    assert not isinstance(read_body(b'{"a":' * 40 + b"1" + b"}" * 40), Quarantine)


@pytest.mark.parametrize("raw", [b"{}", b"{ }", b'{"a": 1}', b'{"a": {"b": [1, "}"]}}'])
def test_what_the_collector_saw_stands_beside_the_event_as_it_came(raw: bytes) -> None:
    with_request = add_request(raw, {"type": "page", "sentAt": "2026-03-10T10:00:00Z", "gpc": True})
    assert read_body(with_request) == (
        json.loads(raw),
        Request(type="page", sent_at="2026-03-10T10:00:00Z", gpc=True),
    )


def test_a_sender_cannot_pass_off_a_request_of_its_own() -> None:
    forged = b'{"_request": {"ip": "203.0.113.9", "gpc": false}, "a": 1}'
    assert read_body(add_request(forged, {"ip": "192.0.2.1"})) == ({"a": 1}, Request(ip="192.0.2.1"))


def test_a_nul_becomes_the_replacement_character_wherever_it_stands() -> None:
    found = read_body(rb'{"a\u0000": ["b\u0000", {"c": "\u0000"}]}')
    assert found == ({"a\ufffd": ["b\ufffd", {"c": "\ufffd"}]}, Request())
