"""Companies as a list: filtered, in an order that an index has, page by page; found again by how a name begins."""

from collections.abc import Collection, Iterable
from typing import Final, cast

from django.db import connection
from django.db.models import Q, QuerySet

from leadpact.base import cursor
from leadpact.base.text import fold
from leadpact.people.models import Company, Domain
from leadpact.people.reads import company_view
from leadpact.people.types import CompanyFilter, CompanyPage, CompanySort, DomainView

ALL: Final = CompanyFilter()
LAST: Final = "\U0010ffff"  # no name goes on with it: the end of those that begin alike


def page(
    wanted: CompanyFilter = ALL,
    *,
    sort: CompanySort = CompanySort.NAME,
    after: str | None = None,
    limit: int = 50,
    within: Iterable[int | None] | None = None,
) -> CompanyPage:
    """Return one page of companies, beginning after a place that an earlier page named; raises `BadCursor`.

    within  only these; another package's question goes into the same query
    """
    rows = matching(wanted, within=within)
    if sort is CompanySort.NEWEST:
        if after is not None:
            rows = rows.filter(pk__lt=int(cursor.decode(after, int)[0]))
        rows = rows.order_by("-pk")
    else:
        if after is not None:
            key, number = cursor.decode(after, str, int)
            rows = rows.filter(name_key__gte=key).filter(Q(name_key__gt=key) | Q(pk__gt=int(number)))
        rows = rows.order_by("name_key", "pk")
    found = list(rows.prefetch_related("domains")[: limit + 1])
    shown = found[:limit]
    following = None
    if len(found) > limit:
        last = shown[-1]
        following = cursor.encode(last.pk) if sort is CompanySort.NEWEST else cursor.encode(last.name_key, last.pk)
    return CompanyPage(tuple(company_view(row) for row in shown), following)


def count(wanted: CompanyFilter = ALL, *, within: Iterable[int | None] | None = None, most: int = 10_000) -> int:
    """Return how many companies there are; counting stops one above `most`."""
    return matching(wanted, within=within).order_by()[: most + 1].count()


def matching(wanted: CompanyFilter, *, within: Iterable[int | None] | None = None) -> QuerySet[Company]:
    """Return the companies as a question, to be asked as it is or within another one."""
    rows = Company.objects.all()
    if within is not None:
        rows = rows.filter(pk__in=cast(Iterable[int], within))  # a deal may be with no company: no row has that number
    if wanted.owner is not None:
        rows = rows.filter(owner=wanted.owner)
    if wanted.nobodys:
        rows = rows.filter(owner=None)
    for word in fold(wanted.search).replace("\x00", "").split():
        named = Domain.objects.filter(name__gte=word, name__lt=word + LAST, company__isnull=False)
        rows = rows.filter(Q(name_key__contains=word) | Q(pk__in=named.values("company")))
    return rows


def numbers(wanted: CompanyFilter, *, within: Iterable[int | None] | None = None) -> QuerySet[Company, int]:
    """Return the numbers of companies as a question for another package to ask within its own."""
    return matching(wanted, within=within).order_by().values_list("pk", flat=True)


def beginning(text: str, *, limit: int = 8, within: Iterable[int] | None = None) -> list[int]:
    """Return companies whose name begins so, then those with a word further on that does, by name."""
    words = fold(text).replace("\x00", "").split()
    if not words:
        return []
    rows = Company.objects.all() if within is None else Company.objects.filter(pk__in=within)
    known = list(_begins(rows, " ".join(words)).order_by("name_key", "pk").values_list("pk", flat=True)[:limit])
    if len(known) < limit:
        held = rows.exclude(pk__in=known)
        for word in words:
            held = held.filter(Q(name_key__startswith=word) | Q(name_key__contains=f" {word}"))
        known += held.order_by("name_key", "pk").values_list("pk", flat=True)[: limit - len(known)]
    return known


def names(company_ids: Collection[int]) -> dict[int, str]:
    """Return what companies are called; those that do not exist are left out."""
    return dict(Company.objects.filter(pk__in=company_ids).values_list("pk", "name")) if company_ids else {}


def domains_of(company: int) -> list[DomainView]:
    """Return the mail domains of a company, shared ones too."""
    return [DomainView(row.name, row.shared) for row in Domain.objects.filter(company=company).order_by("name")]


def owned_by(user: int) -> list[int]:
    """Return the companies a user owns."""
    return list(Company.objects.filter(owner=user).order_by("pk").values_list("pk", flat=True))


def _begins(rows: QuerySet[Company], key: str) -> QuerySet[Company]:
    """Ask in the way the database has an index for: SQLite compares bytes, PostgreSQL has one for LIKE."""
    if connection.vendor == "sqlite":
        return rows.filter(name_key__gte=key, name_key__lt=key + LAST)
    return rows.filter(name_key__startswith=key)
