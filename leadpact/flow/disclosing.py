"""What we hold about a person, for the person: all that is theirs in the tables of `stores` (GDPR, Article 15)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, Q

from leadpact.flow.kept import columns_of, kept_of, keys_of, personal_tables
from leadpact.flow.stores import OUTSIDE, PLACES, TABLES, Whose
from leadpact.ledger.containing import rows_naming
from leadpact.people import erasing as people
from leadpact.people.erasing import Known

_INTERNAL: Final = {"salt", "digest", "message", "content", "search", "password"}
# Of others, or about nobody: naming them there does not make it theirs to have.
_NOT_THEIRS: Final = {"django_session", "team_keptanswer", "worklist_savedview", "people_suppression", "ledger_inbox"}


def disclose(person: int, *, now: datetime) -> dict[str, Any]:
    """Return everything that is kept about a person, by table, with what the table is for.

    Raises `NoSuchPerson`.
    """
    known = people.known_of([person])
    keys = keys_of(kept_of(known))
    held = {}
    for name, model in _models().items():
        rows = _rows(model, name, keys.get(name), known)
        if rows:
            held[name] = {"what": _what(name), "rows": rows}
    return {
        "person": person,
        "as_of": now,
        "tables": held,
        "elsewhere": {place.name: place.what for place in (*PLACES, *OUTSIDE) if place.whose is Whose.PERSON},
    }


def _models() -> dict[str, type[Model]]:
    return {name: model for name, model in personal_tables().items() if name not in _NOT_THEIRS}


def _rows(
    model: type[Model], table: str, key: tuple[str, Collection[int]] | None, known: Known
) -> list[dict[str, Any]]:
    everything = model._default_manager.all()
    if key is not None:
        chosen = everything.filter(Q(**{f"{key[0]}__in": key[1]})).order_by("pk")
        return [_plain(row) for row in chosen.iterator()]
    if table == "capture_grant":
        wanted = Q(email__in=known.emails) | Q(anonymous_id__in=known.ids)
        return [_plain(row) for row in everything.filter(wanted)]
    return [_plain(row) for row in rows_naming(everything, columns_of(table), known.mentions)]


def _plain(row: Model) -> dict[str, Any]:
    values = {str(field.column): field.value_from_object(row) for field in row._meta.local_concrete_fields}
    return {name: _readable(value) for name, value in values.items() if name not in _INTERNAL}


def _readable(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _what(table: str) -> Mapping[str, str]:
    return {each.columns: each.what for each in TABLES if each.name == table and each.whose is Whose.PERSON}
