"""Behind the page of a lead: an entry as the ledger keeps it, and the receipt of a promise."""

import json

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leadpact.flow import explaining
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads as people
from leadpact.promises import reads as promises
from leadpact.promises.errors import UnknownPromise
from leadpact.web.leads.page import subject_of
from leadpact.web.leads.story import Names, say, side_of
from leadpact.web.shell.access import check, members_of, needs, now_of
from leadpact.web.shell.performance import discretion_of, reasons_of


@require_GET
@needs("ledger.see")
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry as the ledger keeps it."""
    found = ledger.entry(entry_id)
    if found is None:
        raise Http404
    person = _person_of(found)
    if person is not None:
        check(request, "timeline.see", subject_of(people.person(person), handover.pursuit_of(person)), hidden=True)
    members = members_of(request)
    discretion = discretion_of(request, members)
    if discretion.hides_entry(found):
        raise PermissionDenied
    told = explaining.explain(found)
    names = Names({number: member.name for number, member in members.items()}, {}, {})
    context = {
        "entry": found,
        "says": say(found, names),
        "side": side_of(found, names),
        "chain": [(each, say(each, names)) for each in told.chain if not discretion.hides_entry(each)],
        "reasons": reasons_of(told, discretion, now_of(request)),
        "person": people.person(person) if person else None,
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
    person = people.person(pursuit.persons[0]) if pursuit else None
    if person is not None:
        check(request, "lead.see", subject_of(person, pursuit), hidden=True)
    zone = found.promise.calendar.zone
    lines = [(line, line.since.astimezone(zone), line.until.astimezone(zone)) for line in found.lines]
    members = members_of(request)
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


def _person_of(found: StoredEntry) -> int | None:
    if found.identity is not None:
        return people.persons_of_identities([found.identity]).get(found.identity)
    kind, _colon, number = found.about.partition(":")
    return handover.pursuit(int(number)).persons[0] if kind == "pursuit" else None
