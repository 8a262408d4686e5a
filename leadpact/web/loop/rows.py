"""The rows behind a number as a table: which columns each report shows, with names instead of numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.base.money import Money, decimal_text, format_money
from leadpact.handover.types import Stage
from leadpact.loop.catalogue import REPORTS
from leadpact.loop.naming import Names, names_of
from leadpact.loop.types import Answer, Row, Unit
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings, Member
from leadpact.web.leads.sentences import PROMISES
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.loop.asked import CHANGES
from leadpact.web.shell.performance import Discretion, without_hidden_owners


@dataclass(frozen=True)
class Cell:
    """What stands in a table: a text, where it leads to, or a moment that is said by the page."""

    text: str = ""
    url: str = ""
    moment: datetime | None = None
    is_number: bool = False
    label: str | Promise = ""  # of its column, said beside it on a phone


@dataclass(frozen=True)
class Column:
    """`source` is the column of the report, `shown_as` how the page reads it."""

    label: str | Promise
    shown_as: str
    source: str = ""

    @property
    def is_number(self) -> bool:
        return self.shown_as in {"count", "value"}


def _column(label: str | Promise, shown_as: str, source: str = "") -> Column:
    return Column(label, shown_as, source or shown_as)


_DEAL, _LEAD = _column(gettext_lazy("Deal"), "deal"), _column(gettext_lazy("Lead"), "lead", "pursuit")
_COMPANY, _OWNER = _column(gettext_lazy("Company"), "company"), _column(gettext_lazy("Owner"), "owner")
_STAGE, _TYPE = _column(gettext_lazy("Stage"), "stage"), _column(gettext_lazy("Type"), "word", "type")
_CHANNEL = _column(gettext_lazy("Channel"), "word", "channel")
_CAMPAIGN = _column(gettext_lazy("Campaign"), "text", "name")
_OFFERED = _column(gettext_lazy("Offered"), "moment", "offered_at")
_CLOSED = _column(gettext_lazy("Won"), "moment", "closed_at")
_COUNTED, _AMOUNT = _column(gettext_lazy("Counts"), "value"), _column(gettext_lazy("Amount"), "value")


def _counts(**labels: str | Promise) -> tuple[Column, ...]:
    return tuple(_column(label, "count", name) for name, label in labels.items())


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "qualified_leads": (_LEAD, _COMPANY, _TYPE, _STAGE, _OWNER, _CHANNEL, _OFFERED, _COUNTED),
    "campaigns": (_CAMPAIGN, _CHANNEL, *_counts(costs=gettext_lazy("Costs")), _AMOUNT),
    "inbound_pipeline": (
        _DEAL, _COMPANY, _column(gettext_lazy("Stage then"), "text", "stage"), _OWNER,
        _column(gettext_lazy("Opened"), "moment", "opened_at"), _AMOUNT,
    ),
    "promises": (
        _column(gettext_lazy("Promise"), "promise"), _column(gettext_lazy("Lead"), "lead", "about"),
        _column(gettext_lazy("Owed by"), "debtor", "owner"), _column(gettext_lazy("Due"), "moment", "due_at"),
        _column(gettext_lazy("Done"), "moment", "closed_at"), _column(gettext_lazy("Outcome"), "outcome"),
        _column(gettext_lazy("Kept"), "value"),
    ),
    "inbound_closed": (_DEAL, _COMPANY, _OWNER, _CHANNEL, _CLOSED, _AMOUNT),
    "pipeline_moves": (
        _DEAL, _COMPANY, _OWNER, _column(gettext_lazy("Change"), "change", "what"),
        _column(gettext_lazy("When"), "moment", "happened_at"), _AMOUNT,
    ),
    "stages_reached": (
        _column(gettext_lazy("Lead"), "lead", "pursuit"), _STAGE, _TYPE,
        _column(gettext_lazy("Reached"), "moment", "reached_at"), _COUNTED,
    ),
    "lead_conversion": (
        _LEAD, _COMPANY, _TYPE, _STAGE, _column(gettext_lazy("Owner"), "seller", "owner"), _OFFERED,
        _column(gettext_lazy("Deal opened"), "moment", "deal_at"),
        _column(gettext_lazy("Has a deal"), "value"),
    ),
    "campaign_cohorts": (
        _CAMPAIGN, _CHANNEL,
        *_counts(
            ready=gettext_lazy("Ready"), offered=gettext_lazy("Offered"), working=gettext_lazy("Working"),
            deals=gettext_lazy("Deals"), won=gettext_lazy("Won"), decided=gettext_lazy("Decided"),
        ),
        _column(gettext_lazy("All"), "value"),
    ),
    "campaign_won": (
        _DEAL, _CAMPAIGN, _CHANNEL, _column(gettext_lazy("First touch"), "moment", "first_touch_at"), _CLOSED, _AMOUNT,
    ),
    "funnel": (
        _column(gettext_lazy("Lead"), "lead", "pursuit"), _STAGE, _column(gettext_lazy("Began"), "moment", "began_at"),
        _column(gettext_lazy("Reached"), "moment", "reached_at"), *_counts(is_now=gettext_lazy("Stands here now")),
        _COUNTED,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows with the names of what they speak of, looked up at once for all rows shown.

    hidden   places in their report of rows that do not tell whose they are
    """

    answer: Answer
    shown: Sequence[Row]
    members: Mapping[int, Member]
    hidden: frozenset[object] = frozenset()

    @property
    def columns(self) -> tuple[Column, ...]:
        return COLUMNS[self.answer.name]

    @cached_property
    def rows(self) -> list[list[Cell]]:
        return [[self.cell(row, column) for column in self.columns] for row in self.shown]

    def cell(self, row: Row, column: Column) -> Cell:
        found = _SHOWN_AS[column.shown_as](self, row, row.get(column.source))
        return replace(found, label=column.label)

    @cached_property
    def names(self) -> Names:
        return names_of(
            pursuits=filter(None, map(pursuit_of, self.shown)),
            persons=_numbers(self.shown, "person"),
            companies=_numbers(self.shown, "company"),
        )


def table_of(answer: Answer, member: Member, ours: CompanySettings, size: int | None = None) -> Table:
    """Return the first rows of an answer, without whose they are where the member may not see how one performs."""
    shown = replace(answer, rows=answer.rows[:size])
    members = {each.id: each for each in team.users()}
    discretion = Discretion(member, members, ours.individual_performance_open)
    told = without_hidden_owners(shown, member, discretion=discretion)
    hidden = {
        row[REPORTS[answer.name].order[-1]]
        for row, seen in zip(shown.rows, told.rows, strict=True)
        if row.get("owner") is not None and seen.get("owner") is None
    }
    return Table(told, told.rows, members, frozenset(hidden))


def _numbers(rows: Iterable[Row], column: str) -> set[int]:
    return {value for row in rows if isinstance(value := row.get(column), int)}


def pursuit_of(row: Row) -> int | None:
    """The pursuit a row is about, by its number or by the name under which entries speak of it."""
    kind, _colon, number = str(row.get("about") or "").partition(":")
    if kind == "pursuit":
        return int(number)
    found = row.get("pursuit")
    return found if isinstance(found, int) else None


def _deal(table: Table, row: Row, value: object) -> Cell:
    return Cell(str(row.get("title") or _("A deal without a title")), url=reverse("deal", args=[value]))


def _lead(table: Table, row: Row, value: object) -> Cell:
    """A pursuit by its first person; a person who was never handed over by themselves."""
    person = row.get("person")
    named = table.names.pursuits.get(pursuit_of(row) or 0)
    if named is None and isinstance(person, int):
        named = table.names.persons.get(person)
    if named is None:
        return Cell(_("Somebody we know no more"))
    name = named.name or named.email or (_("Somebody without a name") if named.is_known else _("A visitor"))
    return Cell(name, url=reverse("lead", args=[named.person]))


def _company(table: Table, row: Row, value: object) -> Cell:
    return Cell(table.names.companies.get(value, "") if isinstance(value, int) else "")


def _owner(table: Table, row: Row, value: object) -> Cell:
    member = table.members.get(value) if isinstance(value, int) else None
    return Cell(member.name if member else _("Nobody yet"))


def _debtor(table: Table, row: Row, value: object) -> Cell:
    """Who owed a promise: by name for those who may see how that person performs, else the side."""
    side = {"marketing": _("Marketing"), "sales": _("Sales"), "partner": _("Partner")}.get(str(row["side"]), "")
    member = table.members.get(value) if isinstance(value, int) else None
    return Cell(f"{side}, {member.name}" if member else side)


def _seller(table: Table, row: Row, value: object) -> Cell:
    """Whose lead led to a deal or did not: by name for those who may see how that person performs."""
    is_hidden = row[REPORTS[table.answer.name].order[-1]] in table.hidden
    return Cell(_("a colleague")) if is_hidden else _owner(table, row, value)


def _promise(table: Table, row: Row, value: object) -> Cell:
    return Cell(str(PROMISES.get(str(row["kind"]), row["kind"])), url=reverse("receipt", args=[row["promise"]]))


def _outcome(table: Table, row: Row, value: object) -> Cell:
    return Cell(_("kept") if value == "kept" else _("missed"))


def _change(table: Table, row: Row, value: object) -> Cell:
    return Cell(str(CHANGES.get(str(value), value)))


def _stage(table: Table, row: Row, value: object) -> Cell:
    return Cell(str(STAGE_NAMES[Stage(str(value))]) if value in set(Stage) else str(value or ""))


def _moment(table: Table, row: Row, value: object) -> Cell:
    return Cell(moment=value) if isinstance(value, datetime) else Cell(str(value) if isinstance(value, date) else "")


def _text(table: Table, row: Row, value: object) -> Cell:
    return Cell(str(value) if value else _("not known"))


def _word(table: Table, row: Row, value: object) -> Cell:
    """A word of ours, not a name somebody gave."""
    return Cell(str(value).capitalize() if value else _("not known"))


def _count(table: Table, row: Row, value: object) -> Cell:
    return Cell(f"{value:,}" if isinstance(value, int) else "", is_number=True)


def _value(table: Table, row: Row, value: object) -> Cell:
    if table.answer.unit is Unit.MONEY and isinstance(value, int):
        if row.get("amount_minor", value) is None:
            return Cell(_("not known yet"), is_number=True)
        return Cell(format_money(Money(value, str(row["currency"]))), is_number=True)
    return _count(table, row, value)


_SHOWN_AS: Mapping[str, Callable[[Table, Row, object], Cell]] = {
    "deal": _deal, "lead": _lead, "company": _company, "owner": _owner, "seller": _seller, "debtor": _debtor,
    "promise": _promise, "change": _change, "outcome": _outcome, "stage": _stage, "moment": _moment, "text": _text,
    "word": _word, "count": _count, "value": _value,
}  # fmt: skip


def plain(table: Table) -> Iterable[list[object]]:
    """The rows for a spreadsheet: names as on the page, moments and amounts as a machine reads them."""
    for row, cells in zip(table.shown, table.rows, strict=True):
        yield [_plain(row, column, cell, table) for column, cell in zip(table.columns, cells, strict=True)]


def _plain(row: Row, column: Column, cell: Cell, table: Table) -> object:
    value = row.get(column.source)
    if column.shown_as == "value" and table.answer.unit is Unit.MONEY and isinstance(value, int):
        return decimal_text(Money(value, str(row["currency"])))
    if column.is_number:
        return value
    return value.isoformat() if isinstance(value, datetime) else cell.text
