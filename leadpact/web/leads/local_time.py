"""What time it is where somebody is, as far as what we know of them tells."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leadpact.base.text import fold
from leadpact.people.types import PersonView

_ZONE_FACTS: Final = ("timezone", "time_zone", "zone")
_ALSO: Final = {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "england": "GB",
    "usa": "US",
    "united states of america": "US",
}


def local_time_of(person: PersonView, company: Mapping[str, object], now: datetime) -> str:
    """Return the time of day there, "10:40"; "" where nothing tells it, or several zones differ just now.

    What is said of their zone comes first, then the number they telephone from, their country, their company's.
    """
    for zones in _told(person, company):
        there = {now.astimezone(zone).replace(tzinfo=None) for zone in zones}
        if len(there) == 1:
            return f"{there.pop():%H:%M}"
        if there:
            return ""
    return ""


def _told(person: PersonView, company: Mapping[str, object]) -> Iterable[Collection[ZoneInfo]]:
    for name in _ZONE_FACTS:
        yield _zones([str(person.facts.get(name) or "")])
    yield _zones(zones_of_phone(person.phone))
    for country in (person.facts.get("country"), company.get("country")):
        yield _zones(zones_of_country(str(country or "")))


def zones_of_country(country: str) -> tuple[str, ...]:
    """Return the zones of a country, by its ISO code or its English name."""
    said = fold(country).strip(" .")
    names = _countries()
    return _by_country().get(_ALSO.get(said) or names.get(said, said.upper()), ())


@lru_cache(maxsize=1_024)
def zones_of_phone(phone: str) -> tuple[str, ...]:
    """Return the zones in which an international number lies; none for a number without its country."""
    if not phone.startswith("+"):
        return ()
    from phonenumbers import NumberParseException, parse  # its tables take a while to load
    from phonenumbers.timezone import time_zones_for_geographical_number

    try:
        found = time_zones_for_geographical_number(parse(phone))
    except NumberParseException:
        return ()
    return tuple(zone for zone in found if "/" in zone and not zone.startswith("Etc/"))


def _zones(names: Iterable[str]) -> list[ZoneInfo]:
    found = []
    for name in names:
        try:
            found.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):  # an empty, a folder's or a strange name
            continue
    return found


@lru_cache(maxsize=1)
def _by_country() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, _place, zone, *_note in _table("zone.tab"):
        found.setdefault(code, []).append(zone)
    return {code: tuple(zones) for code, zones in found.items()}


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    """By English name, folded."""
    return {fold(name): code for code, name in _table("iso3166.tab")}


def _table(name: str) -> Iterable[list[str]]:
    text = resources.files("tzdata.zoneinfo").joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
