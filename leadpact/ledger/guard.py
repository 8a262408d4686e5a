"""Triggers that hold the ledger append-only in the database itself, whoever writes to it.

An entry may lose `salt` and `personal` (erasure), and in the same moment those of its facts that may tell whose it
was; nothing else ever, and nothing twice.  Positions never change.  A third trigger notes each new entry for the
sequencer.  On PostgreSQL, where entries lie in partitions, triggers also keep a message from being recorded twice in
them, and a position from naming an entry that is not there (see partitions).  TRUNCATE is left to the table's owner,
who could drop a trigger too.  A migration that remakes one of these tables on SQLite loses its triggers and must put
them back.
"""

from typing import Final

_KEPT: Final = (
    "id", "kind", "happened_at", "recorded_at", "identity", "about", "by", "caused_by", "source", "message",
    "content", "digest",
)  # fmt: skip

_SQLITE_CHANGED: Final = " OR ".join(
    [f'NEW."{column}" IS NOT OLD."{column}"' for column in _KEPT]
    + [f"(NEW.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column})" for column in ("salt", "personal")]
    + ["(NEW.facts IS NOT OLD.facts AND (OLD.salt IS NULL OR NEW.salt IS NOT NULL OR NEW.personal IS NOT NULL))"]
)

SQLITE_ON: Final = (
    "CREATE TRIGGER ledger_entry_sequence AFTER INSERT ON ledger_entry "
    'BEGIN INSERT INTO ledger_unsequenced ("entry") VALUES (NEW.id); END',
    f"CREATE TRIGGER ledger_entry_kept BEFORE UPDATE ON ledger_entry WHEN {_SQLITE_CHANGED} "
    "BEGIN SELECT RAISE(ABORT, 'ledger entries are never rewritten'); END",
    "CREATE TRIGGER ledger_entry_stays BEFORE DELETE ON ledger_entry "
    "BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END",
    "CREATE TRIGGER ledger_position_kept BEFORE UPDATE ON ledger_position "
    "BEGIN SELECT RAISE(ABORT, 'ledger positions are never rewritten'); END",
    "CREATE TRIGGER ledger_position_stays BEFORE DELETE ON ledger_position "
    "BEGIN SELECT RAISE(ABORT, 'ledger positions are never deleted'); END",
)

SQLITE_OFF: Final = tuple(
    f"DROP TRIGGER IF EXISTS ledger_{name}"
    for name in ("entry_sequence", "entry_kept", "entry_stays", "position_kept", "position_stays")
)

POSTGRESQL_ON: Final = (
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
       BEGIN RAISE EXCEPTION 'rows of % are never rewritten or deleted', TG_TABLE_NAME; END $body$""",
    """CREATE FUNCTION ledger_keep_entry() RETURNS trigger LANGUAGE plpgsql AS $body$
       DECLARE wanted ledger_entry := NEW;
       BEGIN
         IF NEW.salt IS NULL THEN wanted.salt := OLD.salt; END IF;
         IF NEW.personal IS NULL THEN wanted.personal := OLD.personal; END IF;
         IF OLD.salt IS NOT NULL AND NEW.salt IS NULL AND NEW.personal IS NULL THEN wanted.facts := OLD.facts; END IF;
         IF wanted IS DISTINCT FROM OLD THEN RAISE EXCEPTION 'ledger entries are never rewritten'; END IF;
         RETURN NEW;
       END $body$""",
    """CREATE FUNCTION ledger_note_entry() RETURNS trigger LANGUAGE plpgsql AS $body$
       BEGIN
         INSERT INTO ledger_unsequenced (entry) SELECT id FROM made;
         INSERT INTO ledger_message (source, message, content)
         SELECT source, message, content FROM made WHERE source IS NOT NULL AND message IS NOT NULL;
         RETURN NULL;
       END $body$""",
    """CREATE FUNCTION ledger_keep_whole() RETURNS trigger LANGUAGE plpgsql AS $body$
       BEGIN
         IF EXISTS (SELECT FROM made WHERE NOT EXISTS (SELECT FROM ledger_entry WHERE id = made.entry_id))
         THEN RAISE foreign_key_violation USING MESSAGE = 'a position must name a ledger entry'; END IF;
         RETURN NULL;
       END $body$""",
    """CREATE FUNCTION ledger_forget_messages() RETURNS trigger LANGUAGE plpgsql AS $body$
       BEGIN TRUNCATE ledger_message; RETURN NULL; END $body$""",
    """CREATE TRIGGER ledger_entry_sequence AFTER INSERT ON ledger_entry
       REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION ledger_note_entry()""",
    """CREATE TRIGGER ledger_entry_kept BEFORE UPDATE ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_keep_entry()""",
    """CREATE TRIGGER ledger_entry_stays BEFORE DELETE ON ledger_entry
       FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER ledger_entry_emptied AFTER TRUNCATE ON ledger_entry
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_forget_messages()""",
    """CREATE TRIGGER ledger_message_kept BEFORE UPDATE OR DELETE ON ledger_message
       FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER ledger_position_kept BEFORE UPDATE OR DELETE ON ledger_position
       FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER ledger_position_whole AFTER INSERT ON ledger_position
       REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_whole()""",
)

POSTGRESQL_OFF: Final = (
    "DROP TRIGGER ledger_entry_sequence ON ledger_entry",
    "DROP TRIGGER ledger_entry_kept ON ledger_entry",
    "DROP TRIGGER ledger_entry_stays ON ledger_entry",
    "DROP TRIGGER ledger_entry_emptied ON ledger_entry",
    "DROP TRIGGER ledger_message_kept ON ledger_message",
    "DROP TRIGGER ledger_position_kept ON ledger_position",
    "DROP TRIGGER ledger_position_whole ON ledger_position",
    "DROP FUNCTION ledger_refuse(), ledger_keep_entry(), ledger_note_entry(), ledger_keep_whole(), "
    "ledger_forget_messages()",
)


def switch_on(vendor: str) -> tuple[str, ...]:
    """Return the statements that put the triggers in place."""
    return POSTGRESQL_ON if vendor == "postgresql" else SQLITE_ON


def switch_off(vendor: str) -> tuple[str, ...]:
    """Return the statements that take them away: for the reverse migration and for an emptied test database."""
    return POSTGRESQL_OFF if vendor == "postgresql" else SQLITE_OFF
