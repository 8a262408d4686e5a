"""Formats other than Segment's: what the collector takes, tells and answers, and what it makes of what is wrong."""

import base64
import gzip
import json
from urllib.parse import quote

import pytest

from leadpact.engagement.rules_body import read_body
from leadpact.engagement.types import Format, Json, Request
from leadpact.web.collect.mautic import PIXEL, origin_of
from leadpact.web.collect.tests.client import Answer, Shelf, basic, call
from leadpact.web.collect.tests.test_collector import BROWSER, post, talk

POSTHOG_EVENT = {"event": "Looked", "distinct_id": "u1", "properties": {"n": 1}, "uuid": "m1"}
KEYED = {**POSTHOG_EVENT, "properties": {"token": "server-key"}}
BATCH = {"api_key": "server-key", "batch": [POSTHOG_EVENT], "sent_at": "2026-03-10T12:00:00Z"}
PAGE = {"origin": "https://www.example.com"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def as_bytes(document: object) -> bytes:
    return json.dumps(document).encode()


def in_form(document: object) -> bytes:
    return b"compression=base64&data=" + quote(base64.b64encode(as_bytes(document))).encode()


def get(path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
    return talk(Shelf(), lambda collector: call(collector, path, b"", headers, method))


def stored(shelf: Shelf) -> list[tuple[Json, Request]]:
    found = []
    for arrival in shelf.arrivals:
        read = read_body(arrival.body)
        assert isinstance(read, tuple)
        found.append(read)
    return found


@pytest.mark.parametrize(
    "path", ["/batch/", "/batch", "/e/", "/e", "/i/v0/e/", "/i/v0/e", "/capture/", "/capture", "/track/"]
)
def test_posthogs_addresses_take_a_batch_and_keep_when_it_was_sent(path: str) -> None:
    shelf = Shelf()
    answer = post(shelf, path, as_bytes(BATCH))
    assert (answer.status, answer.body) == (200, b'{"success":true}')
    request = Request(format=Format.POSTHOG, sent_at="2026-03-10T12:00:00Z")
    assert stored(shelf) == [(POSTHOG_EVENT, request)]


@pytest.mark.parametrize(
    "body",
    [
        as_bytes({**POSTHOG_EVENT, "api_key": "server-key"}),  # one event with its key
        as_bytes({**POSTHOG_EVENT, "token": "server-key"}),
        as_bytes(KEYED),  # the key among its properties
        as_bytes([KEYED]),
        as_bytes([5, {"event": "x"}, KEYED]),  # the first that has one
        gzip.compress(as_bytes(BATCH)),
        in_form(BATCH),
        in_form(KEYED),
        b"data=" + quote(as_bytes(BATCH)).encode(),  # not even base64
        b"data=" + quote(base64.b64encode(gzip.compress(as_bytes(BATCH)))).encode(),
        b"data=" + base64.b64encode(as_bytes(BATCH)),  # signs that a form escapes, not escaped
    ],
)
def test_an_event_comes_in_every_shape_that_posthogs_clients_know(body: bytes) -> None:
    shelf = Shelf()
    assert post(shelf, "/e/", body, {"content-type": "text/plain"}).status == 200
    assert "Looked" in [event["event"] for event, _ in stored_objects(shelf)]


def stored_objects(shelf: Shelf) -> list[tuple[Json, Request]]:
    reads = [read_body(arrival.body) for arrival in shelf.arrivals]
    return [read for read in reads if isinstance(read, tuple)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"data=%7B", 400),
        (b"data=!!", 400),
        (b"data=", 400),
        (b"{", 400),
        (as_bytes({"api_key": "server-key", "batch": 5}), 400),
        (as_bytes(POSTHOG_EVENT), 401),
        (as_bytes({**BATCH, "api_key": "unknown"}), 401),
        (b"data=" + quote(base64.b64encode(gzip.compress(b"0" * 50_000_000))).encode(), 413),  # a bomb in a form
    ],
)
def test_what_cannot_be_taken_is_refused_whole(body: bytes, status: int) -> None:
    assert post(Shelf(), "/e/", body).status == status


def test_posthogs_browser_library_is_told_503_where_it_would_drop_what_is_answered_with_429() -> None:
    from leadpact.web.collect.limits import Limits

    async def twice(collector: object) -> list[Answer]:
        many = {**BATCH, "batch": [POSTHOG_EVENT] * 20}
        return [await call(collector, "/e/", as_bytes(many)) for _ in range(2)]  # type: ignore[arg-type]  # as it is

    first, second = talk(Shelf(), twice, limits=Limits(1))
    assert (first.status, second.status, second.json["code"]) == (200, 503, "too_fast")
    assert int(second.headers["retry-after"]) >= 1


def test_segments_browser_library_learns_from_its_settings_where_to_send_and_to_be_patient() -> None:
    answer = get("/v1/projects/browser-key/settings", {"host": "leads.example.com", **PAGE})
    ours = answer.json["integrations"]["Segment.io"]
    assert (answer.status, ours["apiHost"], ours["apiKey"]) == (200, "leads.example.com/v1", "browser-key")
    assert ours["protocol"] == "http"
    assert ours["httpConfig"]["backoffConfig"]["maxRetryCount"] == 100
    assert answer.headers["access-control-allow-origin"] == PAGE["origin"]
    assert get("/v1/projects/unknown/settings").json["code"] == "wrong_key"


def test_posthogs_browser_library_learns_that_there_are_no_flags_and_recordings() -> None:
    config = get("/array/browser-key/config", PAGE)
    assert (config.json["hasFeatureFlags"], config.json["sessionRecording"]) == (False, False)
    script = get("/array/browser-key/config.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.body.startswith(b'(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})["browser-key"]=')
    for path in ("/flags/", "/decide/", "/flags"):
        answer = post(Shelf(), path, b"data=anything", PAGE)
        assert (answer.status, answer.json["featureFlags"], answer.json["flags"]) == (200, {}, {})
    assert get("/array/unknown/config").status == 401
    assert get("/array/browser-key/other").status == 404
    assert get("/array/browser-key/config", method="POST").status == 405


def mautic(fields: dict[str, str], headers: dict[str, str] | None = None) -> tuple[Answer, Shelf]:
    shelf = Shelf()
    body = "&".join(f"{name}={quote(value)}" for name, value in fields.items()).encode()
    return post(shelf, "/mtc/event", body, {**FORM, **(PAGE if headers is None else headers)}), shelf


def test_a_page_for_mautic_needs_no_key_and_is_told_whom_its_visitor_is_called() -> None:
    answer, shelf = mautic({"page_url": "https://www.example.com/a", "counter": "0"})
    said = answer.json
    assert (answer.status, said["success"], said["events"]) == (200, 1, [])
    assert said["id"] == said["sid"] == said["device_id"]
    ((event, request),) = stored(shelf)
    assert event == {"page_url": "https://www.example.com/a", "counter": "0"}
    assert (request.format, request.device, shelf.arrivals[0].source) == (Format.MAUTIC, said["id"], BROWSER.id)
    known, _ = mautic({"page_url": "https://www.example.com/a", "mautic_device_id": "d1"})
    assert known.json["device_id"] == "d1"


@pytest.mark.parametrize(
    "headers",
    [
        {"referer": "https://www.example.com/a?b=c"},
        {},  # the page says itself where it is
        {"origin": "https://elsewhere.example", "authorization": basic("server-key")["authorization"]},
    ],
)
def test_a_page_for_mautic_is_known_by_what_says_where_it_lives(headers: dict[str, str]) -> None:
    assert mautic({"page_url": "https://www.example.com/a"}, headers)[0].status == 200


def test_a_page_of_a_site_that_no_key_is_for_is_refused() -> None:
    answer, shelf = mautic({"page_url": "https://evil.example/a"}, {"origin": "https://evil.example"})
    assert (answer.status, answer.json["code"], shelf.arrivals) == (401, "wrong_key", [])


def test_a_visitor_who_asks_not_to_be_tracked_is_called_nothing() -> None:
    answer, shelf = mautic({"page_url": "https://www.example.com/a", "do_not_track": "true"})
    assert (answer.status, answer.json["id"], answer.json["device_id"]) == (200, None, None)
    assert stored(shelf)[0][1].device == ""
    answer, shelf = mautic({"page_url": "https://www.example.com/a"}, {**PAGE, "sec-gpc": "1"})
    assert (answer.json["device_id"], stored(shelf)[0][1].gpc) == (None, True)


def test_the_picture_that_mautics_script_falls_back_to_is_the_same_page_view() -> None:
    shelf = Shelf()
    query = b"page_url=https%3A%2F%2Fwww.example.com%2Fa&counter=0"
    answer = talk(shelf, lambda one: call(one, "/mtracking.gif", b"", PAGE, "GET", query))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, PIXEL, "image/gif")
    assert stored(shelf)[0][0] == {"page_url": "https://www.example.com/a", "counter": "0"}


def test_a_visitor_of_mautics_pages_keeps_the_id_in_their_cookie() -> None:
    assert get("/mtc", {"cookie": "a=b; mautic_device_id=d1"}).json == {"id": "d1", "sid": "d1", "device_id": "d1"}
    assert len(get("/mtc").json["id"]) == 32
    assert get("/mtc", {"dnt": "1"}).json == {"id": None, "sid": None, "device_id": None}


def submit(fields: dict[str, str], query: bytes = b"", headers: dict[str, str] | None = None) -> tuple[Answer, Shelf]:
    shelf = Shelf()
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="mauticform[{name}]"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    said = {"content-type": "multipart/form-data; boundary=x", **PAGE, **(headers or {})}
    body = ("".join(lines) + "--x--\r\n").encode()
    return talk(shelf, lambda one: call(one, "/form/submit", body, said, "POST", query)), shelf


def test_a_form_for_mautic_is_answered_as_it_asks_to_be() -> None:
    fields = {"formId": "3", "formName": "contact", "email": "jo@acme.example", "name": "Jö"}
    by_script, shelf = submit(fields, b"ajax=1&formId=3")
    assert (by_script.status, by_script.json["success"], by_script.json["formName"]) == (200, 1, "contact")
    ((event, request),) = stored(shelf)
    assert event == {"formId": "3", "formName": "contact", "fields": {"email": "jo@acme.example", "name": "Jö"}}
    assert request.format is Format.MAUTIC_FORM
    assert submit({**fields, "messenger": "1"})[0].json["success"] == 1
    framed, _ = submit({**fields, "messenger": "1"}, headers={"sec-fetch-dest": "iframe"})
    assert b"parent.postMessage(" in framed.body
    assert b'"https://www.example.com")' in framed.body
    plain, _ = submit(fields)
    assert (plain.status, plain.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("https://www.example.com/a?b=1#c", "https://www.example.com/a?b=1&mauticMessage=T"),
        ("https://www.example.com/ä", "https://www.example.com/%C3%A4?mauticMessage=T"),
        ("https://evil.example/a", None),  # nobody is sent to a site that is not the company's
        ("javascript:alert(1)", None),
        ("//evil.example", None),
        ("https://www.example.com@evil.example/", None),
    ],
)
def test_a_form_leads_back_to_its_own_site_and_to_no_other(back: str, location: str | None) -> None:
    answer, _ = submit({"formId": "3", "email": "jo@acme.example", "return": back})
    if location is None:
        assert (answer.status, "location" in answer.headers) == (200, False)
    else:
        assert answer.status == 303
        assert answer.headers["location"].startswith(location)


def test_a_form_is_bounded() -> None:
    assert submit({f"f{number}": "x" for number in range(501)})[0].status == 413
    assert submit({"message": "x" * 1_100_000})[0].status == 413
    assert post(Shelf(), "/form/submit", b"x", {"content-type": "multipart/form-data", **PAGE}).status == 400


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://www.example.com/a", "https://www.example.com"),
        ("HTTPS://WWW.Example.com:443/a", "https://www.example.com"),
        ("http://localhost:8080/a", "http://localhost:8080"),
        ("http://[::1]:8080/a", "http://[::1]:8080"),
        ("/a", ""),
        ("file:///a", ""),
        ("http://a:99999/", ""),
        (None, ""),
    ],
)
def test_an_origin_is_the_start_of_an_address(address: object, origin: str) -> None:
    assert origin_of(address) == origin


def test_a_preflight_may_ask_for_the_headers_a_library_sends_and_only_from_an_allowed_page() -> None:
    wanted = {**PAGE, "access-control-request-headers": "authorization,x-retry-count"}
    answer = get("/e/", wanted, "OPTIONS")
    assert (answer.status, answer.headers["access-control-allow-headers"]) == (204, "authorization,x-retry-count")
    assert answer.headers["access-control-allow-credentials"] == "true"
    odd = get("/e/", {**PAGE, "access-control-request-headers": "a\tb"}, "OPTIONS")
    assert odd.headers["access-control-allow-headers"].startswith("authorization, content-type")
    assert get("/e/", {**wanted, "origin": "https://evil.example"}, "OPTIONS").status == 403
