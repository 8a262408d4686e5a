"""Finding the few lines whose text holds some letters, without reading them all.

A search that finds many is answered by walking the list in its order; one that finds few would walk all of it.
So on SQLite an index of letter triples stands beside the lines, kept by triggers; PostgreSQL has one of its own
(pg_trgm) where that extension may be made, and reads all lines where not.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from leadpact.ledger import by_hand
from leadpact.worklist.models import LeadLine

FEW: Final = 5_000
SHORTEST: Final = 3  # letters; shorter words are in no triple, and are looked up as beginnings
_KEYS: Final = ("name_key", "family_key", "email_key", "company_key")
_LAST: Final = "\U0010ffff"

_TAKE_IN: Final = "INSERT INTO worklist_words (rowid, search) VALUES (NEW.person_id, NEW.search)"
_TAKE_OUT: Final = (
    "INSERT INTO worklist_words (worklist_words, rowid, search) VALUES ('delete', OLD.person_id, OLD.search)"
)
SQLITE_ON: Final = (
    "CREATE VIRTUAL TABLE worklist_words USING fts5"
    " (search, content='worklist_leadline', content_rowid='person_id', tokenize='trigram')",
    # What is taken out is gone from the file at once: the triples of a name that was erased still spell it.
    "INSERT INTO worklist_words (worklist_words, rank) VALUES ('secure-delete', 1)",
    f"CREATE TRIGGER worklist_words_new AFTER INSERT ON worklist_leadline BEGIN {_TAKE_IN}; END",
    "CREATE TRIGGER worklist_words_changed AFTER UPDATE ON worklist_leadline WHEN NEW.search IS NOT OLD.search"
    f" BEGIN {_TAKE_OUT}; {_TAKE_IN}; END",
    f"CREATE TRIGGER worklist_words_gone AFTER DELETE ON worklist_leadline BEGIN {_TAKE_OUT}; END",
)
SQLITE_OFF: Final = (
    "DROP TRIGGER worklist_words_new", "DROP TRIGGER worklist_words_changed", "DROP TRIGGER worklist_words_gone",
    "DROP TABLE worklist_words",
)  # fmt: skip
# Whoever migrates may lack the right to make an extension, and the server the extension: then there is no index.
POSTGRESQL_ON: Final = (
    """DO $body$ BEGIN
         CREATE EXTENSION IF NOT EXISTS pg_trgm;
         CREATE INDEX worklist_words ON worklist_leadline USING gin (search gin_trgm_ops);
       EXCEPTION WHEN OTHERS THEN
         RAISE NOTICE 'no index for searching leads: %', SQLERRM;
       END $body$""",
)
POSTGRESQL_OFF: Final = ("DROP INDEX IF EXISTS worklist_words",)


def persons_with(words: Sequence[str]) -> list[int] | None:
    """Return the persons whose text holds all of the folded words; None: too many, or nobody can say quickly."""
    wanted = _triples(words)
    if not wanted:
        return None
    sql = "SELECT rowid FROM worklist_words WHERE worklist_words MATCH %s LIMIT %s"
    found = [number for (number,) in by_hand.rows(sql, [wanted, FEW + 1])]
    return found if len(found) <= FEW else None


def joined(rows: QuerySet[LeadLine], words: Sequence[str]) -> QuerySet[LeadLine]:
    """Return the same lines found from the letters on, for a count that stops early and needs no order."""
    wanted = _triples(words)
    if not wanted:
        return rows
    # The sign keeps SQLite from asking the letters once for every line; the table of lines has another name within.
    where = ["worklist_words MATCH %s", "person_id = +worklist_words.rowid"]
    return rows.extra(tables=["worklist_words"], where=where, params=[wanted])  # noqa: S610  # constants


def begins(word: str, *, columns: Sequence[str] = _KEYS) -> Q:
    """Return whose name, family name, address or company begins so, as each database has an index for."""
    found = Q()
    for key in columns:
        between = Q(**{f"{key}__gte": word, f"{key}__lt": word + _LAST})
        found |= between if connection.vendor == "sqlite" else Q(**{f"{key}__startswith": word})
    return found


def met_beginning(rows: QuerySet[LeadLine], word: str) -> QuerySet[LeadLine]:
    """Return the same of very many, to be met on the way: four indexes together would find each of them first."""
    if connection.vendor != "sqlite":
        return rows.filter(begins(word))
    said = {f"said_{key}": Coalesce(key, Value("")) for key in _KEYS}
    return rows.alias(**said).filter(begins(word, columns=list(said)))


def persons_beginning(word: str) -> list[int] | None:
    """Return the persons of whom something begins so; None: too many, or the database knows that by itself."""
    if connection.vendor != "sqlite":
        return None
    one = "SELECT person_id FROM worklist_leadline WHERE {key} >= %s AND {key} < %s"
    some = " UNION ALL ".join(f"SELECT * FROM ({one.format(key=key)} LIMIT %s)" for key in _KEYS)  # noqa: S608  # constants
    found = {number for (number,) in by_hand.rows(some, [word, word + _LAST, FEW + 1] * len(_KEYS))}
    return sorted(found) if len(found) <= FEW else None


def persons_at(stage: str) -> list[int] | None:
    """Return the persons at a stage; None: too many, or the database knows that by itself."""
    if connection.vendor != "sqlite":
        return None
    sql = "SELECT person_id FROM worklist_leadline WHERE stage = %s LIMIT %s"
    found = [number for (number,) in by_hand.rows(sql, [stage, FEW + 1])]
    return found if len(found) <= FEW else None


def _triples(words: Sequence[str]) -> str:
    """Return what to ask the index of letter triples for, "" where there is none or it knows none of the words."""
    said = [word.replace('"', '""') for word in words if len(word) >= SHORTEST]
    return " ".join(f'"{word}"' for word in said) if connection.vendor == "sqlite" else ""


def tidy() -> None:
    """Merge the index into one piece, so that no word that was taken out is left in an older one."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO worklist_words (worklist_words) VALUES ('optimize')")


def persons_since(moment: datetime) -> list[int] | None:
    """Return the persons who did something from a moment on; None: too many, or the database knows that by itself.

    SQLite would walk a million lines by score to find the few of an early morning, the first of a month.
    """
    if connection.vendor != "sqlite":
        return None
    sql = "SELECT person_id FROM worklist_leadline WHERE last_act_at >= %s ORDER BY last_act_at DESC LIMIT %s"
    found = [number for (number,) in by_hand.rows(sql, [moment, FEW + 1])]
    return found if len(found) <= FEW else None


def switch_on(vendor: str) -> Sequence[str]:
    return SQLITE_ON if vendor == "sqlite" else POSTGRESQL_ON


def switch_off(vendor: str) -> Sequence[str]:
    return SQLITE_OFF if vendor == "sqlite" else POSTGRESQL_OFF
