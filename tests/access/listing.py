"""docs/reference/addresses.csv and who-may.csv as they are written."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
API = "/api/v1"
OPEN = {"public", "login", "write key"}  # all other words of the list are verbs of the policy


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    method: str
    address: str
    verb: str

    @property
    def is_api(self) -> bool:
        return self.address.startswith(f"{API}/")

    def filled(self, **values: object) -> str:
        """The address with something in every slot: what is given, else a number or word of nothing there is."""

        def value(slot: re.Match[str]) -> str:
            kind, _colon, name = slot[1].rpartition(":")
            return str(values.get(name, "987654" if kind in {"int", "row"} else "nothing-here"))

        return re.sub(r"<([^>]+)>", value, self.address)


def listed() -> list[Listed]:
    with (REFERENCE / "addresses.csv").open(newline="", encoding="utf-8") as file:
        return [Listed(row["method"], row["address"], row["verb"]) for row in csv.DictReader(file)]


def who_may() -> dict[tuple[str, str], str]:
    """The matrix as it is written, by verb and role."""
    with (REFERENCE / "who-may.csv").open(newline="", encoding="utf-8") as file:
        return {(row["verb"], role): cell for row in csv.DictReader(file) for role, cell in row.items()}
