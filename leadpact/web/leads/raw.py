"""Behind the page of a lead: an entry as the ledger keeps it, and the receipt of a promise."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.handover import reads as handover
from leadpact.people import reads as people
from leadpact.promises import reads as promises
from leadpact.promises.errors import UnknownPromise
from leadpact.web.leads.explained import explained
from leadpact.web.leads.story import Names, say, side_of
from leadpact.web.leads.whose import subject_among
from leadpact.web.shell.access import check, member_of, members_of, needs, now_of
from leadpact.web.shell.performance import discretion_of


@require_GET
@needs("ledger.see")
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry as the ledger keeps it."""
    told = explained(request, entry_id)
    found, names = told.entry, Names({number: member.name for number, member in members_of(request).items()}, {}, {})
    context = {
        "entry": found,
        "says": say(found, names),
        "side": side_of(found, names),
        "chain": [(each, say(each, names)) for each in told.chain],
        "reasons": told.reasons,
        "person": told.person,
        "facts_text": json.dumps(found.facts, indent=2, ensure_ascii=False, sort_keys=True),
        "personal_text": json.dumps(found.personal, indent=2, ensure_ascii=False, sort_keys=True)
        if found.personal
        else "",
    }
    return render(request, "leads/entry.html", context)


@require_GET
@needs("lead.see")
def receipt(request: HttpRequest, promise_id: int) -> HttpResponse:
    """How the time of a promise was counted; of another's that is decided only what was promised."""
    try:
        found = promises.receipt(promise_id, now=now_of(request))
    except UnknownPromise:
        raise Http404 from None
    kind, _colon, number = found.promise.about.partition(":")
    pursuit = handover.pursuit(int(number)) if kind == "pursuit" else None
    person, members = people.person(pursuit.persons[0]) if pursuit else None, members_of(request)
    if person is not None:
        check(request, "lead.see", subject_among(person, pursuit, members, member_of(request)), hidden=True)
    zone = found.promise.calendar.zone
    lines = [(line, line.since.astimezone(zone), line.until.astimezone(zone)) for line in found.lines]
    context = {
        "receipt": found,
        "is_discreet": discretion_of(request, members).hides(found.promise, now_of(request)),
        "ower": members.get(found.promise.owed_by_user or 0),
        "lines": lines,
        "zone": zone,
        "person": person,
        "used_seconds": int(found.used.total_seconds()),
    }
    return render(request, "leads/receipt.html", context)
