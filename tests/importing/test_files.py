"""Files as people send them: read, or refused with the reason; one bad row keeps no other out."""

import csv
from pathlib import Path

import pytest

from leadpact.base.errors import LeadpactError
from leadpact.flow.importing import Options, look
from leadpact.flow.importing.refusing import write_refused
from leadpact.flow.importing.types import Kind
from leadpact.ledger import reads as ledger
from leadpact.people import reads as people
from leadpact.team.types import SYSTEM
from tests import cast
from tests.importing.files import MESSY, NOW, counts, person, take_in, write

pytestmark = pytest.mark.django_db

ROWS = "Name;E-Mail;Firma\nJörg Müller;joerg@weiß.example;Müller & Söhne\n"


@pytest.fixture(autouse=True)
def _company() -> None:
    cast.found()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_any_encoding_gives_the_same_person(tmp_path: Path, encoding: str) -> None:
    report = take_in(write(tmp_path, ROWS, encoding))
    assert (report.delimiter, counts(report)) == (";", (1, 0, 0, 0))
    found = person("joerg@weiß.example")
    assert (found.name, found.company_name) == ("Jörg Müller", "Müller & Söhne")


def test_a_russian_file_is_not_taken_for_a_western_one(tmp_path: Path) -> None:
    names = ["Иван Петров", "Сергей Смирнов", "Ольга Кузнецова", "Мария Попова", "Дмитрий Соколов"]
    rows = "".join(f"{name},p{place}@mail.example,Москва\n" for place, name in enumerate(names))
    take_in(write(tmp_path, f"Name,Email,City\n{rows}", "cp1251"))
    assert [person(f"p{place}@mail.example").name for place in range(5)] == names


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["Name", "Email", "Note"], ["A, B; C", "a@one.example", "x"], ["D", "d@two.example", "1,5"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    report = take_in(write(tmp_path, text))
    assert (report.delimiter, report.created) == (delimiter, 2)
    assert person("a@one.example").name == "A, B; C"


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("", Options(), "empty_file"),
        ("\ufeff\n\n", Options(), "empty_file"),
        ("Name,Email\n", Options(), "empty_file"),
        ("Name,Email\nAnn,ann@a.example\n", Options(delimiter=";"), "wrong_delimiter"),
        ("Name^Email\nAnn^ann@a.example\n", Options(), "unknown_columns"),
        ("Ann,ann@a.example\nBen,ben@b.example\n", Options(), "no_header"),
        ("colour,shape\nred,round\n", Options(), "unknown_columns"),
        ('Name,Email\nAnn,"ann@a.example\nBen,ben@b.example\n', Options(), "unclosed_quote"),
        ("Name,Email\nAnn,ann@a.example\n", Options(encoding="klingon"), "bad_option"),
        ("Name,Email\nJörg,j@a.example\n", Options(encoding="ascii"), "bad_encoding"),
        ("Name,Email\nAnn,ann@a.example\n", Options(maps=(("Phone", "phone"),)), "bad_mapping"),
        ("Name,Email\nAnn,ann@a.example\n", Options(maps=(("Name", "shoe size"),)), "bad_mapping"),
        ("Name,Email\nAnn,ann@a.example\n", Options(kind=Kind.COSTS), "missing_column"),
        ("Name,Email\nAnn,ann@a.example\n", Options(zone="Mars/Base"), "bad_option"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, text: str, options: Options, code: str) -> None:
    before = ledger.stats()
    with pytest.raises(LeadpactError) as refused:
        take_in(write(tmp_path, text), options)
    assert refused.value.code == code
    assert refused.value.what_to_do
    assert ledger.stats() == before


def test_an_image_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    with pytest.raises(LeadpactError) as refused:
        take_in(path)
    assert refused.value.code in {"bad_file", "unknown_columns", "no_header", "bad_encoding"}


# created, updated, unchanged, refused, worked by hand from each file
MESSY_FILES = [
    ("02-facebook-leads-messy-headers.csv", (2, 0, 0, 1)),  # "invalid-email" is no address
    ("06-agency-crm-export.csv", (4, 0, 0, 0)),  # one lead has no address, but a number
    ("09-duplicate-headers.csv", (2, 0, 0, 0)),
    ("10-mixed-date-formats.csv", (3, 0, 0, 0)),  # 2024-01-15, 01/20/2024 and 20.03.2024 in one column
    ("14-blank-rows.csv", (2, 0, 0, 0)),
    ("15-duplicate-rows.csv", (3, 0, 2, 0)),  # John Doe stands there three times
    ("16-messy-formatting.csv", (3, 0, 0, 0)),
    ("17-formula-injection.csv", (5, 0, 0, 0)),
    ("21-tab-separated.csv", (2, 0, 0, 0)),
    ("22-trailing-commas.csv", (2, 0, 0, 0)),
    ("23-quoted-fields-multiline.csv", (2, 0, 0, 0)),
]


@pytest.mark.parametrize(("name", "expected"), MESSY_FILES)
def test_a_messy_file_goes_in_and_a_second_time_changes_nothing(name: str, expected: tuple[int, ...]) -> None:
    assert counts(take_in(MESSY / name)) == expected
    before = ledger.stats()
    created, updated, unchanged, refused = expected
    assert counts(take_in(MESSY / name)) == (0, 0, created + updated + unchanged, refused)
    assert ledger.stats() == before


def test_errors_name_row_column_and_reason_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows = '"Ann\nLee",ann@a.example,2024-01-05\n\nBen,ben(at)b.example,soon\n,,\nCat,c@c.example,2030-01-01\n'
    text = f"Name,Email,Created\n{rows}"
    report = take_in(write(tmp_path, text))
    assert counts(report) == (1, 0, 0, 2)
    # the name in two lines is one row, the empty line is row 3
    assert [(error.row, error.field, error.code) for error in report.errors] == [
        (4, "Created", "bad_time"),
        (4, "Email", "bad_email"),
        (6, "Created", "in_future"),
    ]


def test_refused_rows_are_written_down_and_go_in_once_they_are_put_right(tmp_path: Path) -> None:
    source = write(tmp_path, "Name,Email\nAnn,ann@a.example\nBen,ben(at)b.example\n")
    report, target = take_in(source), tmp_path / "refused.csv"
    assert write_refused(source, Options(), report, target) == 1
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Name", "Email", "Why it was refused"]
    assert rows[1][:2] == ["Ben", "ben(at)b.example"]
    target.write_text(target.read_text(encoding="utf-8-sig").replace("ben(at)b", "ben@b"), encoding="utf-8")
    assert counts(take_in(target)) == (1, 0, 0, 0)


def test_a_formula_is_kept_as_text_and_said(tmp_path: Path) -> None:
    report = take_in(MESSY / "17-formula-injection.csv")
    assert person("normal@test.com").name == "=SUM(A1:A10)"
    assert [(each.code, each.count, each.row) for each in report.warnings] == [("formula", 2, 2)]  # -100 is a number


def test_of_two_columns_of_one_name_the_first_counts_and_it_is_said() -> None:
    report = take_in(MESSY / "09-duplicate-headers.csv")
    assert (person("john@dup.com").name, person("john@dup.com").facts["other_email"]) == ("John Doe", "john.d@alt.com")
    assert "Name (2)" in report.ignored
    assert [each.code for each in report.warnings] == ["duplicate_headers"]


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    path = Path(__file__).parents[1] / "data" / "people.xlsx"
    report = take_in(path)
    assert (report.encoding, report.delimiter, counts(report)) == (None, None, (2, 0, 0, 0))
    assert person("ann@a.example").phone == "4420123456"  # a number in the sheet, without ".0"


def test_addresses_that_are_one_are_one_person_and_a_plus_address_is_another(tmp_path: Path) -> None:
    text = "Name,Email\nAnn,ANN@A.example\nAnn,ann@a.example\nAnn,ann+x@a.example\n"
    text += "עדי,adi@bücher.example\n,b@xn--bcher-kva.example\n"
    assert counts(take_in(write(tmp_path, text))) == (4, 0, 1, 0)
    assert person("adi@xn--bcher-kva.example").name == "עדי"
    assert person("b@bücher.example").company == person("adi@bücher.example").company


def test_who_has_neither_number_nor_address_is_told_by_name_and_telephone(tmp_path: Path) -> None:
    text = "Name,Phone\nAnn Lee,+44 20 1234\nann  lee,+44201234\n,+49 30 1\n"
    assert counts(take_in(write(tmp_path, text))) == (2, 0, 1, 0)


def test_two_persons_of_one_name_and_nothing_else_are_two(tmp_path: Path) -> None:
    file = write(tmp_path, "Name,City\nAnn Lee,Rome\nAnn Lee,Paris\nAnn Lee,Rome\n")
    assert counts(take_in(file)) == (2, 0, 1, 0)
    assert counts(take_in(file)) == (0, 0, 3, 0)


def test_values_that_nobody_has_identify_nobody(tmp_path: Path) -> None:
    text = "Customer ID,Email,City\nnull,noreply@a.example,Rome\n,n/a,Paris\n"
    report = take_in(write(tmp_path, text))
    assert (counts(report), {error.code for error in report.errors}) == ((0, 0, 0, 2), {"no_identity"})


def test_two_rows_about_one_person_that_differ_give_the_same_person_each_time(tmp_path: Path) -> None:
    file = write(tmp_path, "Name,Email,Phone\nAnn,ann@a.example,111\nAnna,ann@a.example,222\n")
    assert counts(take_in(file)) == (1, 0, 1, 0)
    assert counts(take_in(file)) == (0, 0, 2, 0)
    assert (person("ann@a.example").name, person("ann@a.example").phone) == ("Ann", "111")


def test_a_later_file_updates_and_what_it_does_not_say_stays(tmp_path: Path) -> None:
    take_in(write(tmp_path, "Name,Email,Job title\nAnn,ann@a.example,Buyer\n"))
    report = take_in(write(tmp_path, "Name,Email,Job title\nAnn Lee,ann@a.example,\n"))
    assert counts(report) == (0, 1, 0, 0)
    assert (person("ann@a.example").name, person("ann@a.example").title) == ("Ann Lee", "Buyer")
    assert [fact.value for fact in people.fact_history(person("ann@a.example").id) if fact.name == "person.name"] == [
        "Ann",
        "Ann Lee",
    ]


def test_a_look_writes_nothing_and_says_what_a_run_says(tmp_path: Path) -> None:
    file = write(tmp_path, "Name,Email\nAnn,ann@a.example\nAnn,ann@a.example\nBen,nobody\n")
    before = ledger.stats()
    preview = look(file, Options(), by=SYSTEM, now=NOW)
    assert ledger.stats() == before
    assert [row.cells for row in preview.first_rows] == [("Ann", "ann@a.example")] * 2 + [("Ben", "nobody")]
    assert counts(preview.report) == counts(take_in(file)) == (1, 0, 1, 1)
    assert ledger.stats() != before
