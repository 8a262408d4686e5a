"""The sentences under the title: what waits, the most urgent first."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadpact.web.shell.moments import say_due_moment
from leadpact.web.today.page import Today
from leadpact.web.today.sections import Concern
from leadpact.worklist.urgent import Part


@dataclass(frozen=True)
class Sentence:
    """`tone`: past or soon, or "" for a plain one."""

    text: str
    tone: str = ""


def sentences_of(page: Today) -> list[Sentence]:
    """Return what waits in whole sentences; one that says so where nothing does."""
    said = [
        sentence
        for sentence in (
            _offers(page),
            _late(page),
            _steps(page),
            _disputes(page),
            _became(page),
            _review(page),
            _to_put_right(page),
        )
        if sentence
    ]
    if said:
        return said
    if page.shows.is_overview:
        return [Sentence(_("How both sides keep the pact, and what came of it."))]
    return [Sentence(_("Nothing waits for you."))]


def _offers(page: Today) -> Sentence | None:
    offers = page.part(Part.OFFERS)
    if not offers.total:
        return None
    due = offers.lines[0].line.due_at
    words = {"n": offers.total, "due": say_due_moment(due, page.now, page.ours.zone) if due else ""}
    if due is None:
        said = ngettext("%(n)s offer waits for your answer.", "%(n)s offers wait for your answer.", offers.total)
    elif due < page.now:
        said = ngettext(
            "%(n)s offer waits for your answer, due since %(due)s.",
            "%(n)s offers wait for your answer, the first due since %(due)s.",
            offers.total,
        )
        return Sentence(said % words, "past")
    else:
        said = ngettext(
            "%(n)s offer waits for your answer until %(due)s.",
            "%(n)s offers wait for your answer, the first until %(due)s.",
            offers.total,
        )
    return Sentence(said % words)


def _late(page: Today) -> Sentence | None:
    """What is past due of one's own promises to follow up, as far as the list shows."""
    lines = page.part(Part.FOLLOW_UP).lines
    late = sum(1 for each in lines if each.line.due_at and each.line.due_at < page.now)
    if not late:
        return None
    said = ngettext("%(n)s promise is past due.", "%(n)s promises are past due.", late)
    return Sentence(said % {"n": late}, "past")


def _steps(page: Today) -> Sentence | None:
    n = page.steps_in_all
    return (
        Sentence(ngettext("%(n)s deal needs a next step.", "%(n)s deals need a next step.", n) % {"n": n})
        if n
        else None
    )


def _became(page: Today) -> Sentence | None:
    n = page.answered_lately
    if not n:
        return None
    said = ngettext(
        "Since yesterday something became of %(n)s lead handed over.",
        "Since yesterday something became of %(n)s leads handed over.",
        n,
    )
    return Sentence(said % {"n": n})


def _to_put_right(page: Today) -> Sentence | None:
    n = len(page.put_right)
    said = ngettext("%(n)s thing wants to be put right.", "%(n)s things want to be put right.", n)
    return Sentence(said % {"n": n}, "soon") if n else None


def _disputes(page: Today) -> Sentence | None:
    n = page.disputes.total
    if not n or page.shows.disputes not in {Concern.ALL, Concern.GIVEN}:
        return None
    said = ngettext("%(n)s dispute is open.", "%(n)s disputes are open.", n) % {"n": n}
    due = page.disputes.oldest[0].due_at
    return Sentence(said, "past" if due is not None and due < page.now else "")


def _review(page: Today) -> Sentence | None:
    if not page.shows.reviews or not page.is_review_past:
        return None
    return Sentence(_("The pact is to be looked at again."), "soon")
