"""What the packages say is read in the language of the pages, with its slots filled; scripts read English."""

import struct
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django.fixtures import Settings

from leadpact.base.wording import in_a_row, verbatim, worded, worded_many
from leadpact.capture import planning
from leadpact.capture.types import CampaignFields
from leadpact.team import actions as team
from leadpact.team.types import SYSTEM
from leadpact.web.shell.wording import translated
from leadpact.web.tests.acting import browser_of, words_of
from tests import cast
from tests.cast import utc

NOW = utc("2026-03-03 10:00")
GERMAN = {
    "There is a campaign {name} already.": "Eine Kampagne namens {name} gibt es schon.",
    "Choose another name.": "Wählen Sie einen anderen Namen.",
    "Lead {number} is {stage}: that can be done with a working lead only.": "Lead {number} ist {stage}.",
    "offered": "angeboten",
    "Open the lead to see where it stands now.": "Öffnen Sie den Lead.",
    "There is no deal {deal}.": "Den Abschluss {geschaeft} gibt es nicht.",
    "There is no form {slug}.": "Das Formular {slug gibt es nicht.",
    "There is no paper {slug}.": "Dieses Papier gibt es nicht.",
    "{count} lead of {owner}\0{count} leads of {owner}": "Ein Lead von {owner}\0{count} Leads von {owner}",
}


@pytest.fixture
def german(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(compiled(GERMAN))
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGE_CODE = "de"


def compiled(catalogue: dict[str, str]) -> bytes:
    """Return a catalogue as msgfmt writes it: a head, the places of both columns, the texts."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    rows = sorted((one.encode(), other.encode()) for one, other in {"": head, **catalogue}.items())
    places, texts, at = [], b"", 28 + 16 * len(rows)
    for column in zip(*rows, strict=True):
        for text in column:
            places.append(struct.pack("<2I", len(text), at + len(texts)))
            texts += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, 0) + b"".join(places) + texts


def test_a_sentence_is_said_in_the_readers_language_with_what_stands_in_it(german: None) -> None:
    with override("de"):
        lead = worded("offered")
        said = worded("Lead {number} is {stage}: that can be done with a working lead only.", number=7, stage=lead)
        assert translated(said) == "Lead 7 ist angeboten."
        assert translated(in_a_row([worded("Choose another name."), verbatim("OK.")])) == (
            "Wählen Sie einen anderen Namen. OK."
        )
        assert str(said) == "Lead 7 is offered: that can be done with a working lead only."


@pytest.mark.parametrize(("count", "text"), [(1, "Ein Lead von {Ines}"), (3, "3 Leads von {Ines}")])
def test_a_counted_sentence_takes_the_form_of_its_language(german: None, count: int, text: str) -> None:
    with override("de"):
        said = worded_many("{count} lead of {owner}", "{count} leads of {owner}", count, owner="{Ines}")
        assert translated(said) == text


def test_a_translation_that_cannot_be_filled_gives_way_to_the_english_text(german: None) -> None:
    with override("de"):
        assert translated(worded("There is no deal {deal}.", deal=7)) == "There is no deal 7."  # another slot
        assert translated(worded("There is no form {slug}.", slug="x")) == "There is no form x."  # a brace left open
        assert translated(worded("There is no paper {slug}.", slug="x")) == "There is no paper x."  # the slot left out
        assert translated(verbatim("")) == translated("") == ""


@pytest.mark.django_db
def test_a_page_says_what_is_wrong_in_its_language_and_the_api_in_english(german: None) -> None:
    house = cast.found()
    planning.plan(CampaignFields("Spring fair"), by=SYSTEM, now=NOW)
    page = browser_of(house.milo).post("/campaigns/new/", {"name": "spring fair"})
    assert page.status_code == 400
    assert "Eine Kampagne namens &#x27;spring fair&#x27; gibt es schon. Wählen Sie einen anderen Namen." in words_of(
        page
    )
    token = team.create_token(house.milo, by=SYSTEM, now=NOW)
    answer = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "de"}).post(
        "/api/v1/campaigns", {"name": "spring fair"}, content_type="application/json"
    )
    said = answer.json()
    assert (answer.status_code, said["code"]) == (400, "campaign_taken")
    assert (said["message"], said["what_to_do"]) == (
        "There is a campaign 'spring fair' already.", "Choose another name.",
    )  # fmt: skip


@pytest.mark.django_db
def test_the_page_of_an_error_is_in_the_readers_language(german: None) -> None:
    house = cast.found()
    asker = cast.ask("ada@acme.example", NOW)
    cast.sweep(NOW)
    page = browser_of(house.hanna).post(f"/leads/{asker}/keep/")
    assert page.status_code == 409
    assert "Lead 1 ist angeboten. Öffnen Sie den Lead." in words_of(page)
