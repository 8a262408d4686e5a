"""Which held-back events the address of the list asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.engagement.types import HeldFilter, State, Why

STATES: Mapping[State, str | Promise] = {
    State.HELD: _("Held back"),
    State.RELEASED: _("Released"),
    State.DISCARDED: _("Discarded"),
}
LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """What nobody understands of an address is left out."""

    wanted: HeldFilter
    day: str = ""

    @property
    def is_narrowed(self) -> bool:
        some = (self.wanted.source, self.wanted.why, self.wanted.name, self.wanted.since)
        return any(each is not None for each in some) or bool(self.wanted.words)


def asked_of(said: QueryDict, zone: ZoneInfo) -> Asked:
    state = {each.value: each for each in State}.get(said.get("state", ""), State.HELD)
    why = {each.value: each for each in Why}.get(said.get("reason", ""))
    source = said.get("source", "")
    day, since, until = said.get("day", ""), None, None
    try:
        first = datetime.combine(datetime.fromisoformat(day).date(), time(), zone)
        since, until = first, datetime.combine(first.date() + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        day = ""
    hour = _hour(said.get("hour", ""))
    if hour is not None:
        since, until = hour, hour + timedelta(hours=1)
    if said.get("outcome") == "conflict":
        why = Why.SAME_ID_OTHER_CONTENT
    wanted = HeldFilter(
        state=state,
        source=int(source) if source.isdecimal() and len(source) < 18 else None,
        why=why,
        name=said.get("name") or None,
        since=since,
        until=until,
        words=said.get("q", "").strip()[:LONGEST],
    )
    return Asked(wanted, day)


def _hour(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
