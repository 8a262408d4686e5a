"""What is kept about persons: which rows of which store are theirs, to hand out, and to count before and after."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import CharField, Count, Model, Q, QuerySet, Value

from leadpact.flow.stores import TABLES, Whose
from leadpact.handover import erasing as handover
from leadpact.handover.erasing import Had
from leadpact.ledger.containing import about_any, naming
from leadpact.people.erasing import Known
from leadpact.pipeline import erasing as pipeline
from leadpact.team import erasing as team

type Rows = QuerySet[Model]

# Kinds whose personal part is words of our own people, who may name somebody else than whom they write about.
FREE_WORDS: Final = (
    "call.made", "call.received", "comment.added", "comment.changed", "enquiry.received", "mail.replied",
    "meeting.held", "note.added", "sales_mail.sent", "task.done",
)  # fmt: skip
# How the rows that are theirs are found, by table; in the others by their name or address.
PERSON: Final = {
    "people_person": "pk", "people_identity": "person", "people_fact": "person", "people_consent": "person",
    "scoring_standing": "person", "scoring_resetrow": "person", "scoring_crossing": "person",
    "handover_activity": "person", "nurture_recipient": "person", "worklist_leadline": "person",
    "pipeline_dealperson": "person",
}  # fmt: skip
PURSUIT: Final = {
    "handover_pursuit": "pk", "handover_offer": "pursuit", "handover_dispute": "pursuit",
    "handover_stagedate": "pursuit", "handover_sendback": "pursuit",
}  # fmt: skip
IDENTITY: Final = {"ledger_entry": "identity", "capture_touch": "identity", "engagement_trace": "identity"}
# Rows of others name them too: what others wrote, and what they looked for.
_BY_NAME_TOO: Final = {
    "handover_activity", "handover_pursuit", "handover_offer", "handover_dispute", "handover_sendback",
    "pipeline_deal", "promises_promise",
}  # fmt: skip
_STAYS: Final = {"scoring_crossing": "crossings", "nurture_recipient": "mails", "ledger_entry": "entries"}
_STAYING: Final = "stays:"
_NEVER_THEIRS: Final = {"people_suppression", "ledger_inbox", "django_session"}  # fingerprints; drained; packed


@dataclass(frozen=True)
class Kept:
    """Whose rows to look for, with the hand-overs and deals they had a part in."""

    known: Known
    had: Had
    deals_alone: tuple[int, ...]
    deals_shared: tuple[int, ...]

    @property
    def own(self) -> list[str]:
        """What concerns nobody else, as entries name what they are about."""
        return [*_named("pursuit", self.had.alone), *_named("deal", self.deals_alone), *self.persons]

    @property
    def others(self) -> list[str]:
        return [*_named("pursuit", self.had.shared), *_named("deal", self.deals_shared)]

    @property
    def persons(self) -> list[str]:
        return _named("person", self.known.rows)

    @property
    def pages(self) -> list[str]:
        """The beginnings of addresses of pages about them alone."""
        return [*(f"/leads/{row}/" for row in self.known.rows), *(f"/deals/{deal}/" for deal in self.deals_alone)]


def kept_of(known: Known) -> Kept:
    """Return what is known of persons, with the hand-overs and deals they had a part in."""
    return Kept(known, handover.had_by(known.rows), *pipeline.deals_of(known.rows))


def personal_tables() -> dict[str, type[Model]]:
    """Return the tables with something about persons."""
    wanted = {table.name for table in TABLES if table.whose is Whose.PERSON} | PERSON.keys() | PURSUIT.keys()
    found = {model._meta.db_table: model for model in apps.get_models()}
    return {name: found[name] for name in sorted(wanted)}


def columns_of(table: str) -> list[str]:
    """Return the columns of a table that say something about a person."""
    wanted = (each.columns for each in TABLES if each.name == table and each.whose is Whose.PERSON)
    return [name for columns in wanted for name in columns.split()]


def keys_of(kept: Kept) -> dict[str, tuple[str, Collection[int]]]:
    """Return by which column and which numbers their own rows are found, by table."""
    return {
        **{table: (column, kept.known.rows) for table, column in PERSON.items()},
        **{table: (column, kept.had.alone) for table, column in PURSUIT.items()},
        **{table: (column, kept.known.identities) for table, column in IDENTITY.items()},
        "pipeline_deal": ("pk", kept.deals_alone),
    }


@dataclass(frozen=True)
class Counts:
    """How many rows an erasure empties or takes away, by table; and how much of them stays as numbers, by what it is.

    What there is none of is left out.
    """

    goes: Mapping[str, int]
    stays: Mapping[str, int]


def counted(kept: Kept) -> Counts:
    """Count what an erasure takes and leaves."""
    keys, models = keys_of(kept), personal_tables()
    going = [(table, _theirs(table, model, kept)) for table, model in _countable().items()]
    staying = [
        (f"{_STAYING}{says}", models[table]._default_manager.filter(_keyed(keys[table])).order_by())
        for table, says in _STAYS.items()
    ]
    numbers = _numbers([*going, *staying])
    goes = {name: n for name, n in numbers.items() if not name.startswith(_STAYING)}
    goes["django_session"] = len(team.sessions_naming(kept.known.mentions))
    stays = {name.removeprefix(_STAYING): n for name, n in numbers.items() if name.startswith(_STAYING)}
    stays["pursuits"] = len(kept.had.alone) + len(kept.had.shared)
    stays["deals"] = len(kept.deals_alone) + len(kept.deals_shared)
    return Counts({name: n for name, n in goes.items() if n}, {name: n for name, n in stays.items() if n})


def still_named(kept: Kept, also: Collection[int]) -> dict[str, int]:
    """Return how many rows name them after all, by table; `also`: the entries of others that did.

    Where a row of somebody else may rightly say the same (another with their number) only their own are looked at.
    """
    keys, found = keys_of(kept), []
    for table, model in _countable().items():
        rows = model._default_manager.all()
        if table == "ledger_entry":
            rows = rows.filter(Q(identity__in=kept.known.identities) | Q(pk__in=also))
        elif table in keys and table not in _BY_NAME_TOO:
            rows = rows.filter(_keyed(keys[table]))
        if columns := columns_of(table):
            found.append((table, naming(rows.order_by(), columns, kept.known.mentions)))
    return _numbers((table, rows) for table, rows in found if rows is not None)


def _countable() -> dict[str, type[Model]]:
    tables = {table.name for table in TABLES if table.whose is Whose.PERSON} | {"scoring_resetrow"}
    return {name: model for name, model in personal_tables().items() if name in tables - _NEVER_THEIRS}


def _theirs(table: str, model: type[Model], kept: Kept) -> Rows:
    rows: Rows = model._default_manager.order_by()
    if table == "ledger_entry":
        return _entries(rows, kept)
    if table == "capture_grant":
        return rows.filter(Q(email__in=kept.known.emails) | Q(anonymous_id__in=kept.known.ids))
    key = keys_of(kept).get(table)
    own = Q(pk=None) if key is None else _keyed(key)
    if table == "team_notice":
        for page in kept.pages:
            own |= Q(url__startswith=page)
    if table == "promises_promise":
        own = Q(about__in=_named("pursuit", kept.had.alone)) & ~Q(reason="")
    if table == "capture_touch":
        named = naming(rows.filter(own), columns_of(table), kept.known.mentions)
        return rows.none() if named is None else named
    if key is None or table in _BY_NAME_TOO:
        named = naming(rows, columns_of(table), kept.known.mentions)
        own |= Q(pk__in=named.values("pk")) if named is not None else Q(pk=None)
    return rows.filter(own)


def _entries(rows: Rows, kept: Kept) -> Rows:
    wanted = Q(identity__in=kept.known.identities) | about_any(kept.own)
    speaking = rows.filter(about_any(kept.others) | Q(kind__in=FREE_WORDS), salt__isnull=False)
    named = naming(speaking, ["personal", "facts"], kept.known.mentions)
    if named is not None and kept.known.mentions.values:
        wanted |= Q(pk__in=named.values("pk"))
    return rows.filter(wanted, salt__isnull=False)


def _keyed(key: tuple[str, Collection[int]]) -> Q:
    return Q(**{f"{key[0]}__in": key[1]})


def _numbers(chosen: Iterable[tuple[str, Rows]]) -> dict[str, int]:
    """Count the rows of several tables in one question."""
    questions: list[Any] = [
        rows.annotate(store=Value(name, CharField())).values("store").annotate(number=Count("pk")).values_list(
            "store", "number"
        )
        for name, rows in chosen
    ]  # fmt: skip
    if not questions:
        return {}
    found: Mapping[str, int] = dict(questions[0].union(*questions[1:], all=True))
    return {name: found[name] for name in sorted(found) if found[name]}


def _named(what: str, numbers: Collection[int]) -> list[str]:
    return [f"{what}:{number}" for number in numbers]
