"""Addresses, domains and moments as people type them."""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadpact.base.text import (
    FREE_MAIL_DOMAINS,
    BadEmail,
    BadTime,
    fold,
    mail_domain,
    normalise_email,
    parse_moment,
    registrable_domain,
    truncate,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("A@x.com", "a@x.com"),
        ("a@X.COM", "a@x.com"),
        ("a+b@x.com", "a+b@x.com"),  # stays another address than a@x.com
        (" ann@acme.de\u00a0", "ann@acme.de"),
        ("\u200eann@acme.de\u200b", "ann@acme.de"),  # signs that cannot be seen
        ("o'neil@acme.ie", "o'neil@acme.ie"),
        ("Jörg@acme.de", "jörg@acme.de"),
        ("Jo\u0308rg@acme.de", "jörg@acme.de"),  # o and a separate umlaut
        ("ann@Bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ("ann@straße.de", "ann@xn--strae-oqa.de"),  # not strasse.de, which is somebody else
        ("ann@acme。jp", "ann@acme.jp"),  # the full stop of a Japanese keyboard
        ("שלום@דוגמה.קום", "שלום@xn--6dbbec0c.xn--9dbq2a"),
        ("ann@acme.test", "ann@acme.test"),
        ("ann@intranet.local", "ann@intranet.local"),
        ("ann@sub.acme.co.uk", "ann@sub.acme.co.uk"),
    ],
)
def test_an_address_is_brought_to_the_form_it_is_compared_by(text: str, normal: str) -> None:
    assert normalise_email(text) == normal
    assert normalise_email(normal) == normal
    assert mail_domain(text) == normal.split("@")[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "@acme.de",
        "ann@",
        "ann@acme",
        "ann@localhost",
        "ann@@acme.de",
        "ann@acme..de",
        "ann.@acme.de",
        ".ann@acme.de",
        "a..n@acme.de",
        "ann@-acme.de",
        "ann@acme.de.",
        "ann b@acme.de",
        "ann@ac me.de",
        "ann@acme.de, bob@acme.de",
        "Ann <ann@acme.de>",
        "ann@[127.0.0.1]",
        "ann@127.0.0.1",
        '"ann b"@acme.de',
        "ann@ac_me.de",
        "ann@xn--a.de",  # no valid international name
        "ann\u202e@acme.de",
        "ann\n@acme.de",
        "a" * 65 + "@acme.de",
        "ann@" + "a" * 64 + ".de",
        "ann@" + "a.".join(["b" * 60] * 5) + ".de",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadEmail) as caught:
        normalise_email(text)
    assert caught.value.code == "bad_email"
    assert caught.value.details == {"email": text}


@given(st.text(max_size=30) | st.text("aA.@ß\u0308ü\u200b-xn", max_size=12))
def test_the_form_to_compare_by_never_changes_again(text: str) -> None:
    try:
        once = normalise_email(text)
    except BadEmail:
        return
    assert normalise_email(once) == once


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("mail.acme.co.uk", "acme.co.uk"),
        ("ann@mail.acme.co.uk", "acme.co.uk"),
        ("ACME.de.", "acme.de"),
        ("www.bücher.de", "xn--bcher-kva.de"),
        ("acme.github.io", "acme.github.io"),  # each customer of the provider is somebody else
        ("www.acme.example", "acme.example"),  # an unknown top level counts as one
        ("co.uk", None),
        ("localhost", None),
        ("192.168.0.1", None),
        ("[2001:db8::1]", None),
        ("", None),
        ("a b.de", None),
        ("acme..de", None),
    ],
)
def test_a_company_is_known_by_the_domain_it_registered(name: str, domain: str | None) -> None:
    assert registrable_domain(name) == domain


def test_free_mail_domains_are_lower_case_unique_and_registrable() -> None:
    assert len(FREE_MAIL_DOMAINS) >= 100
    assert {"gmail.com", "gmx.de", "yahoo.co.uk", "qq.com", "t-online.de"} <= FREE_MAIL_DOMAINS
    assert all(registrable_domain(domain) == domain for domain in FREE_MAIL_DOMAINS)


def test_folded_texts_are_equal_when_people_would_call_them_equal() -> None:
    assert fold("STRASSE") == fold("straße")
    assert fold("Caf\u00e9") == fold("CAFE\u0301")
    assert fold("Σίσυφος") == fold("ΣΊΣΥΦΟΣ")
    assert fold("a") != fold("ä")


@given(st.text(max_size=8))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert unicodedata.is_normalized("NFC", fold(text))


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("pricing", 7, "pricing"),
        ("pricing page", 8, "pricing…"),
        ("pricing page", 9, "pricing…"),  # no space before the ellipsis
        ("cafe\u0301s here", 5, "caf…"),  # not between the e and its accent
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_a_long_text_ends_in_an_ellipsis(text: str, length: int, short: str) -> None:
    assert truncate(text, length) == short


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-03T10:00+01:00", None, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ("2026-03-03T10:00:00Z", None, datetime(2026, 3, 3, 10, tzinfo=UTC)),
        ("2026-03-03t10:00:00z", None, datetime(2026, 3, 3, 10, tzinfo=UTC)),
        (" 2026-03-03 10:00:00.25-03:30 ", None, datetime(2026, 3, 3, 13, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-03-03T10:00", BERLIN, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ("2026-07-03", BERLIN, datetime(2026, 7, 2, 22, tzinfo=UTC)),
        ("2026-03-03T10:00Z", BERLIN, datetime(2026, 3, 3, 10, tzinfo=UTC)),  # its own offset wins
        ("2026-10-25T02:30", BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of two
    ],
)
def test_a_moment_is_read_into_utc(text: str, zone: ZoneInfo | None, moment: datetime) -> None:
    assert parse_moment(text, zone) == moment
    assert parse_moment(text, zone).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-03T10:00",  # no offset and no zone
        "2026-03-03",
        "03/03/2026 10:00Z",
        "2026-02-30T10:00Z",
        "2026-03-03T25:00Z",
        "2026-03-03T10:00+25:00",
        "1772528400",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
    ],
)
def test_a_time_that_is_unclear_is_refused(text: str) -> None:
    with pytest.raises(BadTime) as caught:
        parse_moment(text)
    assert caught.value.code == "bad_time"
