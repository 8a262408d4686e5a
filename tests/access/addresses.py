"""Every address of the product as the code has it, and as docs/reference/addresses.csv lists it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from leadpact.web.api.access import Bearer
from leadpact.web.api.app import api

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


def patterns() -> dict[str, URLPattern]:
    """Every address that Django knows, those of the API too."""
    return {f"/{route}": each for route, each in _walked(get_resolver(), "")}


def _walked(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _walked(each, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each


def operations() -> Iterator[Listed]:
    """Every operation of the API with the verb it asks for; "" where it asks for none."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                guard = operation.auth_param
                verb = guard.verb if isinstance(guard, Bearer) else None
                address = API + prefix + path.replace("{", "<").replace("}", ">")
                for method in operation.methods:
                    yield Listed(method, address, verb or "")
