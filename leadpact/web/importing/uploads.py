"""Uploaded files between the first look and the import; each belongs to whoever uploaded it.

They hold personal data: the file goes as soon as it is imported, whatever is left a day later.
"""

import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from leadpact.flow.importing.types import Report

KEPT: Final = timedelta(days=1)
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_OWN: Final = re.compile(r"\d+-[0-9a-f]{32}")
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Upload:
    """A file of one user; `folder` holds it, and what an import of it came to."""

    token: str
    folder: Path
    name: str

    @property
    def file(self) -> Path:
        return self.folder / "file" / self.name

    @property
    def is_there(self) -> bool:
        """The file itself; after an import only the report is left."""
        return self.file.is_file()


def keep(chunks: Iterable[bytes], name: str, *, user: int, now: datetime) -> Upload:
    """Write an uploaded file, and take away those that nobody came back to."""
    _forget_old(now)
    token = secrets.token_hex(16)
    upload = Upload(token, _folder(user, token), _safe(name))
    upload.file.parent.mkdir(parents=True, mode=0o700)
    with upload.file.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    (upload.folder / "name").write_text(upload.name, "utf-8")
    return upload


def find(token: str, *, user: int) -> Upload | None:
    """Return an upload of this user; another's is not there."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _folder(user, token)
    try:
        return Upload(token, folder, (folder / "name").read_text("utf-8"))
    except FileNotFoundError:
        return None


def write_report(upload: Upload, report: Report) -> None:
    (upload.folder / "report.json").write_bytes(msgspec.json.encode(report, enc_hook=str))


def report_of(upload: Upload) -> Report | None:
    """Return what the last look or import came to."""
    try:
        return msgspec.json.decode((upload.folder / "report.json").read_bytes(), type=Report)
    except FileNotFoundError:
        return None


def drop_file(upload: Upload) -> None:
    upload.file.unlink(missing_ok=True)


def _folder(user: int, token: str) -> Path:
    return Path(settings.UPLOADS) / f"{user}-{token}"


def _safe(name: str) -> str:
    """A name without a path or control characters, its ending kept."""
    plain = re.sub(r"[\x00-\x1f/\\:]", "_", name).strip(". ") or "file.csv"
    stem, dot, ending = plain.rpartition(".")
    return plain if len(plain) <= _LONGEST_NAME else f"{stem[: _LONGEST_NAME - 10]}{dot}{ending[:8]}"


def _forget_old(now: datetime) -> None:
    base = Path(settings.UPLOADS)
    if not base.is_dir():
        return
    for folder in base.iterdir():  # papers to download lie beside them, and stay
        if _OWN.fullmatch(folder.name) and folder.stat().st_mtime < (now - KEPT).timestamp():
            shutil.rmtree(folder, ignore_errors=True)
