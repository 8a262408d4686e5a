"""What was deleted must be in no file either: SQLite's log of writes keeps old pages until it is emptied.

Pages themselves are overwritten as they are freed (`secure_delete`).  PostgreSQL keeps dead rows until a VACUUM:
docs/howto/privacy.md says what its operator does.
"""

from django.db import connection

from leadpact.ledger.inbox import open_inbox


def overwrite() -> bool:
    """Empty the logs of the main file and of the inbox; False while another reads them: try again.

    Within a transaction there is nothing to be emptied yet, and the answer is False, too.
    """
    if connection.in_atomic_block:
        return False
    is_done = open_inbox().overwrite()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
        is_done = is_done and not is_busy
    return is_done
