"""Files that may name a person: uploads on their way through an import."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from leadpact.base.mentions import Mentions

_UPLOAD: Final = re.compile(r"\d+-[0-9a-f]{32}")


def forget_uploads(mentions: Mentions) -> int:
    """Remove uploads in which the persons stand, with their reports and refused rows; returns how many."""
    found = [folder for folder in _uploads() if any(_names(file, mentions) for file in folder.rglob("*"))]
    for folder in found:
        shutil.rmtree(folder, ignore_errors=True)
    return len(found)


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
