"""Reports whose rows are mostly persons who were never handed over: counted, and paged, without reading each.

A look counts their rows by an index, part by part of the period; the rows of pursuits are read as always.  A page of
the newest rows reads no further back than it must.  Tests hold both equal to the rows themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from leadpact.base.query_file import QueryFile, read_query
from leadpact.handover.types import Stage
from leadpact.loop import running
from leadpact.loop.running import Count, Param
from leadpact.loop.types import Cell, Where

COUNTS: Final = Path(__file__).parent / "person_sql"
NEWEST: Final = Path(__file__).parent / "newest_sql"
REPORTS: Final = ("funnel", "stages_reached")
_PURSUITS: Final = {"of": "pursuits"}
_BEFORE_OFFER: Final = (Stage.ANONYMOUS, Stage.CONTACT, Stage.LEAD, Stage.READY)
_STAGES: Final[Mapping[str, tuple[Stage, ...]]] = {"funnel": _BEFORE_OFFER, "stages_reached": (Stage.LEAD,)}
_TICK: Final = timedelta(microseconds=1)


def parts_of(count: Count) -> list[Count]:
    """Return what to count instead of a report's rows, whose sums come to the same."""
    name = count.asked.name
    if name not in REPORTS:
        return [count]
    known = {column.name for column in _query(COUNTS, name).columns}
    if not {*count.by, *(count.where or {}), count.value} <= known:
        return [count]
    pursuits = replace(count, params={**count.params, **_PURSUITS})
    return [pursuits, *_persons(count)] if _holds_persons(name, count.where or {}) else [pursuits]


def narrowed(name: str, params: Mapping[str, Param], where: Where, *, last: Cell, limit: int) -> Mapping[str, Param]:
    """Return the stretch of the period in which the newest rows of a report are, `limit` of them or all there are.

    last   when the row lies after which they begin; None: with the newest
    """
    if name not in REPORTS:
        return params
    since, before, until = params["since"], params["until"], params["until"]
    if isinstance(last, datetime):
        before, until = last, last + _TICK  # rows of that very moment may be wanted still
    if params["visible_owners"] is None and _holds_persons(name, where):
        asked = {**params, "until": before, "stage": where.get("stage"), "limit": limit}
        (found,) = running.rows(_query(NEWEST, name), asked)
        moment = found["moment"]
        since = since if moment is None else moment
    return {**params, "since": since, "until": until}


def _persons(count: Count) -> Sequence[Count]:
    """Return a count for each part of the period: an index knows a stretch of time at once."""
    begins = [count.params["since"], *count.starts]
    ends = [*count.starts, count.params["until"]]
    asked = _query(COUNTS, count.asked.name)
    return [
        replace(
            count, asked=asked, params={**count.params, "since": begin, "until": end}, starts=(), place=place,
            rows="persons", dated="",
        )
        for place, (begin, end) in enumerate(zip(begins, ends, strict=True))
    ]  # fmt: skip


def _holds_persons(name: str, where: Where) -> bool:
    """Say whether persons can be among the rows: they have a stage, and nothing else is known of them."""
    stage = where.get("stage")
    return all(value is None for column, value in where.items() if column != "stage") and (
        "stage" not in where or stage in _STAGES[name]
    )


@lru_cache(maxsize=8)
def _query(folder: Path, name: str) -> QueryFile:
    return read_query(folder / f"{name}.sql")
