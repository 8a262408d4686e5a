"""The smaller panels of a lead's page in words: comments, buying stage, promises, where to begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.engagement.interests import BuyingStage
from leadpact.handover.comments import CommentView, Piece, pieces_of
from leadpact.ledger.types import StoredEntry
from leadpact.promises.types import PromiseView
from leadpact.team import policy
from leadpact.team.types import Member
from leadpact.web.leads.page import LeadPage
from leadpact.web.leads.sentences import PROMISES
from leadpact.web.leads.story import WRITTEN, Names, quote_of, say

PROMISES_SHOWN: Final = 8  # older ones have their receipts in the story
RECENT: Final = timedelta(days=90)
BUYING_NAMES: Mapping[BuyingStage, str | Promise] = {
    BuyingStage.LEARNING: gettext_lazy("Learning"),
    BuyingStage.COMPARING: gettext_lazy("Comparing"),
    BuyingStage.DECIDING: gettext_lazy("Deciding"),
}
BUYING_SAYS: Mapping[BuyingStage, str | Promise] = {
    BuyingStage.LEARNING: gettext_lazy("They read about the subject; these acts say so:"),
    BuyingStage.COMPARING: gettext_lazy("They look at what there is to choose from; these acts say so:"),
    BuyingStage.DECIDING: gettext_lazy("They look at what it takes to buy; these acts say so:"),
}


@dataclass(frozen=True)
class ShownComment:
    view: CommentView
    writer: Member | None
    pieces: list[Piece]
    is_own: bool


@dataclass(frozen=True)
class BuyingStep:
    label: str | Promise
    is_current: bool


@dataclass(frozen=True)
class SaidAct:
    """An act in words, with the entry behind it."""

    entry: int
    says: SafeString
    happened_at: object


@dataclass(frozen=True)
class Promised:
    """A promise of either side; `is_hidden`: what became of it is not for whoever looks."""

    promise: PromiseView
    side: str
    says: str | Promise
    is_hidden: bool


@dataclass(frozen=True)
class Start:
    """Where to begin: what they wrote themselves, or else what they looked at most."""

    quote: str
    topic: str


def panels_of(page: LeadPage) -> dict[str, object]:
    """Return what the template needs beside the page itself; the story's panels only for those who may see it."""
    told = _of_story(page) if page.may_see_story else {"first_name": ""}
    return {
        **told,
        "may_see_entries": policy.may(page.member, "ledger.see", page.subject),
        "promised": [_promised(each, page) for each in page.promises[::-1][:PROMISES_SHOWN]],
        "company_url": _company_url(page),
    }


def _of_story(page: LeadPage) -> dict[str, object]:
    buying = page.buying
    return {
        "first_name": (page.person.name.split() or [_("Prospect")])[0],
        "comments": [_comment(each, page) for each in page.comments],
        "most_acts": max((each.acts for each in page.interests), default=1),
        "buying_steps": [BuyingStep(name, buying is not None and stage is buying.stage)
                         for stage, name in BUYING_NAMES.items()],
        "buying_says": BUYING_SAYS[buying.stage] if buying else "",
        "buying_acts": _acts(page),
        "start": _start(page),
    }  # fmt: skip


def _acts(page: LeadPage) -> list[SaidAct]:
    if page.buying is None:
        return []
    names = Names(users={}, teams={}, reasons={})
    stored = {each.id: each for each in page.entries}
    return [
        SaidAct(act.entry, say(stored[act.entry], names), act.happened_at)
        for act in page.buying.because
    ]  # fmt: skip


def _comment(view: CommentView, page: LeadPage) -> ShownComment:
    kind, _colon, number = view.by.partition(":")
    writer = page.members.get(int(number)) if kind == "user" else None
    names = {each: member.name for each, member in page.members.items()}
    is_own = writer is not None and writer.id == page.member.id
    return ShownComment(view, writer, pieces_of(view.text, names) if view.text else [], is_own)


def _promised(promise: PromiseView, page: LeadPage) -> Promised:
    side = promise.owed_by_side if promise.owed_by_side in {"marketing", "sales"} else "sales"
    says = PROMISES.get(promise.kind, promise.kind)
    return Promised(promise, side, says, page.discretion.hides(promise, page.now))


def _start(page: LeadPage) -> Start | None:
    """What whoever calls them should know first."""
    words = next((said for each in page.entries if (said := _written(each, page))), "")
    topic = page.interests[0].topic if page.interests else ""
    return Start(words, topic) if words or topic else None


def _written(entry: StoredEntry, page: LeadPage) -> str:
    is_recent = page.now - entry.happened_at < RECENT
    return quote_of(entry) if entry.kind in WRITTEN and is_recent and entry.id not in page.voided else ""


def _company_url(page: LeadPage) -> str:
    """The company's page, where there is one and whoever looks may see it."""
    if page.person.company is None or not policy.may(page.member, "company.see"):
        return ""
    try:
        return reverse("company", args=[page.person.company])
    except NoReverseMatch:
        return ""
