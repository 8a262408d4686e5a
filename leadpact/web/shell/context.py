"""What the layout needs on every page; read only when a template asks for it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest

from leadpact.team import reads
from leadpact.team.policy import VERBS, Verb, may
from leadpact.team.types import CompanySettings, Member
from leadpact.web.shell import access, counts, navigation
from leadpact.web.shell.navigation import NavItem
from leadpact.web.shell.sample import Sample, sample_at
from leadpact.web.shell.showing import kept_ways
from leadpact.web.shell.theme import Theme, theme_of
from leadpact.web.shell.thresholds import Thresholds, thresholds_of


@dataclass(frozen=True)
class Shell:
    """`shell` in every template.  Lazy: a page that shows no sidebar asks the database nothing."""

    request: HttpRequest

    @cached_property
    def member(self) -> Member | None:
        return access.member_of(self.request) if self.request.user.is_authenticated else None

    @property
    def settings(self) -> CompanySettings:
        return access.settings_of(self.request)

    @property
    def now(self) -> datetime:
        return access.now_of(self.request)

    @property
    def theme(self) -> Theme:
        return theme_of(self.request)

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        """What the member may do to something at least; a button that can do nothing is not shown."""
        return frozenset(verb for verb in VERBS if self.member and may(self.member, verb))

    @cached_property
    def thresholds(self) -> Thresholds:
        return thresholds_of(self.request, self.now)

    @cached_property
    def sample(self) -> Sample | None:
        return sample_at(self.now)

    @cached_property
    def nav(self) -> list[NavItem]:
        if self.member is None:
            return []
        return navigation.items(self.member, self.request.path, self.counts, kept_ways(self.request))

    @cached_property
    def counts(self) -> dict[str, int]:
        kept = access.kept_waiting(self.request)
        if kept is not None:
            return kept
        return counts.waiting_for(self.member, self.now, self.settings.zone) if self.member else {}

    @property
    def waiting(self) -> int:
        """Offers that wait for the member's answer."""
        return self.counts.get("leads", 0)

    @cached_property
    def unread(self) -> int:
        kept = access.kept_unread(self.request)
        return kept if kept is not None else reads.unread_count(self.member.id) if self.member else 0


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": Shell(request)}
