"""Views of the list that people keep: made, renamed, shared, changed, dropped; and how each user wants the list.

They say how somebody looks at leads, and nothing of the leads: so they write no entries.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from leadpact.base.text import fold, truncate
from leadpact.base.wording import worded
from leadpact.ledger import by_hand
from leadpact.team.types import Actor
from leadpact.worklist import rules
from leadpact.worklist.errors import BadView, NotYourView, UnknownView, ViewNameTaken
from leadpact.worklist.models import ListChoice, SavedView
from leadpact.worklist.types import Kept, KeptView

LONGEST_NAME: Final = 60
LONGEST_QUERY: Final = 1000
MOST: Final = 200  # views of one user
# One question, as every page of the list asks it: what the user chose, beside each view they may see.
_BESIDE: Final = (
    "SELECT c.view_id, c.columns, v.id, v.name, v.owner_id, v.query, v.columns, v.is_shared, v.changed_at"
    " FROM (SELECT 1 AS one) AS beside LEFT JOIN worklist_listchoice c ON c.user_id = %s"
    " LEFT JOIN worklist_savedview v ON v.owner_id = %s {shared} ORDER BY v.name_key, v.id LIMIT %s"
)


def kept_for(user: int, *, is_one_of_us: bool) -> Kept:
    """Return what a user finds beside the list; partners find their own views alone."""
    shared = "OR v.is_shared" if is_one_of_us else ""
    rows = by_hand.rows(_BESIDE.format(shared=shared), [user, user, MOST])
    views = tuple(
        KeptView(number, name, owner, query, _names(columns), bool(is_shared), by_hand.moment(changed_at))
        for _, _, number, name, owner, query, columns, is_shared, changed_at in rows
        if number is not None
    )
    opens_with, columns = rows[0][:2]
    return Kept(views, opens_with if opens_with in {view.id for view in views} else None, _names(columns or ""))


def kept_view(number: int, user: int, *, is_one_of_us: bool) -> KeptView:
    """Return one view; raises `UnknownView`, also for one that this user may not see."""
    row = SavedView.objects.filter(pk=number).first()
    if row is None or not rules.may_see(_view(row), user, is_one_of_us=is_one_of_us):
        raise UnknownView(worded("There is no such view."), details={"view": number})
    return _view(row)


def keep(
    name: str, query: str, *, columns: Sequence[str] = (), is_shared: bool = False, by: Actor, now: datetime
) -> KeptView:
    """Keep a list under a name that its owner has not used yet.  Raises `BadView`, `ViewNameTaken`."""
    row = SavedView(owner_id=_user(by), is_shared=is_shared)
    return _written(row, name=name, query=query, columns=columns, now=now)


def change(
    view: KeptView,
    *,
    name: str | None = None,
    query: str | None = None,
    columns: Sequence[str] | None = None,
    is_shared: bool | None = None,
    keeps_house: bool = False,
    by: Actor,
    now: datetime,
) -> KeptView:
    """Change of a view what is given.  Raises `NotYourView`, `BadView`, `ViewNameTaken`."""
    row = _mine(view, keeps_house=keeps_house, by=by)
    row.is_shared = view.is_shared if is_shared is None else is_shared
    return _written(
        row,
        name=view.name if name is None else name,
        query=view.query if query is None else query,
        columns=view.columns if columns is None else columns,
        now=now,
    )


def drop(view: KeptView, *, keeps_house: bool = False, by: Actor) -> None:
    """Keep a view no longer; those whose list opened with it see all leads again.  Raises `NotYourView`."""
    _mine(view, keeps_house=keeps_house, by=by).delete()


def open_with(view: KeptView | None, *, by: Actor) -> None:
    """Let the list open with a view, or with all leads."""
    number = view.id if view else None
    ListChoice.objects.update_or_create(user_id=_user(by), defaults={"view_id": number})


def choose_columns(columns: Sequence[str], *, by: Actor) -> None:
    """Remember which columns a user wants where no view says otherwise; none: the usual ones."""
    ListChoice.objects.update_or_create(user_id=_user(by), defaults={"columns": ",".join(columns)})


def _mine(view: KeptView, *, keeps_house: bool, by: Actor) -> SavedView:
    if not rules.may_change(view, _user(by), keeps_house=keeps_house):
        raise NotYourView(worded("Only whoever made this view may change it."), details={"view": view.id})
    row = SavedView.objects.filter(pk=view.id).first()
    if row is None:
        raise UnknownView(worded("There is no such view any more."), details={"view": view.id})
    return row


def _user(by: Actor) -> int:
    if by.kind != "user" or by.id is None:
        raise NotYourView(worded("Only somebody who logs in keeps views."))
    return by.id


def _written(row: SavedView, *, name: str, query: str, columns: Sequence[str], now: datetime) -> KeptView:
    row.name = " ".join(name.replace("\x00", "").split())
    if not row.name or len(row.name) > LONGEST_NAME:
        raise BadView(
            worded("A view needs a name of at most {most} letters.", most=LONGEST_NAME),
            details={"field": "name"},
        )
    if len(query) > LONGEST_QUERY:
        raise BadView(worded("These are too many filters to keep."), details={"field": "name"})
    row.name_key, row.query, row.columns = truncate(fold(row.name), 120), query, ",".join(columns)
    row.changed_at = now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ViewNameTaken(
            worded("You have a view named {name} already.", name=row.name), details={"field": "name"}
        ) from error
    return _view(row)


def _names(columns: str) -> tuple[str, ...]:
    return tuple(columns.split(",")) if columns else ()


def _view(row: SavedView) -> KeptView:
    return KeptView(row.pk, row.name, row.owner_id, row.query, _names(row.columns), row.is_shared, row.changed_at)
