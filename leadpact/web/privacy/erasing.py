"""A copy of what is kept about a person, their erasure, how far it is, and the list of erasures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leadpact.base import cursor
from leadpact.flow import disclosing, erasing
from leadpact.people import erasing as erasures
from leadpact.people import reads as people
from leadpact.people.erasing import ErasureView, Reason
from leadpact.people.errors import NoSuchErasure, NoSuchPerson
from leadpact.people.types import PersonView
from leadpact.team.policy import Subject
from leadpact.team.types import Member
from leadpact.web.privacy.forms import EraseForm
from leadpact.web.privacy.words import REASONS, going, staying, steps_of
from leadpact.web.shell.access import actor_of, check, members_of, needs, now_of, settings_of
from leadpact.web.shell.spreadsheet import csv_response

ROWS: Final = 50
PUSHED_SECONDS: Final = 5.0
MOST: Final = 100_000  # lines of a file


@dataclass(frozen=True)
class Row:
    """One erasure of the list: who asked and why in words."""

    erasure: ErasureView
    by: str
    why: str | Promise


@require_GET
@needs("person.export")
def data(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything that is kept about a person, as a file."""
    person = _person(person_id)
    document = msgspec.json.format(msgspec.json.encode(disclosing.disclose(person.id, now=now_of(request))))
    answer = HttpResponse(document, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="person-{person.id}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@needs("person.erase")
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _person(person_id)
    under_way = erasures.erasure_of(person.id)
    if under_way is not None:
        return HttpResponseRedirect(reverse("erasure", args=[under_way.id]))
    return _asked(request, person, EraseForm())


@require_POST
@needs("person.erase")
def erase_now(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _person(person_id)
    form = EraseForm(request.POST)
    if form.is_valid() and not erasing.is_meant(person, form.cleaned_data["confirm"]):
        form.add_error("confirm", _("That is neither their name nor their address: nothing was erased."))
    if not form.is_valid():
        return _asked(request, person, form, status=400)
    said = form.cleaned_data
    asked = erasing.ask(
        person.id, Reason(said["reason"]), never_write=not said["may_write_again"], by=actor_of(request),
        now=now_of(request),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("erasure", args=[asked.id]))


@require_GET
@needs("person.erase")
def erasure(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """How far an erasure is, and its receipt."""
    found = _found(erasure_id)
    receipt = found.receipt
    context = {
        "row": row_of(found, members_of(request)),
        "erasure": found,
        "steps": steps_of(found),
        "going": going(receipt),
        "rows": sum(receipt.stores.values()),
        "staying": staying(receipt.stays),
        "command": "leadpact ledger verify",
    }
    return render(request, "privacy/erasure.html", context)


@require_POST
@needs("person.erase")
def finish(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Go on with an erasure now, as the worker would; what is left after some seconds is the worker's."""
    found = erasing.push(_found(erasure_id), seconds=PUSHED_SECONDS, now=now_of(request))
    if found.done_at is None:
        messages.warning(request, _("It goes on: the worker does the rest."))
    return HttpResponseRedirect(reverse("erasure", args=[found.id]))


@require_GET
@needs("person.erase")
def listed(request: HttpRequest) -> HttpResponse:
    after, with_all = request.GET.get("after", ""), request.GET.get("all") == "1"
    before = int(cursor.decode(after, int)[0]) if after else None
    found = erasures.erasures(before=before, limit=ROWS + 1, but=() if with_all else (Reason.RETENTION,))
    context = {
        "rows": [row_of(each, members_of(request)) for each in found[:ROWS]],
        "next": cursor.encode(found[ROWS - 1].id) if len(found) > ROWS else "",
        "with_all": with_all,
    }
    return render(request, "privacy/erasures.html", context)


@require_GET
@needs("person.erase")
def listed_csv(request: HttpRequest) -> HttpResponseBase:
    check(request, "export.run", Subject("report"))
    zone = settings_of(request).zone

    def lines() -> Iterator[tuple[object, ...]]:
        for each in erasures.erasures(limit=MOST):
            done = each.done_at.astimezone(zone).isoformat() if each.done_at else ""
            numbers = " ".join(map(str, each.persons))
            yield each.id, numbers, each.asked_at.astimezone(zone).isoformat(), each.reason, each.entries, done

    return csv_response("erasures", ("erasure", "persons", "asked", "reason", "entries", "done"), lines())


def row_of(found: ErasureView, members: Mapping[int, Member]) -> Row:
    kind, _colon, number = found.asked_by.partition(":")
    member = members.get(int(number)) if kind == "user" and number.isdecimal() else None
    itself = _("Leadpact itself") if found.reason is Reason.RETENTION else _("the command line")
    return Row(found, member.name if member else itself, REASONS[found.reason])


def _asked(request: HttpRequest, person: PersonView, form: EraseForm, *, status: int = 200) -> HttpResponse:
    seen = erasing.foresee(person.id)
    context = {
        "person": person,
        "form": form,
        "going": going(seen),
        "rows": sum(seen.stores.values()),
        "seen": seen,
        "staying": staying({**seen.stays, "addresses": seen.addresses}),
    }
    return render(request, "privacy/erase.html", context, status=status)


def _person(number: int) -> PersonView:
    """Return a person who is there and not erased; whoever may do this sees everybody."""
    try:
        found = people.person(number)
    except NoSuchPerson:
        raise Http404 from None
    if found.is_erased:
        raise Http404
    return found


def _found(number: int) -> ErasureView:
    try:
        return erasures.erasure(number)
    except NoSuchErasure:
        raise Http404 from None
