"""Pages of what is few enough to be read whole: begun after the place of the last row, as longer lists are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from ninja import Field, Schema

from leadpact.base import cursor
from leadpact.base.cursor import Place

Limit = Annotated[int, Field(ge=1, le=200)]


class Paged(Schema):
    """`after`: the `next` of the page before."""

    after: str = ""
    limit: Limit = 50


@dataclass(frozen=True)
class Some[T]:
    items: list[T]
    next: str | None


def some_of[T](
    rows: Iterable[T], place: Callable[[T], Place], *kinds: type[int] | type[str], asked: Paged, downwards: bool = False
) -> Some[T]:
    """Return a page in the order of the rows' places, which are of these kinds; raises `BadCursor`."""
    ordered = sorted(rows, key=place, reverse=downwards)
    if asked.after:
        start = cursor.decode(asked.after, *kinds)
        ordered = [row for row in ordered if (place(row) < start if downwards else place(row) > start)]
    shown = ordered[: asked.limit]
    return Some(shown, cursor.encode(*place(shown[-1])) if len(ordered) > asked.limit else None)
