"""Django's own SQLite backend, on PyPI's `pysqlite3` where the standard library's SQLite is too old.

SQLite before 3.51.3 can corrupt a WAL file that several connections write.  The driver is put in place for the
whole process, not for Django alone: two SQLite libraries that open one file in one process drop each other's locks.
"""

import sqlite3
import sys
from collections.abc import Sequence
from itertools import batched
from typing import Any

SAFE = (3, 51, 3)

if sqlite3.sqlite_version_info < SAFE:
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

from django.db.backends.sqlite3 import base, features, operations  # noqa: E402  (the driver must be in place first)

from leadpact.ledger import guard  # noqa: E402


class DatabaseFeatures(features.DatabaseFeatures):
    # pysqlite3 has no getlimit(); this is SQLite's own default since 3.32, which its wheel is built with.
    max_query_params = 32766


class DatabaseOperations(operations.DatabaseOperations):
    def _quote_params_for_last_executed_query(self, params: Sequence[Any]) -> tuple[Any, ...]:
        """Quote for the query log as Django does, but without getlimit(); SQLite takes 2000 columns."""
        quoted: list[Any] = []
        for some in batched(params, 2000):
            cursor = self.connection.connection.cursor()
            try:
                quoted += cursor.execute(f"SELECT {', '.join(['QUOTE(?)'] * len(some))}", some).fetchone()
            finally:
                cursor.close()
        return tuple(quoted)

    def sql_flush(self, style: Any, tables: Any, **options: Any) -> list[str]:
        """Empty the database (`manage.py flush`, tests): the ledger's triggers would refuse DELETE."""
        statements: list[str] = super().sql_flush(style, tables, **options)
        if "ledger_entry" not in tables:
            return statements
        return [*guard.switch_off("sqlite"), *statements, *guard.switch_on("sqlite")]


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
