"""What we hold about a person, for the person: all that is theirs in the tables of `stores` (GDPR, Article 15)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Model, Q

from leadpact.base.mentions import Mentions
from leadpact.flow.stores import OUTSIDE, PLACES, TABLES, Whose
from leadpact.handover import erasing as handover
from leadpact.ledger.containing import rows_naming
from leadpact.people import erasing as people
from leadpact.people.erasing import Known
from leadpact.pipeline import erasing as pipeline

# How the rows that are theirs are found, by table; in the others by their name or address.
_PERSON: Final = {
    "people_person": "pk", "people_identity": "person", "people_fact": "person", "people_consent": "person",
    "scoring_standing": "person", "scoring_resetrow": "person", "scoring_crossing": "person",
    "handover_activity": "person", "nurture_recipient": "person", "worklist_leadline": "person",
    "pipeline_dealperson": "person",
}  # fmt: skip
_PURSUIT: Final = {
    "handover_pursuit": "pk", "handover_offer": "pursuit", "handover_dispute": "pursuit",
    "handover_stagedate": "pursuit",
}  # fmt: skip
_IDENTITY: Final = {"ledger_entry": "identity", "capture_touch": "identity"}
_INTERNAL: Final = {"salt", "digest", "message", "content", "search", "password"}
# Of others, or about nobody: naming them there does not make it theirs to have.
_NOT_THEIRS: Final = {"django_session", "team_keptanswer", "worklist_savedview", "people_suppression", "ledger_inbox"}


def disclose(person: int, *, now: datetime) -> dict[str, Any]:
    """Return everything that is kept about a person, by table, with what the table is for.

    Raises `NoSuchPerson`.
    """
    known = people.known_of([person])
    had, (alone, _shared) = handover.had_by(known.rows), pipeline.deals_of(known.rows)
    keys: dict[str, tuple[str, Collection[int]]] = {
        **{table: (column, known.rows) for table, column in _PERSON.items()},
        **{table: (column, had.alone) for table, column in _PURSUIT.items()},
        **{table: (column, known.identities) for table, column in _IDENTITY.items()},
        "pipeline_deal": ("pk", alone),
    }
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
    personal = {table.name for table in TABLES if table.whose is Whose.PERSON} | _PERSON.keys() | _PURSUIT.keys()
    found = {model._meta.db_table: model for model in apps.get_models()}
    return {name: found[name] for name in sorted(personal - _NOT_THEIRS)}


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
    return [_plain(row) for row in _naming(everything, table, known.mentions)]


def _naming(rows: Any, table: str, mentions: Mentions) -> Sequence[Model]:
    columns = [
        name for each in TABLES if each.name == table and each.whose is Whose.PERSON for name in each.columns.split()
    ]
    return rows_naming(rows, columns, mentions)


def _plain(row: Model) -> dict[str, Any]:
    values = {str(field.column): field.value_from_object(row) for field in row._meta.local_concrete_fields}
    return {name: _readable(value) for name, value in values.items() if name not in _INTERNAL}


def _readable(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _what(table: str) -> Mapping[str, str]:
    return {each.columns: each.what for each in TABLES if each.name == table and each.whose is Whose.PERSON}
