"""A row by what its columns are: text by field, with the readers that say what is wrong in which column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Final
from zoneinfo import ZoneInfo

from leadpact.base.money import BadMoney, Money, UnknownCurrency, parse_money
from leadpact.base.text import BadEmail, fold, normalise_email, truncate
from leadpact.flow.importing.fields import FACT, MONEY, PROPERTY, STAGE, flat, without_currency
from leadpact.flow.importing.types import Cells, Layout, Row, RowError
from leadpact.flow.importing.values import NotATime, is_nothing, moment_of
from leadpact.people.types import Identifier, IdentityKind

_SHOWN: Final = 80


class Refused(Exception):  # noqa: N818  # reads as a statement
    """A row cannot be taken in, and why."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Form:
    """How the cells of this file are read.

    places      field -> column, of fields that stand for themselves
    currencies  field -> the currency its header names
    """

    layout: Layout
    places: Mapping[str, int]
    currencies: Mapping[str, str]
    zone: ZoneInfo
    currency: str
    dates: str
    source: str

    def header(self, name: str) -> str:
        """Return the header of a field's column, "" where no column is that."""
        return self.layout.headers[self.places[name]] if name in self.places else ""


def form_of(layout: Layout, *, zone: ZoneInfo, currency: str, dates: str, source: str) -> Form:
    """Return how to read the cells of a file."""
    places = {layout.mapping[name]: place for place, name in enumerate(layout.headers) if name in layout.mapping}
    currencies = {}
    for name in MONEY & places.keys():
        _words, found = without_currency(flat(layout.headers[places[name]]))
        if found:
            currencies[name] = found
    return Form(layout, places, currencies, zone, currency, dates, source)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is read."""

    number: int
    cells: Cells
    form: Form
    errors: list[RowError] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return what a field says, "" for nothing."""
        place = self.form.places.get(name)
        if place is None or place >= len(self.cells):
            return ""
        cell = self.cells[place]
        return "" if is_nothing(cell) else cell

    def refuse(self, name: str, code: str, message: str) -> None:
        """Note what is wrong; the row is refused once all of it was looked at."""
        found = RowError(self.number, self.form.header(name), code, message)
        if found not in self.errors:
            self.errors.append(found)

    def check(self) -> None:
        """Raise `Refused` where something was found wrong."""
        if self.errors:
            raise Refused(self.errors)

    def moment(self, name: str) -> datetime | None:
        """Return a field's moment; None for nothing, and for what is no time, which refuses the row."""
        text = self.text(name)
        if not text:
            return None
        try:
            return moment_of(text, self.form.dates, self.form.zone)
        except NotATime:
            self.refuse(name, "bad_time", f"{truncate(text, _SHOWN)!r} is no day and no moment.")
            return None

    def money(self, name: str) -> Money | None:
        """Return a field's amount in the currency of the row, the header or the file; None for nothing."""
        text = self.text(name)
        if not text:
            return None
        said = self.text("currency").upper() or self.form.currencies.get(name, "")
        try:
            return parse_money(text, said) if said else _money(text, self.form.currency)
        except (BadMoney, UnknownCurrency) as error:
            self.refuse(name, error.code, error.message)
            return None

    def email(self, name: str = "email") -> str:
        """Return an address that is one; "" for nothing, and for what is none, which refuses the row."""
        text = self.text(name)
        if not text:
            return ""
        first = text.split(" ::: ")[0].removeprefix("mailto:").strip()
        try:
            normalise_email(first)
        except BadEmail as error:
            self.refuse(name, error.code, error.message)
            return ""
        return first

    def starting(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield (rest of the field's name, text) for fields such as stage:booking."""
        for name in self.form.places:
            if name.startswith(prefix) and (text := self.text(name)):
                yield name.removeprefix(prefix), text

    def stages(self) -> list[tuple[str, datetime]]:
        """Return the stages that have a day."""
        found = []
        for stage, _text in self.starting(STAGE):
            moment = self.moment(STAGE + stage)
            if moment is not None:
                found.append((stage, moment))
        return sorted(found, key=lambda one: one[1])

    def facts(self) -> dict[str, str]:
        return dict(self.starting(FACT))

    def properties(self) -> dict[str, str]:
        return dict(self.starting(PROPERTY))

    def name(self) -> str:
        """Return the person's name, put together where the file has it in parts."""
        whole = self.text("name")
        return whole or " ".join(filter(None, (self.text("first_name"), self.text("last_name"))))

    def who(self) -> tuple[Identifier, ...]:
        """Return what identifies the person: number, address, or else the row.

        A row without number and address is known again by name, telephone and company as they are written; where
        there is a name and nothing else, only by all of its cells, since two persons may share a name.
        """
        found = []
        numbers = [part.strip() for part in self.text("person_id").split(";") if part.strip()]
        if numbers:
            found.append(Identifier(IdentityKind.CRM, numbers[0], self.form.source))
        if address := self.email():
            found.append(Identifier(IdentityKind.EMAIL, address))
        if anonymous := self.text("anonymous_id"):
            found.append(Identifier(IdentityKind.ANONYMOUS, anonymous))
        if not found and (self.name() or self.text("phone")):
            digits = "".join(letter for letter in self.text("phone") if letter.isdigit())
            company = fold(self.text("company"))
            is_told_apart = digits or company
            said = digest_of(fold(" ".join(self.name().split())), digits, company) if is_told_apart else self.digest()
            found.append(Identifier(IdentityKind.CRM, f"row:{said}", self.form.source))
        return tuple(found)

    def digest(self, *without: str) -> str:
        """Return what tells this row from others, whatever the order of the columns; fields may be left out."""
        left_out = {self.form.places.get(name) for name in without}
        pairs = zip(self.form.layout.headers, self.cells, strict=False)
        said = [
            f"{flat(header)}={cell}" for place, (header, cell) in enumerate(pairs) if place not in left_out and cell
        ]
        return digest_of(*sorted(said))


def line_of(row: Row, form: Form) -> Line:
    """Return a row to be read; notes where it holds more cells than there are columns."""
    line = Line(row.number, row.cells, form)
    width = len(form.layout.headers)
    if any(row.cells[width:]):
        message = f"The row has {len(row.cells)} cells, the headers are {width}."
        line.refuse("", "too_many_cells", message)
    return line


def digest_of(*parts: str) -> str:
    """Return a short digest of texts; the same ones in the same order give the same."""
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def _money(text: str, currency: str) -> Money:
    """An amount that names another currency than the company's keeps it."""
    try:
        return parse_money(text, currency)
    except BadMoney as error:
        try:
            return parse_money(text)
        except (BadMoney, UnknownCurrency):
            raise error from None
