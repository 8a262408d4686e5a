"""Files for tests, and one way to take them in."""

from datetime import UTC, datetime
from pathlib import Path

from leadpact.flow import importing
from leadpact.flow.importing import Options, Report
from leadpact.people import reads as people
from leadpact.people.types import Identifier, IdentityKind, PersonView
from leadpact.team.types import SYSTEM

MESSY = Path(__file__).parents[1] / "data" / "messy_csv"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text.encode(encoding))
    return path


def take_in(file: Path, options: Options | None = None, *, now: datetime = NOW) -> Report:
    return importing.run(file, options or Options(), by=SYSTEM, now=now)


def person(email: str) -> PersonView:
    found = people.person_by(Identifier(IdentityKind.EMAIL, email))
    assert found is not None, f"nobody is {email}"
    return people.person(found)


def counts(report: Report) -> tuple[int, int, int, int]:
    """Return created, updated, unchanged, refused; they add up to the rows."""
    found = (report.created, report.updated, report.unchanged, report.refused)
    assert sum(found) == report.rows
    return found
