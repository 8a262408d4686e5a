"""The promises of both sides in a month, as the pact says them, with what became of those that were due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.loop.today import Kept, Summary
from leadpact.pact.types import Pact, PromiseKind, PromiseTerm, Side
from leadpact.web.loop.cards import say_share
from leadpact.web.shell.moments import say_amount


@dataclass(frozen=True)
class Goal:
    """One promise.

    figure   the share kept, or how many of those promised
    width    per cent of the bar
    tone     kept, past, or "" while nothing was due
    """

    title: str
    figure: str
    width: str
    tone: str
    says: str
    url: str


@dataclass(frozen=True)
class Promised:
    """What one side promised the other; the same words for both teams."""

    side: str
    title: str
    goals: tuple[Goal, ...]


def promised_of(pact: Pact, summary: Summary) -> tuple[Promised, ...]:
    """Return what both sides promised, marketing first; a side that promised nothing is left out."""
    titles = {
        Side.MARKETING: _("Marketing promised sales"),
        Side.SALES: _("Sales promised marketing"),
        Side.PARTNER: _("Partners promised marketing"),
    }
    found = {(each.side, each.kind): each for each in summary.promises}
    offered = next(number.n for number in summary.five if number.key == "qualified_leads")
    groups = []
    for side, title in titles.items():
        terms = [term for term in pact.promises if term.owed_by == side]
        goals = tuple(_goal(term, found, offered) for term in terms)
        if goals:
            groups.append(Promised("sales" if side is Side.PARTNER else side.value, title, goals))
    return tuple(groups)


def say_mine(mine: Sequence[Kept]) -> str:
    """Return how somebody kept their own promises, "" where none was due; for their eyes only."""
    kept, due = sum(each.kept for each in mine), sum(each.due for each in mine)
    words = {"kept": kept, "due": due}
    return (
        ngettext("You kept %(kept)s of %(due)s promise.", "You kept %(kept)s of %(due)s promises.", due) % words
        if due
        else ""
    )


def _goal(term: PromiseTerm, found: Mapping[tuple[str, str], Kept], offered: int) -> Goal:
    if term.kind is PromiseKind.VOLUME:
        return _volume(term, offered)
    kept = found.get((term.owed_by.value, term.kind.value), Kept(term.owed_by.value, term.kind.value, 0, 0))
    missed = kept.due - kept.kept
    url = f"{reverse('loop_rows', args=['promises'])}?" + urlencode(
        {"period": "month", "side": kept.side, "kind": kept.kind}
    )
    if not kept.due:
        return Goal(_title(term), _("none due"), "0", "", _("Nothing was due so far."), url)
    share, words = Decimal(kept.kept) / kept.due, {"kept": kept.kept, "due": kept.due, "missed": missed}
    if missed:
        says = ngettext(
            "%(kept)s of %(due)s kept, %(missed)s was missed",
            "%(kept)s of %(due)s kept, %(missed)s were missed",
            missed,
        )
    else:
        says = ngettext("The one that was due was kept", "All %(due)s that were due were kept", kept.due)
    return Goal(_title(term), say_share(share), f"{share * 100:.1f}", "past" if missed else "kept", says % words, url)


def _volume(term: PromiseTerm, offered: int) -> Goal:
    wanted = term.count or 0
    share = min(Decimal(offered) / wanted, Decimal(1)) if wanted else Decimal(0)
    says = ngettext("%(n)s more to go this month", "%(n)s more to go this month", wanted - offered) % {
        "n": wanted - offered
    }
    return Goal(
        _("Leads ready for sales"),
        _("%(offered)s of %(wanted)s") % {"offered": offered, "wanted": wanted},
        f"{share * 100:.1f}",
        "kept" if offered >= wanted else "",
        _("Kept for this month") if offered >= wanted else says,
        f"{reverse('loop_rows', args=['qualified_leads'])}?{urlencode({'period': 'month'})}",
    )


def _title(term: PromiseTerm) -> str:
    words = {"amount": say_amount(term.amount), "count": term.count}
    match term.kind:
        case PromiseKind.OFFER:
            return _("Offer within %(amount)s of the act") % words
        case PromiseKind.ANSWER:
            return _("Answer within %(amount)s") % words
        case PromiseKind.ATTEMPTS:
            said = ngettext(
                "%(count)s attempt within %(amount)s", "%(count)s attempts within %(amount)s", term.count or 0
            )
            return said % words
        case PromiseKind.DISPUTE:
            return _("Answer a dispute within %(amount)s") % words
        case _:
            return _("Feedback within %(amount)s") % words
