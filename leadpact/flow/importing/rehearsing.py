"""A rehearsal: an import on a copy, so that what it would come to is what it comes to.

On SQLite the copy is a file elsewhere: the installation's own files are only read, not even opened as a database,
and nobody waits.  Elsewhere, and inside a transaction, everything is rolled back at the end.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from leadpact.base.errors import BadState
from leadpact.base.wording import worded

_TRIES: Final = 5
_COPY: Final = "IS_REHEARSAL"


class TooBusy(BadState):
    """The database changed every time it was copied."""

    code = "too_busy"
    what_to_do = worded("Try again in a moment.")


@contextmanager
def rehearsal() -> Iterator[None]:
    """Let everything written inside be gone afterwards; a rehearsal within one is part of it."""
    file = Path(str(connection.settings_dict["NAME"]))
    is_copy = _COPY in connection.settings_dict
    if connection.vendor != "sqlite" or connection.in_atomic_block or is_copy or not file.is_file():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    with tempfile.TemporaryDirectory(prefix="leadpact-") as folder:
        copy = Path(folder) / file.name
        connection.close()
        _copy(file, copy)
        own = connection.settings_dict
        connection.settings_dict = {**own, "NAME": copy, _COPY: True}
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict = own


def _copy(file: Path, copy: Path) -> None:
    """Copy a database and its log as they stand at one moment; again if a checkpoint came in between."""
    log, copied_log = file.with_name(f"{file.name}-wal"), copy.with_name(f"{copy.name}-wal")
    for _ in range(_TRIES):
        before = _mark(file, log)
        shutil.copyfile(file, copy)
        copied_log.unlink(missing_ok=True)
        if log.exists():
            shutil.copyfile(log, copied_log)
        if _mark(file, log) == before:
            return
    raise TooBusy(worded("The database could not be copied."))


def _mark(file: Path, log: Path) -> tuple[int, int, bytes]:
    """What a checkpoint changes: the file itself, and the head of the log when that begins anew."""
    stat = file.stat()
    try:
        with log.open("rb") as content:
            head = content.read(32)
    except FileNotFoundError:
        head = b""
    return stat.st_mtime_ns, stat.st_size, head
