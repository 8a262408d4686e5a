"""A paper from the upload to the download: the form in front of it, the link that ends, the file that runs nowhere."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leadpact.capture import papers, reads
from leadpact.flow import arrival, clock
from leadpact.ledger import reads as ledger
from leadpact.ledger.inbox import open_inbox
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ASKED = {"name": "Hannah Webb", "email": "hannah@northgate.example", "once": "abc"}


@pytest.fixture(autouse=True)
def own_papers(settings: Any, tmp_path: Path) -> None:
    settings.PAPERS = tmp_path / "papers"


@pytest.fixture
def marketer() -> Client:
    return browser_of(cast.found().mia)


def offer(marketer: Client, content: bytes = PDF, **more: str) -> Any:
    said = {"title": "Buyer's guide", "slug": "guide", "intro": "All of it.", "campaign": "", **more}
    return marketer.post("/campaigns/papers/new/", {**said, "file": SimpleUploadedFile("My guide.pdf", content)})


def acts_of(email: str) -> list[str]:
    arrival.drain(open_inbox(), now=clock.now())
    who = people.person_by(Identifier(IdentityKind.EMAIL, email))
    assert who is not None
    return [each.kind for each in ledger.entries_of(people.identities_of(who)) if "." in each.kind]


def ask(client: Client) -> str:
    answer = client.post("/d/guide/?utm_campaign=Spring&utm_source=fair", ASKED)
    assert answer.status_code == 302
    return answer["Location"]


def test_who_fills_in_the_form_gets_the_file_and_both_stand_in_the_story(marketer: Client) -> None:
    assert offer(marketer).status_code == 302
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get("/d/guide/")
    assert "Get the paper" in words_of(page)
    assert reads_well(page)
    ready = ask(stranger)
    assert "Download the paper" in words_of(stranger.get(ready))
    for _twice in range(2):
        file = stranger.get(f"{ready}file/")
        assert file.getvalue() == PDF
    assert file["Content-Disposition"] == 'attachment; filename="My guide.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file["Content-Security-Policy"]
    assert file["Cache-Control"] == "private, no-store"
    kinds = acts_of("hannah@northgate.example")
    assert [kinds.count(kind) for kind in ("form.submitted", "asset.downloaded")] == [1, 1]


def test_the_form_sent_twice_is_one_request_with_one_link(marketer: Client) -> None:
    offer(marketer)
    assert ask(Client()) == ask(Client())
    assert acts_of("hannah@northgate.example").count("form.submitted") == 1


def test_a_browser_that_asks_not_to_be_followed_gets_the_file_and_is_only_counted(marketer: Client) -> None:
    offer(marketer)
    assert Client(headers={"Sec-GPC": "1"}).get(f"{ask(Client())}file/").status_code == 200
    assert "asset.downloaded" not in acts_of("hannah@northgate.example")


def test_the_link_ends_after_three_days_and_cannot_be_changed(
    marketer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(marketer)
    ready = ask(Client())
    changed = ready[:-3] + ("A" if ready[-3] != "A" else "B") + ready[-2:]
    assert Client().get(f"{changed}file/").status_code == 410
    later = clock.now() + timedelta(days=3, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    ended = Client().get(f"{ready}file/")
    assert ended.status_code == 410
    assert "This link has ended" in words_of(ended)


@pytest.mark.parametrize("content", [b"<html>%PDF-", b"%PDF-1.7 cut", b"MZ%PDF- %%EOF"])
def test_what_is_no_pdf_is_refused_beside_the_field(marketer: Client, content: bytes) -> None:
    answer = offer(marketer, content)
    assert answer.status_code == 400
    assert "The file is no PDF" in words_of(answer)
    assert papers.papers() == []
    assert reads.forms() == []


def test_a_paper_that_is_taken_off_is_gone_for_strangers_until_it_is_offered_again(marketer: Client) -> None:
    offer(marketer)
    (paper,) = papers.papers()
    marketer.post(f"/campaigns/papers/{paper.id}/close/")
    assert Client().get("/d/guide/").status_code == 410
    assert Client().post("/d/guide/", ASKED).status_code == 410
    marketer.post(f"/campaigns/papers/{paper.id}/reopen/")
    assert Client().get("/d/guide/").status_code == 200
    assert reads_well(marketer.get("/campaigns/papers/"))
    assert b"/d/guide/" in marketer.get("/campaigns/papers.csv").getvalue()


def test_too_many_forms_from_one_network_wait(marketer: Client) -> None:
    offer(marketer)
    answers = [Client().post("/d/guide/", {**ASKED, "email": ""}).status_code for _try in range(31)]
    assert answers == [400] * 30 + [429]


def test_robots_fall_into_the_trap(marketer: Client) -> None:
    offer(marketer)
    assert Client().post("/d/guide/", {**ASKED, "website": "spam"})["Location"] == "/d/guide/"
    arrival.drain(open_inbox(), now=clock.now())
    assert people.person_by(Identifier(IdentityKind.EMAIL, "hannah@northgate.example")) is None
