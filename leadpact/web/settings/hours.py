"""Working hours as a text that people edit, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leadpact.base.calendars import BadCalendar
from leadpact.base.wording import verbatim, worded

_DAYS: Final[Mapping[str, str | Promise]] = {
    "mon": _("Monday"), "tue": _("Tuesday"), "wed": _("Wednesday"), "thu": _("Thursday"), "fri": _("Friday"),
    "sat": _("Saturday"), "sun": _("Sunday"),
}  # fmt: skip


def as_text(document: Mapping[str, object]) -> str:
    """Return the document as YAML, one day a line."""
    writer, text = YAML(typ="safe"), StringIO()
    writer.default_flow_style = None
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # days stay in the order of the week
    writer.dump({key: value for key, value in document.items() if key != "name"}, text)
    return text.getvalue()


@dataclass(frozen=True)
class Day:
    """A day of the week; no `ranges`: nobody works."""

    label: str | Promise
    ranges: tuple[str, ...]


@dataclass(frozen=True)
class Week:
    """Working hours as people read them; `others`: what else the document says, name and value."""

    name: str
    zone: str
    days: tuple[Day, ...]
    others: tuple[tuple[str, str], ...]


def week_of(name: str, document: Mapping[str, object]) -> Week:
    week = document.get("week")
    ranges = week if isinstance(week, Mapping) else {}
    days = tuple(Day(label, tuple(str(each) for each in ranges.get(key) or ())) for key, label in _DAYS.items())
    others = tuple((key, _plain(value)) for key, value in document.items() if key not in {"name", "zone", "week"})
    return Week(name, str(document.get("zone", "")), days, others)


def _plain(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, (list, tuple)) else str(value)


def parse(text: str) -> dict[str, object]:
    """Return the document a text holds; raises `BadCalendar` for a text that holds none."""
    try:
        found = YAML(typ="safe").load(text)
    except (YAMLError, ValueError) as error:
        raise BadCalendar(
            worded("The text cannot be read as a calendar."), what_to_do=verbatim(str(error).replace("\n", " ").strip())
        ) from error
    if not isinstance(found, dict):
        raise BadCalendar(
            worded("A calendar is a list of names and values."), what_to_do=worded("Begin with: zone: Europe/London")
        )
    return {str(key): value for key, value in found.items()}
