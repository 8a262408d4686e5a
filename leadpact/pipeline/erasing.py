"""Erasure: deals stay with their amounts, stages and times; words that name the person go."""

from collections.abc import Collection

from leadpact.base.mentions import Mentions
from leadpact.ledger.containing import rows_naming
from leadpact.pipeline.models import Deal, DealPerson


def deals_of(persons: Collection[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the deals these persons' rows alone have a part in, and those with others."""
    asked = set(persons)
    theirs = DealPerson.objects.filter(person__in=asked).values("deal")
    members = set(DealPerson.objects.filter(deal__in=theirs).values_list("deal", "person"))
    mine, shared = {deal for deal, _ in members}, {deal for deal, person in members if person not in asked}
    return tuple(sorted(mine - shared)), tuple(sorted(shared))


def erase(persons: Collection[int], mentions: Mentions) -> None:
    """Take the words of deals: of those that concern these persons alone all notes, elsewhere those that name them."""
    alone, _shared = deals_of(persons)
    Deal.objects.filter(pk__in=alone).update(note="", next_step="")
    for deal in rows_naming(Deal.objects.all(), ["title", "next_step", "note"], mentions):
        title = f"Deal {deal.pk}" if mentions.within(deal.title) else deal.title
        next_step = "" if mentions.within(deal.next_step) else deal.next_step
        note = "" if mentions.within(deal.note) else deal.note
        search = title.casefold() if title != deal.title else deal.search
        Deal.objects.filter(pk=deal.pk).update(title=title, next_step=next_step, note=note, search=search)
    DealPerson.objects.filter(person__in=persons).update(role="")
