"""The columns of the list: which there are, which somebody sees, and which leave first on narrow screens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.worklist.types import Sort


@dataclass(frozen=True)
class Column:
    """One column.  `width` in pixels; `weight`: the greater, the earlier it leaves when there is no room."""

    key: str
    label: str | Promise
    css: str
    width: int
    weight: int = 0
    sort: Sort | None = None


COLUMNS: Final = (
    Column("company", _("Company"), "w-company", 156, 1, Sort.COMPANY),
    Column("score", _("Score, 7 days"), "w-score", 164, 0, Sort.SCORE),
    Column("stage", _("Stage"), "w-stage", 92, 2),
    Column("due", _("What is due"), "w-state", 280, 0, Sort.DUE),
    Column("owner", _("Owner"), "w-owner", 52, 3),
    Column("type", _("Began by"), "w-type", 132, 6),
    Column("touch", _("First touch"), "w-source", 96, 5),
    Column("campaign", _("Campaign"), "w-company", 156, 6),
    Column("email", _("E-mail"), "w-mail", 200, 6),
    Column("cools", _("Cools"), "w-last num", 128, 7, Sort.COOLING),
    Column("last", _("Last act"), "w-last num", 128, 4, Sort.LAST_ACT),
)
KEYS: Final = tuple(column.key for column in COLUMNS)
USUAL: Final = ("company", "score", "stage", "due", "owner", "touch", "last")
_PICK_AND_NAME: Final = 40 + 168
# Up to so many pixels a column stays until the list is as narrow as its class says (css/leads.css).
_LEAVES: Final = ((910, "second"), (1120, "third"), (1240, "fourth"), (10_000, "fifth"))


@dataclass(frozen=True)
class Head:
    """A column as the head of the table shows it; `url` sorts by it, "" where nothing does."""

    column: Column
    leaves: str
    url: str
    direction: str  # as aria-sort has it, "" where the list is in another order


def known(keys: Iterable[str]) -> tuple[str, ...]:
    """Return those of the keys that are columns, each once, in the usual order."""
    asked = set(keys)
    return tuple(key for key in KEYS if key in asked)


def chosen(query: QueryDict, of_view: Sequence[str], of_user: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to show: those the address names, else the view's, else the user's, else the usual ones."""
    named = str(query.get("columns", "")).split(",")
    return known(named) or known(of_view) or known(of_user) or USUAL


def heads(keys: Sequence[str], query: QueryDict, sort: Sort, *, is_reversed: bool) -> list[Head]:
    columns = [column for column in COLUMNS if column.key in keys]
    leaves = _leaving(columns)
    return [
        Head(
            column,
            leaves[column.key],
            sort_url(column.sort, query, sort, is_reversed=is_reversed) if column.sort else "",
            direction_of(column.sort, sort, is_reversed=is_reversed) if column.sort else "",
        )
        for column in columns
    ]


def sort_url(by: Sort, query: QueryDict, sort: Sort, *, is_reversed: bool) -> str:
    """Return the address in the order of a head; a second click on it turns the order round."""
    asked = query.copy()
    for name in ("after", "order"):
        asked.pop(name, None)
    asked["sort"] = by.value
    if by is sort and not is_reversed:
        asked["order"] = "reversed"
    return f"?{asked.urlencode()}"


def direction_of(by: Sort, sort: Sort, *, is_reversed: bool) -> str:
    if by is not sort:
        return ""
    return "descending" if (sort in {Sort.SCORE, Sort.LAST_ACT}) is not is_reversed else "ascending"


def _leaving(columns: Sequence[Column]) -> Mapping[str, str]:
    leaves, taken = {column.key: "" for column in columns}, _PICK_AND_NAME
    for column in sorted(columns, key=lambda each: each.weight):
        taken += column.width
        if column.weight:
            leaves[column.key] = next(css for most, css in _LEAVES if taken <= most)
    return leaves
