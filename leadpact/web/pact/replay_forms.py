"""What is asked of a replay: the mode, the period, the moment looked back from, and the numbers that are tried."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from leadpact.base.text import BadTime, parse_moment
from leadpact.pact.adjusting import MOST_DAYS, Numbers, adjusted, numbers_of
from leadpact.pact.types import POINT, Pact
from leadpact.scoring.replay.types import Mode

MODES: Final = ((Mode.WHAT_IF.value, _("What if")), (Mode.AS_LIVED.value, _("As lived")))
MONTHS: Final = 12
EVER: Final = "ever"  # as the beginning of the period: everything
_MOST_POINTS: Final = 1_000_000


@dataclass(frozen=True)
class Wanted:
    """A replay as it was asked for.

    months     the period is so many months up to `as_of`, the running one too; None: it was given otherwise
    is_tried   the numbers are other than the document's
    """

    pact: Pact
    mode: Mode
    since: datetime | None
    until: datetime | None
    as_of: datetime
    months: int | None
    is_tried: bool


class Day(forms.CharField):
    """A day or a moment; days are those of the pact's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)
        self.zone: ZoneInfo | None = None

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text or text == EVER:
            return None
        try:
            return parse_moment(text, self.zone)
        except BadTime:
            raise forms.ValidationError(_("Write a day, such as 2026-03-01."), code="bad_moment") from None


class ReplayForm(forms.Form):
    """`pact` gives the numbers where none are asked for."""

    mode = forms.ChoiceField(choices=MODES, required=False)
    up = forms.DecimalField(
        required=False, min_value=0, max_value=_MOST_POINTS, decimal_places=3, label=_("Ready from, points")
    )
    down = forms.DecimalField(
        required=False, min_value=0, max_value=_MOST_POINTS, decimal_places=3, label=_("Cooled under, points")
    )
    days = forms.IntegerField(required=False, min_value=1, max_value=MOST_DAYS, label=_("An act counts, days"))
    since = Day(label=_("From"))
    until = Day(label=_("Up to, without it"))
    as_of = Day(label=_("Looking back from"))

    def __init__(self, data: Mapping[str, Any], *, pact: Pact, now: datetime, mode: Mode) -> None:
        super().__init__(data)
        self.pact, self.now, self.usual = pact, now, mode
        for name in ("since", "until", "as_of"):
            field = self.fields[name]
            if isinstance(field, Day):
                field.zone = pact.zone

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        numbers = self._numbers(found)
        if numbers.down > numbers.up:
            self.add_error("down", _("The lower mark must not lie above the upper one."))
        if found.get("since") and found.get("until") and found["since"] >= found["until"]:
            self.add_error("until", _("The period must end after it begins."))
        return found

    @cached_property
    def wanted(self) -> Wanted:
        """The replay asked for; with an error in the form, of the pact as it stands."""
        said = self.cleaned_data if self.is_valid() else {}
        numbers = self._numbers(said) if said else numbers_of(self.pact)
        # To the minute: while a mark is dragged the same moment is looked back from, so answers can be kept.
        as_of = said.get("as_of") or self.now.replace(second=0, microsecond=0)
        since, until = said.get("since"), said.get("until")
        usual = since is None and self.data.get("since") != EVER
        return Wanted(
            pact=adjusted(self.pact, numbers),
            mode=Mode(said.get("mode") or self.usual),
            since=_months_before(as_of, self.pact.zone) if usual else since,
            until=until,
            as_of=as_of,
            months=MONTHS if usual and until is None else None,
            is_tried=numbers != numbers_of(self.pact),
        )

    @cached_property
    def numbers(self) -> Numbers:
        return numbers_of(self.wanted.pact)

    def _numbers(self, said: Mapping[str, Any]) -> Numbers:
        found = numbers_of(self.pact)
        for name in ("up", "down"):
            if said.get(name) is not None:
                found = replace(found, **{name: int(said[name] * POINT)})
        return replace(found, days=said["days"]) if said.get("days") and found.days is not None else found


def _months_before(as_of: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment of the month that lies so many months back, the running one counted."""
    local = as_of.astimezone(zone)
    place = local.year * 12 + local.month - MONTHS
    return datetime(place // 12, place % 12 + 1, 1, tzinfo=zone)
