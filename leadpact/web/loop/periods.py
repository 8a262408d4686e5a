"""The periods a report may be asked for, as chips of its address."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.loop import reads, rules
from leadpact.loop.types import Period

NAMES: tuple[tuple[str, str | Promise], ...] = (
    ("month", _("This month")),
    ("last month", _("Last month")),
    ("quarter", _("This quarter")),
    ("fiscal year", _("Fiscal year")),
    ("12 months", _("12 months")),
    ("all", _("Ever")),
)


@dataclass(frozen=True)
class Chip:
    label: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True)
class Chosen:
    """The period a page is about; `name` as the address says it."""

    name: str
    period: Period

    @property
    def query(self) -> str:
        return urlencode({"period": self.name})

    @property
    def says(self) -> str:
        return rules.say_period(self.period)

    @property
    def before(self) -> Period | None:
        """As many days right before; none before the first day of all."""
        first, length = self.period.first_day, self.period.day_after - self.period.first_day
        if first <= rules.FIRST_DAY:
            return None
        return rules.between(first - length, first, zone=self.period.zone)

    @property
    def days(self) -> int:
        return (self.period.day_after - self.period.first_day).days

    def chips(self) -> list[Chip]:
        known = [Chip(label, f"?{urlencode({'period': name})}", name == self.name) for name, label in NAMES]
        if not any(chip.is_current for chip in known):  # such as 2026-03
            known.append(Chip(self.name, f"?{self.query}", is_current=True))
        return known


def chosen_of(text: str, now: datetime) -> Chosen:
    """Read a period from an address; raises `BadPeriod`."""
    name = " ".join(text.split()).casefold() or rules.USUAL
    return Chosen(name, reads.period_of(name, now=now))
