"""What the address of a report asks: its period, and which rows; each filter is a chip that can be taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.capture import reads as capture
from leadpact.capture.types import CampaignView, Channel
from leadpact.loop.catalogue import REPORTS
from leadpact.loop.types import Where
from leadpact.pact.types import LeadType
from leadpact.team import reads as team
from leadpact.team.types import CompanySettings
from leadpact.web.leads.sentences import PROMISES
from leadpact.web.leads.strip import STAGE_NAMES
from leadpact.web.loop.periods import Chosen, chosen_of

NONE: Final = "none"  # in an address: not known
LABELS: Mapping[str, str | Promise] = {
    "type": gettext_lazy("Lead type"),
    "channel": gettext_lazy("Channel"),
    "campaign": gettext_lazy("Campaign"),
    "team": gettext_lazy("Team"),
    "side": gettext_lazy("Owed by"),
    "kind": gettext_lazy("Promise"),
    "outcome": gettext_lazy("Outcome"),
    "stage": gettext_lazy("Stage"),
    "currency": gettext_lazy("Currency"),
    "what": gettext_lazy("Change"),
}
MENU: Final = ("type", "channel", "campaign", "team")
SIDES: Mapping[str, str | Promise] = {
    "marketing": gettext_lazy("Marketing"), "sales": gettext_lazy("Sales"), "partner": gettext_lazy("Partner"),
}  # fmt: skip
CHANGES: Mapping[str, str | Promise] = {
    "opened": gettext_lazy("Opened"), "reopened": gettext_lazy("Reopened"),
    "amount changed": gettext_lazy("Amount changed"), "won": gettext_lazy("Won"), "lost": gettext_lazy("Lost"),
}  # fmt: skip
OUTCOMES: Mapping[str, str | Promise] = {"kept": gettext_lazy("kept"), "missed": gettext_lazy("missed")}
_WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "side": SIDES, "kind": PROMISES, "outcome": OUTCOMES, "what": CHANGES,
    "stage": {stage.value: name for stage, name in STAGE_NAMES.items()},
}  # fmt: skip
_MOST_CAMPAIGNS: Final = 300  # in a menu; more are found through the rows
_LONGEST: Final = 200


@dataclass(frozen=True)
class Filter:
    """One condition in force, and the address without it."""

    name: str
    label: str | Promise
    value: str
    without: str


@dataclass(frozen=True)
class Menu:
    """One choice of the form that adds filters."""

    name: str
    label: str | Promise
    options: Sequence[tuple[str, str | Promise]]
    value: str


@dataclass(frozen=True)
class Asked:
    """The period, and the conditions that the rows of the page's reports can be chosen by.

    columns   what they can be chosen by
    """

    chosen: Chosen
    where: Where
    columns: tuple[str, ...]

    @property
    def filters(self) -> list[Filter]:
        return [
            Filter(name, LABELS[name], self.say(name, value), f"?{urlencode(self._without(name))}")
            for name, value in self.where.items()
        ]

    @property
    def has_menus(self) -> bool:
        return bool(set(MENU) & set(self.columns))

    @property
    def menus(self) -> list[Menu]:
        return [
            Menu(name, LABELS[name], self._options(name), self.chosen.kept.get(name, ""))
            for name in MENU
            if name in self.columns
        ]

    @property
    def beside_menus(self) -> list[tuple[str, str]]:
        """What the form that adds filters passes on."""
        return [(name, value) for name, value in self.chosen.kept.items() if name not in MENU]

    def say(self, name: str, value: str | None) -> str:
        """Return a value of a column as people say it."""
        if not value:
            return _("not known")
        if name == "campaign":
            return dict(self.campaigns).get(value, value)
        if name == "team":
            return dict(self.teams).get(value, value)
        return str(_WORDS.get(name, {}).get(value, "")) or (value if name == "currency" else value.capitalize())

    def query(self, **more: str | None) -> str:
        """The query of this page with conditions more, changed, or with None left out."""
        said = {"period": self.chosen.name, **self.chosen.kept} | more
        return urlencode({name: value for name, value in said.items() if value is not None})

    @cached_property
    def _known(self) -> list[CampaignView]:
        return capture.campaigns()

    @property
    def campaigns(self) -> list[tuple[str, str]]:
        return [(str(each.id), each.name) for each in self._known]

    @cached_property
    def teams(self) -> list[tuple[str, str]]:
        return [(str(each.id), each.name) for each in team.teams()]

    def _options(self, name: str) -> Sequence[tuple[str, str | Promise]]:
        none: list[tuple[str, str | Promise]] = [(NONE, _("not known"))]
        if name == "type":
            return [*((each.value, each.value.capitalize()) for each in LeadType), *none]
        if name == "channel":
            own = {each.channel for each in self._known} | {self.chosen.kept.get("channel", "")}
            known = [*(each.value for each in Channel), *sorted(own - {*Channel, NONE, ""})]
            return [*((each, each.capitalize()) for each in known), *none]
        return [*self.teams, *none] if name == "team" else [*self.campaigns[:_MOST_CAMPAIGNS], *none]

    def _without(self, name: str) -> dict[str, str]:
        return {"period": self.chosen.name} | {key: value for key, value in self.chosen.kept.items() if key != name}


def asked_of(query: QueryDict, keys: Sequence[str], *, now: datetime, ours: CompanySettings) -> Asked:
    """Read an address; conditions that no rows of these reports can be chosen by are left out.  Raises `BadPeriod`."""
    columns = tuple(dict.fromkeys(column for key in keys for column in REPORTS[key].narrowed))
    kept = {name: value for name in columns if (value := query.get(name, "").strip()[:_LONGEST].replace("\0", ""))}
    first, last = query.get("from", ""), query.get("to", "")
    period = f"{first or last} to {last or first}" if first or last else query.get("period", "")
    chosen = chosen_of(period, now, ours, kept)
    where = {name: None if value == NONE else value for name, value in kept.items()}
    return Asked(chosen, where, columns)
