"""Imports on their pages: looked at, put right, confirmed, run; each file its uploader's own."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadpact.flow import clock
from leadpact.flow.importing import running
from leadpact.handover import reads as handover
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind
from leadpact.web.tests.acting import browser_of, reads_well, words_of
from tests import cast
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PEOPLE = """Full name,E-mail address,Employer,Shoe size
Hannah Reyes,hannah@northgate.example,Northgate,38
Omar Diaz,no address,Southgate,44
"""


@pytest.fixture
def company(settings: Any, tmp_path: Path) -> Cast:  # the fixture that puts settings back
    settings.UPLOADS = tmp_path / "uploads"
    return cast.found()


def upload(client: Client, text: str, name: str = "people.csv") -> str:
    answer = client.post("/import/", {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def sent(**fields: str) -> dict[str, str]:
    """The form as the page sends it for the file of people, with what was changed on it."""
    mapping = {"Full name": "name", "E-mail address": "email", "Employer": "company", "Shoe size": ""}
    said = {"kind": "persons", "kind_was": "persons", "intent": ""}
    for place, (header, name) in enumerate(mapping.items()):
        said |= {f"header_{place}": header, f"field_{place}": name}
    return {**said, **fields}


def person(email: str) -> int | None:
    return people.person_by(Identifier(IdentityKind.EMAIL, email))


@pytest.mark.parametrize(
    ("who", "may"),
    [("mia", True), ("milo", True), ("hanna", True), ("olga", True), ("ann", False), ("pat", False), ("edda", False)],
)
def test_marketing_and_heads_import_and_others_do_not(company: Cast, who: str, *, may: bool) -> None:
    client = browser_of(getattr(company, who))
    page = client.get("/import/")
    assert page.status_code == (200 if may else 403)
    if may:
        assert reads_well(page)


def test_a_file_is_looked_at_before_anything_is_written(company: Cast) -> None:
    client = browser_of(company.mia)
    page = client.get(upload(client, PEOPLE))
    assert page.status_code == 200
    assert reads_well(page)
    words = words_of(page)
    assert "People: 2 rows. Nothing is written yet." in words
    assert "Hannah Reyes" in words
    assert '<option value="email" selected>' in page.content.decode()
    assert "1 row is refused" in words
    assert "Would be new 1" in words
    assert person("hannah@northgate.example") is None


def test_a_file_goes_in_with_the_columns_as_they_were_put_right(company: Cast) -> None:
    client = browser_of(company.mia)
    place = upload(client, PEOPLE)
    look = client.post(place, sent(field_3="fact:shoe_size", field_2=""))
    assert '<option value="fact:shoe_size" selected>' in look.content.decode()
    ran = client.post(f"{place}run/", sent(field_3="fact:shoe_size", field_2=""))
    assert ran.status_code == 302
    page = client.get(ran.headers["Location"])
    assert reads_well(page)
    assert "People: 2 rows, every one accounted for." in words_of(page)
    found = person("hannah@northgate.example")
    assert found is not None
    assert str(people.person(found).facts["shoe_size"]) == "38"
    assert not list((Path(settings.UPLOADS)).rglob("people.csv"))  # the file itself is gone
    assert client.post(f"{place}run/", sent()).status_code == 404


def test_the_same_file_again_changes_nothing(company: Cast) -> None:
    client = browser_of(company.mia)
    client.post(f"{upload(client, PEOPLE)}run/", sent())
    words = words_of(client.get(upload(client, PEOPLE)))
    assert "Would be new 0" in words
    assert "As they are 1" in words


def test_another_users_file_is_not_there(company: Cast) -> None:
    place = upload(browser_of(company.mia), PEOPLE)
    milo = browser_of(company.milo)
    assert milo.get(place).status_code == 404
    assert milo.post(f"{place}run/", sent()).status_code == 404
    assert milo.get(f"{place}errors.csv").status_code == 404
    assert milo.get("/import/..%2f..%2fetc/").status_code == 404
    assert person("hannah@northgate.example") is None


def test_why_rows_were_refused_comes_as_a_spreadsheet_that_runs_nothing(company: Cast) -> None:
    client = browser_of(company.mia)
    place = upload(client, 'Name,Email,Amount\n"=HYPERLINK(1)","=cmd@@x",1\n')
    page = client.get(place)
    assert page.status_code == 200
    sheet = client.get(f"{place}errors.csv")
    lines = b"".join(sheet.streaming_content).decode().strip().splitlines()  # type: ignore[attr-defined]  # streamed
    assert len(lines) == 2
    assert lines[1].startswith("2,")
    assert ",=" not in lines[1]
    assert ',"=' not in lines[1]


def test_a_file_nobody_understands_is_kept_and_can_be_explained(company: Cast) -> None:
    client = browser_of(company.mia)
    place = upload(client, "Colour,Shape\nred,round\n")
    page = client.get(place)
    assert page.status_code == 400
    assert "Say what a row is about." in words_of(page)
    assert "--kind" not in words_of(page)
    helped = client.post(place, {"kind": "companies", "kind_was": "", "intent": "", "header_0": "", "field_0": ""})
    assert helped.status_code == 400
    assert "companies" in words_of(helped)


def test_a_wrong_choice_for_a_column_is_said_and_nothing_is_lost(company: Cast) -> None:
    client = browser_of(company.mia)
    place = upload(client, PEOPLE)
    page = client.post(f"{place}run/", sent(field_1="nonsense", intent="history"))
    assert page.status_code == 400
    assert "nonsense" in words_of(page)
    assert 'value="history"' in page.content.decode()
    assert person("hannah@northgate.example") is None
    assert client.get(place).status_code == 200


def leads(count: int) -> str:
    today = f"{clock.now():%Y-%m-%d}"
    rows = "".join(f"L{n},Lead {n},lead{n}@company{n}.example,contact,{today}\n" for n in range(count))
    return f"Lead id,Name,Email,Form,Lead date\n{rows}"


@pytest.mark.sqlite_only  # tests/importing holds it on both
def test_more_than_fifty_offers_at_once_are_confirmed_first(company: Cast) -> None:
    assert running.MOST_OFFERS == 50
    client = browser_of(company.milo)
    place = upload(client, leads(51), "leads.csv")
    said = {"kind": "leads", "kind_was": "", "intent": "new"}
    refused = client.post(f"{place}run/", said)
    assert refused.status_code == 400
    assert "Tick the box below" in words_of(refused)
    assert "Offers it would make 51" in words_of(refused)
    assert "Offer 51 leads to sales at once" in words_of(refused)
    assert person("lead1@company1.example") is None
    assert client.post(f"{place}run/", {**said, "confirmed": "on"}).status_code == 302
    first = person("lead1@company1.example")
    assert first is not None


def test_history_makes_no_offers(company: Cast) -> None:
    client = browser_of(company.milo)
    place = upload(client, leads(3), "leads.csv")
    assert client.post(f"{place}run/", {"kind": "leads", "kind_was": "", "intent": "history"}).status_code == 302
    found = person("lead1@company1.example")
    assert found is not None
    running_pursuit = handover.active_of_person(found)
    assert running_pursuit is None or not handover.offers_of(running_pursuit.id)


def test_a_strange_file_name_stays_inside_its_folder(company: Cast) -> None:
    client = browser_of(company.mia)
    place = upload(client, PEOPLE, "../../evil\n.csv")
    assert client.get(place).status_code == 200
    kept = [path for path in Path(settings.UPLOADS).rglob("*") if path.suffix == ".csv"]
    assert len(kept) == 1
    assert kept[0].parent.name == "file"


def test_looking_at_more_rows_costs_hardly_more_queries(company: Cast) -> None:
    client = browser_of(company.mia)

    def queries(count: int) -> int:
        rows = "".join(f"Person {n},p{n}@place{n}.example,Place {n},1\n" for n in range(count))
        place = upload(client, f"Full name,E-mail address,Employer,Shoe size\n{rows}")
        client.get(place)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(place).status_code == 200
        return len(seen)

    assert queries(60) <= queries(5) + 5
