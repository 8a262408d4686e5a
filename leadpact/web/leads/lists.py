"""The list of leads: ready-made and saved views, filters in the address, pages by key, the same as a spreadsheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from leadpact.capture import reads as capture
from leadpact.team import policy
from leadpact.team.types import Member, Side
from leadpact.web.leads import columns, undoing
from leadpact.web.leads.columns import Head
from leadpact.web.leads.filters import (
    CHANNEL_NAMES,
    TYPE_NAMES,
    WITHIN,
    Asked,
    Names,
    asked_of,
    chips_of,
    kept_query,
    tabs_of,
)
from leadpact.web.leads.reach import line_for, sees_every_delay, sees_everybody
from leadpact.web.leads.strip import SIDES, STAGE_NAMES
from leadpact.web.shell.access import member_of, members_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response
from leadpact.web.shell.thresholds import say_points
from leadpact.web.shell.wording import translated
from leadpact.worklist import keeping
from leadpact.worklist import reads as worklist
from leadpact.worklist.types import Kept, KeptView, Line, Page, Sort, View

PAGE: Final = 50
COUNTED: Final = 5_000  # beyond, a page says "more than"


@dataclass(frozen=True)
class Row:
    """A line as the table shows it."""

    line: Line
    stage: str
    side: str
    owner: Member | None
    type: str
    channel: str
    campaign: str
    wait_until: date | None  # a day ahead that sales asked marketing to wait for


@require_GET
@needs("lead.see")
def leads(request: HttpRequest) -> HttpResponse:
    member, now = member_of(request), now_of(request)
    kept = keeping.kept_for(member.id, is_one_of_us=sees_everybody(member))
    better = _better_address(request.GET, kept)
    if better is not None:
        return HttpResponseRedirect(f"/leads/?{better}")
    asked = asked_of(request.GET, member, now, zone=settings_of(request).zone)
    page = worklist.lines(
        asked.wanted, sort=asked.sort, is_reversed=asked.is_reversed, after=request.GET.get("after"), limit=PAGE,
        count_to=COUNTED + 1, late_at=None if asked.search else now, visible_owners=policy.visible_owners(member),
    )  # fmt: skip
    page = _without_others_delays(page, asked, member)
    names = _names(request, asked, page)
    saved = kept.view(_number(request.GET.get("saved", "")))
    keys = columns.chosen(request.GET, saved.columns if saved else (), kept.columns)
    heads = columns.heads(keys, request.GET, asked.sort, is_reversed=asked.is_reversed)
    context = {
        "asked": asked,
        "rows": [_row(line_for(line, member), names) for line in page.lines],
        "columns": keys,
        "name_head": _name_head(request.GET, asked),
        "heads": heads,
        "cells": [(head.column.key, head.leaves) for head in heads],
        "next": page.next or "",
        **_said(len(page.lines), page),
        "tabs": tabs_of(asked),
        "chips": chips_of(asked, names, request.GET),
        "filters": _filters(names, member),
        "takers": takers(names.members),
        "undo": undoing.offered(request),
        "may_pick": bool({"lead.assign", "lead.note", "lead.answer"} & _verbs(member)),
        **_kept_context(request.GET, kept, saved, member),
    }
    return render(request, "leads/list.html", context)


def _without_others_delays(page: Page, asked: Asked, member: Member) -> Page:
    """How many are past due is told of one's own leads, and to whom every delay is told."""
    mine = asked.wanted.owner == member.id or asked.view in (View.MINE, View.OFFERED_TO_ME)
    return page if mine or sees_every_delay(member) else replace(page, late=0)


def _better_address(query: QueryDict, kept: Kept) -> str | None:
    """Return where a bare address leads: to the view it names or opens with; and fields left empty leave it."""
    if set(query) <= {"saved"}:
        number = _number(str(query["saved"])) if "saved" in query else kept.opens_with
        view = kept.view(number or 0)
        return f"{view.query}&saved={view.id}" if view else None
    if any(value == "" for value in query.values()):
        filled = QueryDict(mutable=True)
        filled.update({name: str(value) for name, value in query.items() if value != ""})
        return filled.urlencode() or "view=all"
    return None


def _kept_context(query: QueryDict, kept: Kept, saved: KeptView | None, member: Member) -> dict[str, object]:
    """What the page shows of saved views: the one that is open, whether it looks different by now, and the others."""
    named = columns.known(str(query.get("columns", "")).split(","))
    is_changed = saved is not None and (kept_query(query) != saved.query or (bool(named) and named != saved.columns))
    return {
        "kept": kept,
        "saved": saved,
        "is_changed": is_changed,
        "is_mine": saved is not None and saved.owner == member.id,
        "kept_query": kept_query(query),
        "named_columns": ",".join(named),
        "may_share": sees_everybody(member),
        "all_columns": columns.COLUMNS,
    }


@require_GET
@needs("export.run")
def leads_csv(request: HttpRequest) -> HttpResponseBase:
    """The whole list that the page shows the beginning of, in its order; only what whoever asks may see."""
    member, now = member_of(request), now_of(request)
    asked = asked_of(request.GET, member, now, zone=settings_of(request).zone)
    names = names_for(request)
    found = worklist.every(
        asked.wanted, sort=asked.sort, is_reversed=asked.is_reversed, visible_owners=policy.visible_owners(member)
    )
    lines = (line_for(line, member) for line in found)
    head = (
        _("Name"), _("Job title"), _("E-mail"), _("Company"), _("Stage"), _("Score"), _("7 days ago"), _("Owner"),
        _("Due"), _("What is due"), _("Last act"), _("Last act at"), _("Began by"), _("First touch"), _("Campaign"),
        _("Cools at"), _("Not before"),
    )  # fmt: skip
    return csv_response("leads", head, _cells(lines, names, request))


def _cells(lines: Iterator[Line], names: Names, request: HttpRequest) -> Iterator[tuple[object, ...]]:
    zone = settings_of(request).zone

    def local(moment: datetime | None) -> str:
        return moment.astimezone(zone).isoformat(sep=" ", timespec="minutes") if moment else ""

    for line in lines:
        last_act = ": ".join(part for part in (translated(line.last_act), line.last_act_detail) if part)
        row = _row(line, names)
        yield (
            line.name, line.title, line.email, line.company_name, row.stage, _whole(line.score),
            _whole(line.score_week_ago), row.owner.name if row.owner else "", local(line.due_at), line.due_what,
            last_act, local(line.last_act_at), row.type, row.channel, row.campaign, local(line.below_down_at),
            line.recycle_until.isoformat() if line.recycle_until else "",
        )  # fmt: skip


def _whole(milli: int) -> object:
    """Whole points as a number that a spreadsheet can add up."""
    return milli // 1000 if milli % 1000 == 0 else say_points(milli)


def takers(members: Mapping[int, Member]) -> list[Member]:
    """Those whom a lead can be given to."""
    return [each for each in members.values() if each.is_active and each.side in (Side.SALES, Side.PARTNER)]


def _row(line: Line, names: Names) -> Row:
    return Row(
        line,
        str(STAGE_NAMES[line.stage]),
        SIDES.get(line.stage, ""),
        names.members.get(line.owner or 0),
        str(TYPE_NAMES.get(line.type, line.type)),
        str(CHANNEL_NAMES.get(line.channel, line.channel)),
        names.campaigns.get(line.campaign or 0, ""),
        line.recycle_until if line.recycle_until is not None and line.recycle_until > names.today else None,
    )


def _names(request: HttpRequest, asked: Asked, page: Page) -> Names:
    company = next((line.company_name for line in page.lines), "") if asked.wanted.company else ""
    return replace(names_for(request), company=company)


def names_for(request: HttpRequest) -> Names:
    """Read how users and campaigns are called."""
    return Names(
        members_of(request),
        {each.id: each.name for each in capture.campaigns()},
        now_of(request).astimezone(settings_of(request).zone).date(),
    )


def _said(here: int, page: Page) -> dict[str, object]:
    """How many there are, in words; beyond a bound nobody counts them for a page."""
    found, total = _how_many(here, page.total), page.total
    ready = ngettext("%(n)s is ready for sales.", "%(n)s are ready for sales.", page.ready) % {"n": _up_to(page.ready)}
    late = ngettext("%(n)s is past due.", "%(n)s are past due.", page.late) % {"n": _up_to(page.late)}
    told = [ready] if 0 < page.ready != total else []
    told += [late] if page.late else []
    return {**found, "lede": " ".join([found["lede"], *told])}


def _up_to(n: int) -> str:
    return f"{n:,}" if n <= COUNTED else _("More than %(most)s") % {"most": f"{COUNTED:,}"}


def _how_many(here: int, total: int) -> dict[str, str]:
    if total > COUNTED:
        most = {"here": here, "most": f"{COUNTED:,}"}
        return {
            "shown": _("%(here)s of more than %(most)s leads") % most,
            "lede": _("More than %(most)s leads here.") % most,
        }
    words = {"here": here, "total": f"{total:,}"}
    return {
        "shown": ngettext("%(here)s of %(total)s lead", "%(here)s of %(total)s leads", total) % words,
        "lede": ngettext("%(total)s lead here.", "%(total)s leads here.", total) % words,
    }


def _name_head(query: QueryDict, asked: Asked) -> Head:
    by = Sort.NAME
    return Head(
        columns.Column("name", _("Lead"), "w-lead", 0, sort=by),
        "",
        columns.sort_url(by, query, asked.sort, is_reversed=asked.is_reversed),
        columns.direction_of(by, asked.sort, is_reversed=asked.is_reversed),
    )


def _verbs(member: Member) -> set[str]:
    return {verb for verb in policy.VERBS if policy.may(member, verb)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _filters(names: Names, member: Member) -> dict[str, object]:
    """What the form of filters offers; a partner has nobody else's leads to choose from."""
    sees_all = sees_everybody(member)
    return {
        "stages": [(stage.value, str(name)) for stage, name in STAGE_NAMES.items()],
        "types": list(TYPE_NAMES.items()),
        "owners": [each for each in names.members.values() if each.is_active] if sees_all else [],
        "campaigns": list(names.campaigns.items()) if sees_all else [],
        "within": [(str(days), ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in WITHIN],
    }
