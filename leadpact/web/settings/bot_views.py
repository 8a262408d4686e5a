"""Hits that machines made: which rules hold, what other rules would change, and judging the past by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.engagement import bots as rules
from leadpact.engagement import judging as verdicts
from leadpact.engagement.bots import REASON, BotRules
from leadpact.engagement.judging import Change
from leadpact.flow import judging
from leadpact.flow.judging import Preview
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.people.types import PersonView
from leadpact.team import policy
from leadpact.web.settings.bot_words import label_of, said_of
from leadpact.web.shell.access import actor_of, check, member_of, needs, now_of, settings_of
from leadpact.web.shell.machines import RULES, say_rule
from leadpact.web.shell.spreadsheet import csv_response

LOOKED_AT: Final = 20_000  # of the newest entries, for the page; the command looks at all
SHOWN: Final = 50
MOST: Final = 100_000  # lines of a file


@dataclass(frozen=True)
class Row:
    """One hit whose verdict changed or would change."""

    entry: int
    what: str
    happened_at: datetime
    is_void: bool
    why: str


@dataclass(frozen=True)
class Would:
    """What a version would change, for the page."""

    found: Preview
    by_rule: list[tuple[str, int, int]]
    rows: list[Row]
    gained: list[PersonView]
    lost: list[PersonView]


@require_GET
@needs("arrival.see")
def bots(request: HttpRequest) -> HttpResponse:
    held, done = verdicts.in_force(), verdicts.judgings()
    asked = _version(request.GET.get("rules", ""))
    context = {
        "versions": [(each, said_of(each)) for each in rules.VERSIONS.values()],
        "held": held,
        "running": next((each for each in done if each.finished_at is None), None),
        "done": done,
        "changed": [_told(each) for each in verdicts.changed_by(done[0], limit=SHOWN)] if done else [],
        "asked": asked,
        "would": _would(asked, request) if asked else None,
        "looked_at": LOOKED_AT,
    }
    return render(request, "settings/bots.html", context)


@require_GET
@needs("arrival.see")
def would_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    asked = _version(request.GET.get("rules", ""))
    if asked is None:
        raise Http404
    found, _whole = verdicts.preview(asked.version, limit=LOOKED_AT)
    return _csv(f"machines-version-{asked.version}", (_row(each) for each in found.changes), request)


@require_GET
@needs("arrival.see")
def changes_csv(request: HttpRequest, judging_id: int) -> HttpResponseBase:
    check(request, "export.run", policy.Subject("report", owner=member_of(request).id))
    found = next((each for each in verdicts.judgings() if each.id == judging_id), None)
    if found is None:
        raise Http404
    return _csv(f"machines-{found.id}", (_told(each) for each in verdicts.changed_by(found, limit=MOST)), request)


@require_POST
@needs("arrival.mend")
def judge(request: HttpRequest) -> HttpResponse:
    asked = _version(request.POST.get("rules", ""))
    if asked is None:
        raise Http404
    verdicts.begin(asked.version, by=actor_of(request), now=now_of(request))
    messages.success(request, _("The past is being judged; what comes in is judged by these rules from now on."))
    return HttpResponseRedirect(reverse("settings_bots"))


def _version(text: str) -> BotRules | None:
    return rules.VERSIONS.get(int(text)) if text.isdecimal() and len(text) < 6 else None


def _would(asked: BotRules, request: HttpRequest) -> Would:
    found = judging.preview(asked.version, limit=LOOKED_AT, now=now_of(request))
    persons = people.persons([*found.gained[:SHOWN], *found.lost[:SHOWN]])
    return Would(
        found,
        [(str(RULES[rule]), gone, back) for rule, gone, back in verdicts.by_rule(found.changes)],
        [_row(each) for each in found.changes[:SHOWN]],
        [persons[each] for each in found.gained[:SHOWN] if each in persons],
        [persons[each] for each in found.lost[:SHOWN] if each in persons],
    )


def _row(change: Change) -> Row:
    return Row(change.entry, label_of(change.kind), change.happened_at, change.is_void, str(RULES[change.rule]))


def _told(verdict: StoredEntry) -> Row:
    entry, reason = int(verdict.facts.get("entry", 0)), str(verdict.facts.get("reason", ""))
    why = say_rule(reason.removeprefix(REASON)) or _("these rules do not take it for a machine")
    is_void = verdict.kind == "event.voided"
    return Row(entry, _("Entry %(number)s") % {"number": entry}, verdict.happened_at, is_void, why)


def _csv(name: str, rows: Iterator[Row], request: HttpRequest) -> HttpResponseBase:
    zone = settings_of(request).zone

    def lines() -> Iterator[tuple[object, ...]]:
        for row in rows:
            verdict = "machine" if row.is_void else "cleared"
            yield row.entry, row.what, row.happened_at.astimezone(zone).isoformat(), verdict, row.why

    return csv_response(name, ("entry", "what", "moment", "verdict", "why"), lines())
