"""The script that other people's sites load: small, whole, and kept by browsers."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

from leadpact.web.tracker.script import FOR_MAUTIC, SOURCE, script, squeeze

TEXT_OR_PATTERN = re.compile(r'"[^"\n]*"|(?<=[(,=])/[^/\n]+/')
SIGN = "-+=<>?:;,{}()|&!*"


def test_the_tracker_is_two_kilobytes_at_most_as_it_goes_over_the_wire() -> None:
    packed = Client().get("/t.js", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) <= 2048
    plain = Client().get("/t.js")
    assert "Content-Encoding" not in plain
    assert gzip.decompress(packed.content) == plain.content


def test_any_site_may_load_it_and_browsers_keep_it_for_an_hour() -> None:
    answer = Client().get("/t.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"
    assert answer["Vary"] == "Accept-Encoding"
    assert not answer.cookies
    again = Client().get("/t.js", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert Client().post("/t.js").status_code == 405


@pytest.mark.parametrize("file", [SOURCE, FOR_MAUTIC])
def test_what_is_served_is_the_source_without_comments_and_spaces(file: Path) -> None:
    served = script(file, honours_signal=True).plain.decode()
    bare = re.sub(r"(?m)(^| +)// .*$", "", file.read_text(encoding="utf-8"))
    assert re.sub(r"\s", "", served) == re.sub(r"\s", "", bare)
    assert " // " not in served
    assert squeeze("  var a = 1; // why\n\n  // only this\n  b();\n") == "var a=1;\nb();\n"


@pytest.mark.parametrize("file", [SOURCE, FOR_MAUTIC])
def test_no_text_or_pattern_of_the_source_has_a_space_that_squeezing_would_take(file: Path) -> None:
    source = re.sub(r"(?m)(^| +)// .*$", "", file.read_text(encoding="utf-8"))
    assert "`" not in source
    texts = TEXT_OR_PATTERN.findall(source)
    assert len(texts) > 20
    beside = [text for text in texts if re.search(rf"[{re.escape(SIGN)}] | [{re.escape(SIGN)}]", text)]
    assert beside == []


@pytest.mark.parametrize("address", ["/t.js", "/mtc.js"])
def test_the_privacy_signal_is_heeded_unless_the_installation_says_otherwise(address: str) -> None:
    assert b"honoursSignal=true;" in Client().get(address).content
    with override_settings(HONOURS_PRIVACY_SIGNAL=False):
        assert b"honoursSignal=false;" in Client().get(address).content
