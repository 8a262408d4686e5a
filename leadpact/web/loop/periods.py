"""The periods a report may be asked for, as chips of its address, and what each is compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.loop import reads, rules
from leadpact.loop.steps import Every, Slice
from leadpact.loop.types import Period
from leadpact.team.types import CompanySettings

type Text = str | Promise

NAMES: tuple[tuple[str, Text], ...] = (
    ("month", gettext_lazy("This month")),
    ("last month", gettext_lazy("Last month")),
    ("quarter", gettext_lazy("This quarter")),
    ("12 months", gettext_lazy("12 months")),
    ("year", gettext_lazy("This year")),
    ("all", gettext_lazy("Ever")),
)
MORE: tuple[tuple[str, Text], ...] = (
    ("last quarter", gettext_lazy("Last quarter")),
    ("last year", gettext_lazy("Last year")),
)
# Where the fiscal year is not the calendar's, both are there to choose from.
FISCAL_NAMES: tuple[tuple[str, Text], ...] = (
    ("month", gettext_lazy("This month")),
    ("last month", gettext_lazy("Last month")),
    ("quarter", gettext_lazy("Fiscal quarter")),
    ("12 months", gettext_lazy("12 months")),
    ("fiscal year", gettext_lazy("Fiscal year")),
    ("all", gettext_lazy("Ever")),
)
FISCAL_MORE: tuple[tuple[str, Text], ...] = (
    ("last quarter", gettext_lazy("Last fiscal quarter")),
    ("last fiscal year", gettext_lazy("Last fiscal year")),
    ("calendar quarter", gettext_lazy("Calendar quarter")),
    ("last calendar quarter", gettext_lazy("Last calendar quarter")),
    ("year", gettext_lazy("Calendar year")),
    ("last year", gettext_lazy("Last calendar year")),
)


@dataclass(frozen=True)
class Chip:
    label: Text
    url: str
    is_current: bool


@dataclass(frozen=True)
class Chosen:
    """The period a page is about; `name` as the address says it.

    before   what it is compared with; None: with nothing
    kept     what else the address says, such as filters, kept by every chip
    """

    name: str
    period: Period
    before: Period | None
    ours: CompanySettings
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return urlencode({"period": self.name, **self.kept})

    @property
    def bare(self) -> str:
        """The period alone, for pages whose rows are narrowed by other things."""
        return urlencode({"period": self.name})

    @property
    def first_day(self) -> date:
        return self.period.first_day

    @property
    def says(self) -> str:
        return rules.say_period(self.period)

    @property
    def short(self) -> str:
        """ "1 to 19 November 2026", for the head of a page; "up to 19 November 2026" of ever."""
        last = self.last_day
        if self.period.first_day <= rules.FIRST_DAY:
            return _("up to %(day)s") % {"day": format_date(last, "j F Y")}
        return say_days(self.period.first_day, last)

    @property
    def last_day(self) -> date:
        return self.period.day_after - timedelta(days=1)

    @property
    def says_before(self) -> str:
        if self.before is None:
            return ""
        return say_days(self.before.first_day, self.before.day_after - timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.period.day_after - self.period.first_day).days

    def chips(self) -> list[Chip]:
        """The usual periods, and the chosen one where it is another."""
        known = self._chips(NAMES if self.is_by_calendar else FISCAL_NAMES)
        if any(chip.is_current for chip in known):
            return known
        others = [chip for chip in self.more() if chip.is_current]
        return [*known, *(others or [Chip(self.short, f"?{self.query}", is_current=True)])]

    def more(self) -> list[Chip]:
        return self._chips(MORE if self.is_by_calendar else FISCAL_MORE)

    @property
    def is_by_calendar(self) -> bool:
        return self.ours.fiscal_year_start_month == 1

    def _chips(self, names: Iterable[tuple[str, Text]]) -> list[Chip]:
        return [Chip(label, f"?{urlencode({'period': name, **self.kept})}", name == self.name) for name, label in names]

    def days_query(self, part: Slice) -> str:
        """The query for the days of a part, with everything else kept."""
        last = part.until - timedelta(days=1)
        return urlencode({"period": f"{part.since} to {last}", **self.kept})


def chosen_of(text: str, now: datetime, ours: CompanySettings, kept: Mapping[str, str] | None = None) -> Chosen:
    """Read a period from an address; raises `BadPeriod`."""
    name = " ".join(text.split()).casefold() or rules.USUAL
    period, before = reads.period_of(name, now=now, ours=ours), reads.period_before(name, now=now, ours=ours)
    return Chosen(name, period, before, ours, kept or {})


def say_days(first: date, last: date) -> str:
    """Return "1 to 19 November 2026", "1 October to 30 November 2026", "19 November 2026"."""
    if first == last:
        return format_date(last, "j F Y")
    same_year = first.year == last.year
    begun = format_date(first, "j" if same_year and first.month == last.month else "j F" if same_year else "j F Y")
    return _("%(first)s to %(last)s") % {"first": begun, "last": format_date(last, "j F Y")}


def say_slice(part: Slice, every: Every) -> str:
    """Return a part as a sentence names it: "the week of 2 November", "November 2026"."""
    if every is Every.WEEK and (part.until - part.since).days == 7:
        return _("the week of %(day)s") % {"day": format_date(part.since, "j F")}
    if every is Every.MONTH:
        return format_date(part.since, "F Y")
    return say_days(part.since, part.until - timedelta(days=1))


def label_slice(part: Slice, every: Every) -> str:
    """Return a part as the foot of its bar names it: "2 Nov", "Nov", "Aug to Oct 26"."""
    last = part.until - timedelta(days=1)
    if every is Every.WEEK:
        return format_date(part.since, "j M")
    if every is Every.MONTH:
        return format_date(part.since, "M y" if part.since.month == 1 else "M")
    if every is Every.QUARTER:
        return _("%(first)s to %(last)s") % {"first": format_date(part.since, "M"), "last": format_date(last, "M y")}
    return format_date(last, "Y")
