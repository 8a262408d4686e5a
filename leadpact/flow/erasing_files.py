"""Files that may name a person: uploads on their way through an import, and copies of the history for a replay."""

import fcntl
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from leadpact.base.mentions import Mentions

HISTORY: Final = "history-"
_LOCK: Final = ".lock"
_UPLOAD: Final = re.compile(r"\d+-[0-9a-f]{32}")


def forget_uploads(mentions: Mentions) -> int:
    """Remove uploads in which the persons stand, with their reports and refused rows; returns how many."""
    found = uploads_naming(mentions)
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return len(found)


def uploads_naming(mentions: Mentions) -> list[Path]:
    """Return the folders of uploads in which the persons stand."""
    return [folder for folder in _uploads() if any(_names(file, mentions) for file in folder.rglob("*"))]


def forget_histories() -> bool:
    """Remove copies of the history that a replay left behind; False where one is in use."""
    found = [folder for folder in Path(settings.HOME).glob(f"{HISTORY}*") if folder.is_dir()]
    return not [folder for folder in found if not _forgotten(folder)]


@contextmanager
def history_folder() -> Iterator[Path]:
    """Hold an empty folder for a copy of the history, removed in the end; an erasure waits until then."""
    with tempfile.TemporaryDirectory(prefix=HISTORY, dir=settings.HOME) as name, (Path(name) / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield Path(name)


def _forgotten(folder: Path) -> bool:
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _uploads() -> Iterator[Path]:
    folder = Path(settings.UPLOADS)
    if folder.is_dir():
        yield from (each for each in folder.iterdir() if each.is_dir() and _UPLOAD.fullmatch(each.name))


def _names(file: Path, mentions: Mentions) -> bool:
    if not file.is_file():
        return False
    if mentions.within(file.name):
        return True
    if zipfile.is_zipfile(file):  # .xlsx and .ods: packed, so the file's own bytes show nothing
        with zipfile.ZipFile(file) as packed:
            return any(mentions.within_bytes(packed.read(each)) for each in packed.namelist())
    return mentions.within_bytes(file.read_bytes())
