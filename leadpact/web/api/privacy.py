"""What a person may ask of whoever keeps data about them: a copy, an erasure; and how long things are kept at all."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from leadpact.base import cursor
from leadpact.base.wording import worded
from leadpact.flow import disclosing, erasing, retaining
from leadpact.people import erasing as erasures
from leadpact.people import reads as people
from leadpact.people.erasing import ErasureView
from leadpact.people.errors import NoSuchErasure, NoSuchPerson, PersonErased
from leadpact.people.types import PersonView
from leadpact.team import retention
from leadpact.team.retention import LONGEST, Rule
from leadpact.web.api.access import Bearer
from leadpact.web.api.offers import Body
from leadpact.web.api.paging import Paged
from leadpact.web.api.refusals import NotMeant
from leadpact.web.privacy.erasing import PUSHED_SECONDS
from leadpact.web.shell.access import actor_of, now_of

router = Router()

Days = Annotated[int, Field(ge=0, le=LONGEST, description="0: for ever.")]


class HeldStore(Schema):
    """What is kept in one table: `what` each column is for, and the rows."""

    what: dict[str, str]
    rows: list[dict[str, Any]]


class PersonalData(Schema):
    """`elsewhere`: files that may hold something of theirs, and what they are."""

    person: int
    as_of: datetime
    tables: dict[str, HeldStore]
    elsewhere: dict[str, str]


class Foreseen(Schema):
    """`stores`: rows that go or are emptied, by table; `stays`: what is left without the person, in numbers;
    `segments`, `uploads`: files; `addresses`: how many would be barred from mails, as fingerprints."""

    stores: dict[str, int]
    stays: dict[str, int]
    uploads: int
    segments: int
    addresses: int


class ErasureReceipt(Foreseen):
    """`left`: rows that still named them afterwards, by table; `looked_at` of `segments` sealed files, of which
    `rewritten` were written anew with the same digests; `checked` entries in the chain, `faults` of which were wrong;
    `whole_ledger`: that was all of it."""

    addresses: int = 0
    left: dict[str, int]
    looked_at: int
    rewritten: int
    bytes: int
    checked: int
    faults: int
    whole_ledger: bool


class ErasureState(Schema):
    """An erasure, without a name: `persons` by number, `step` that is next, `share` of it that is done, 0 to 100."""

    id: int
    persons: list[int]
    reason: str
    asked_by: str
    asked_at: datetime
    step: str
    share: int
    entries: int
    erased_at: datetime | None
    done_at: datetime | None
    receipt: ErasureReceipt


class ErasurePage(Schema):
    items: list[ErasureState]
    next: str | None


class Erase(Body):
    """`confirm`: their whole name or e-mail address; the number of somebody who has neither."""

    confirm: Annotated[str, Field(min_length=1, max_length=400)]
    reason: Literal["asked", "mistake", "contract"] = "asked"
    may_write_again: bool = False


class RetentionRule(Schema):
    """`due`: how much goes with the next run; `due_is_more`: it was not counted to the end."""

    rule: Rule
    days: int
    usual: int
    due: int
    due_is_more: bool


class RetentionRun(Schema):
    rule: Rule
    count: int
    happened_at: datetime
    entry: int


class Retention(Schema):
    """`changed`: the entry that says what was changed just now, to take it back by."""

    rules: list[RetentionRule]
    runs: list[RetentionRun]
    changed: int | None = None


class SetRetention(Body):
    """Days by rule; what is left out stays as it is.  `sure`: what a shorter time deletes is known and meant."""

    anonymous: Days | None = None
    ip: Days | None = None
    mail_bodies: Days | None = None
    quarantine: Days | None = None
    raw: Days | None = None
    sure: bool = False


@router.get(
    "/leads/{row:person_id}/data", auth=Bearer("person.export"), response=PersonalData,
    summary="Everything that is kept about a person",
)  # fmt: skip
def person_data(request: HttpRequest, person_id: int) -> Any:
    found = disclosing.disclose(_person(person_id).id, now=now_of(request))
    return msgspec.to_builtins(found, builtin_types=(datetime,))


@router.get(
    "/leads/{row:person_id}/erasure", auth=Bearer("person.erase"), response=Foreseen,
    summary="What an erasure would take and leave",
)  # fmt: skip
def person_erasure(request: HttpRequest, person_id: int) -> Foreseen:
    return Foreseen(**asdict(erasing.foresee(_person(person_id).id)))


@router.post(
    "/leads/{row:person_id}/erase", auth=Bearer("person.erase"), response=ErasureState, summary="Erase a person"
)
def erase_person(request: HttpRequest, person_id: int, said: Erase) -> ErasureState:
    """It cannot be taken back.  The worker does it part by part: `share` says how far it is."""
    person = _person(person_id)
    if not erasing.is_meant(person, said.confirm):
        raise NotMeant(worded("`confirm` is neither their name nor their address: nothing was erased."))
    return _shown(
        erasing.ask(
            person.id, erasures.Reason(said.reason), never_write=not said.may_write_again, by=actor_of(request),
            now=now_of(request),
        )
    )  # fmt: skip


@router.get("/erasures", auth=Bearer("person.erase"), response=ErasurePage, summary="Erasures, the newest first")
def list_erasures(request: HttpRequest, wanted: Query[Paged]) -> ErasurePage:
    before = int(cursor.decode(wanted.after, int)[0]) if wanted.after else None
    found = erasures.erasures(before=before, limit=wanted.limit + 1)
    shown = found[: wanted.limit]
    following = cursor.encode(shown[-1].id) if len(found) > wanted.limit else None
    return ErasurePage(items=[_shown(each) for each in shown], next=following)


@router.get(
    "/erasures/{row:erasure_id}", auth=Bearer("person.erase"), response=ErasureState,
    summary="How far an erasure is, and its receipt",
)  # fmt: skip
def one_erasure(request: HttpRequest, erasure_id: int) -> ErasureState:
    return _shown(_erasure(erasure_id))


@router.post(
    "/erasures/{row:erasure_id}/finish", auth=Bearer("person.erase"), response=ErasureState,
    summary="Go on with an erasure now",
)  # fmt: skip
def finish_erasure(request: HttpRequest, erasure_id: int) -> ErasureState:
    """As the worker does by itself; what is left after some seconds is the worker's."""
    return _shown(erasing.push(_erasure(erasure_id), seconds=PUSHED_SECONDS, now=now_of(request)))


@router.get("/retention", auth=Bearer("settings.see"), response=Retention, summary="How long things are kept")
def get_retention(request: HttpRequest) -> Retention:
    return _retention(request)


@router.post("/retention", auth=Bearer("settings.edit"), response=Retention, summary="Set how long things are kept")
def set_retention(request: HttpRequest, said: SetRetention) -> Retention:
    """Refused (`would_take`, with `details.lost`) where a shorter time deletes something, unless you are `sure`."""
    days = {rule: days for rule in Rule if (days := getattr(said, str(rule))) is not None}
    entry = retaining.change(days, is_sure=said.sure, by=actor_of(request), now=now_of(request))
    return _retention(request, changed=entry)


@router.post(
    "/retention/{row:entry_id}/undo", auth=Bearer("settings.edit"), response=Retention,
    summary="Keep things for as long as before a change",
)  # fmt: skip
def undo_retention(request: HttpRequest, entry_id: int) -> Retention:
    """By the entry that tells of the change; what went meanwhile is gone."""
    retention.set_back(entry_id, by=actor_of(request), now=now_of(request))
    return _retention(request)


def _retention(request: HttpRequest, *, changed: int | None = None) -> Retention:
    return Retention(
        rules=[
            RetentionRule(rule=each.rule, days=each.days, usual=each.usual, due=each.due, due_is_more=each.is_more)
            for each in retaining.overview(now=now_of(request))
        ],
        runs=[
            RetentionRun(rule=each.rule, count=each.count, happened_at=each.happened_at, entry=each.entry)
            for each in retaining.runs(limit=20)
        ],
        changed=changed,
    )


def _shown(view: ErasureView) -> ErasureState:
    receipt = view.receipt
    return ErasureState(
        id=view.id, persons=list(view.persons), reason=str(view.reason), asked_by=view.asked_by, asked_at=view.asked_at,
        step=str(view.step), share=view.share, entries=view.entries, erased_at=view.erased_at, done_at=view.done_at,
        receipt=ErasureReceipt(
            stores=dict(receipt.stores), stays=dict(receipt.stays), left=dict(receipt.left), uploads=receipt.uploads,
            segments=receipt.waiting, looked_at=receipt.looked_at, rewritten=receipt.rewritten, bytes=receipt.bytes,
            checked=receipt.checked, faults=receipt.faults, whole_ledger=receipt.is_whole,
        ),
    )  # fmt: skip


def _person(number: int) -> PersonView:
    try:
        found = people.person(number)
    except NoSuchPerson:
        raise Http404 from None
    if found.is_erased:
        raise PersonErased(worded("Person {person} was erased.", person=found.id), details={"person": found.id})
    return found


def _erasure(number: int) -> ErasureView:
    try:
        return erasures.erasure(number)
    except NoSuchErasure:
        raise Http404 from None
