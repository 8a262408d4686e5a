"""The pact on its pages: read by all inside, proposed by heads, put in force by revenue operations."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.flow import clock
from leadpact.pact import reads
from leadpact.pact.document import default_pact_text
from leadpact.pact.sentences import sentences
from leadpact.web.pact.pages import with_params
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Cast:
    return cast.found()


def stricter() -> str:
    """The default pact, with the upper mark at 60 points instead of 50."""
    text = default_pact_text()
    assert text.count("up: 50") == 1
    return text.replace("up: 50", "up: 60")


def propose(client: Client, text: str, note: str = "") -> int:
    answer = client.post("/pact/propose/", {"text": text, "note": note, "propose": "1"})
    assert answer.status_code == 302
    return int(answer.headers["Location"].strip("/").rpartition("/")[2])


@pytest.mark.parametrize("who", ["ann", "mia", "hanna", "milo", "olga", "edda"])
def test_everybody_inside_reads_every_sentence_of_the_pact(company: Cast, who: str) -> None:
    page = browser_of(getattr(company, who)).get("/pact/")
    assert page.status_code == 200
    assert reads_well(page)
    words = words_of(page).replace(" .", ".").replace(" ,", ",")
    held = reads.in_force(clock.now()).pact
    for section in sentences(held):
        assert section.title in words
    assert "Signing by both heads is not part of Leadpact yet" in words
    assert "version 1" in words


def test_a_partner_does_not_read_the_pact(company: Cast) -> None:
    for path in ("/pact/", "/pact/versions/1/", "/pact/versions/1.yaml", "/pact/propose/"):
        assert browser_of(company.pat).get(path).status_code == 403


@pytest.mark.parametrize(
    ("who", "may_propose", "may_put_in_force"),
    [
        ("mia", False, False),
        ("ann", False, False),
        ("edda", False, False),
        ("milo", True, False),
        ("hanna", True, False),
        ("olga", True, True),
    ],
)
def test_heads_propose_and_operations_puts_in_force(
    company: Cast, who: str, *, may_propose: bool, may_put_in_force: bool
) -> None:
    number = propose(browser_of(company.olga), stricter())
    client = browser_of(getattr(company, who))
    assert client.get("/pact/propose/").status_code == (200 if may_propose else 403)
    assert ("Propose a version" in words_of(client.get("/pact/"))) is may_propose
    seen = words_of(client.get(f"/pact/versions/{number}/"))
    assert ("Put in force" in seen) is may_put_in_force
    answer = client.post(f"/pact/versions/{number}/in-force/", {})
    assert answer.status_code == (302 if may_put_in_force else 403)


def test_a_version_is_proposed_read_beside_the_one_in_force_and_put_in_force(company: Cast) -> None:
    client = browser_of(company.olga)
    number = propose(client, stricter(), note="Too many went back.")
    page = client.get(f"/pact/versions/{number}/")
    assert reads_well(page)
    words = words_of(page)
    assert "other than in version 1, which holds" in words
    assert "60 points" in words
    assert reads.in_force(clock.now()).version == 1
    waiting = words_of(client.get("/pact/"))
    assert "Not in force yet" in waiting
    assert "Too many went back." in waiting
    assert client.post(f"/pact/versions/{number}/in-force/", {}).status_code == 302
    assert reads.in_force(clock.now()).version == number
    page = client.get("/pact/")
    assert reads_well(page)
    assert "version 2" in words_of(page)
    assert "What changed:" in words_of(page)
    again = client.post(f"/pact/versions/{number}/in-force/", {})
    assert again.status_code == 400
    assert "version 2 holds already" in words_of(again)


def test_a_version_may_hold_from_a_day_to_come_and_not_from_one_that_is_over(company: Cast) -> None:
    client = browser_of(company.olga)
    number = propose(client, stricter())
    past = (clock.now() - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(f"/pact/versions/{number}/in-force/", {"since": past})
    assert refused.status_code == 400
    assert 'id="id_since_error"' in refused.content.decode()
    assert past in refused.content.decode()
    assert client.post(f"/pact/versions/{number}/in-force/", {"since": "soon"}).status_code == 400
    ahead = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(f"/pact/versions/{number}/in-force/", {"since": ahead}).status_code == 302
    assert reads.in_force(clock.now()).version == 1
    page = client.get("/pact/")
    assert "holds from" in words_of(page)
    assert reads_well(page)


def test_checking_keeps_nothing_and_shows_what_would_change(company: Cast) -> None:
    client = browser_of(company.milo)
    page = client.post("/pact/propose/", {"text": stricter().replace("\n", "\r\n"), "note": "why", "check": "1"})
    assert page.status_code == 200
    assert reads_well(page)
    words = words_of(page)
    assert "other than in version 1" in words
    assert "60 points" in words
    assert "up: 60" in page.content.decode()
    assert 'value="why"' in page.content.decode()
    assert len(reads.versions()) == 1


def test_what_is_no_pact_is_said_beside_its_line_and_kept(company: Cast) -> None:
    client = browser_of(company.milo)
    lines = default_pact_text().split("\n")
    place = next(n for n, line in enumerate(lines, 1) if "up: 50" in line)
    lines[place - 1] = lines[place - 1].replace("up: 50", "up: plenty")
    page = client.post("/pact/propose/", {"text": "\n".join(lines), "propose": "1"})
    assert page.status_code == 400
    assert f'data-line="{place}"' in page.content.decode()
    assert f"Line {place}" in words_of(page)
    assert "up: plenty" in page.content.decode()
    assert len(reads.versions()) == 1


def test_a_pact_that_contradicts_itself_may_be_proposed_but_not_put_in_force(company: Cast) -> None:
    client = browser_of(company.olga)
    text = default_pact_text().replace("up: 50", "up: 20")  # under the lower mark of 25
    number = propose(client, text)
    page = client.post(f"/pact/versions/{number}/in-force/", {})
    assert page.status_code == 400
    assert "cannot come in force" in words_of(page)
    assert reads.in_force(clock.now()).version == 1


def test_markup_in_a_document_is_shown_as_text(company: Cast) -> None:
    client = browser_of(company.milo)
    text = default_pact_text().replace("name: ", "name: <script>alert(1)</script> ", 1)
    page = client.post("/pact/propose/", {"text": text, "check": "1"})
    assert "<script>alert" not in page.content.decode()
    assert "<b>" not in with_params("<b>4</b>")


def test_the_document_comes_as_it_was_proposed(company: Cast) -> None:
    number = propose(browser_of(company.milo), stricter())
    answer = browser_of(company.ann).get(f"/pact/versions/{number}.yaml")
    assert answer.content.decode() == stricter()
    assert f"pact-v{number}.yaml" in answer.headers["Content-Disposition"]
    assert browser_of(company.ann).get("/pact/versions/99/").status_code == 404
    assert browser_of(company.olga).post("/pact/versions/99/in-force/", {}).status_code == 404


def test_a_long_history_is_folded(company: Cast) -> None:
    client = browser_of(company.olga)
    for up in range(51, 66):
        propose(client, default_pact_text().replace("up: 50", f"up: {up}"))

    def queries() -> int:
        client.get("/pact/")  # versions are read once
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/pact/").status_code == 200
        return len(seen)

    many = queries()
    for up in range(66, 76):
        propose(client, default_pact_text().replace("up: 50", f"up: {up}"))
    assert queries() == many
    assert "Older versions" in words_of(client.get("/pact/"))
    assert "Read version 1 " in words_of(client.get("/pact/?all=1"))
