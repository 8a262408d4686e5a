"""Files of papers on disk, under the digest of their content.  What somebody uploads is treated as hostile.

Only what begins and ends as a PDF is taken; its name from outside never becomes a path, and it is never shown
inside a page of ours: whoever serves it sends it as an attachment.
"""

import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from leadpact.base.wording import worded
from leadpact.capture.errors import BadFile

LARGEST: Final = 25 * 1024 * 1024
MEDIA_TYPE: Final = "application/pdf"
_HEAD: Final = b"%PDF-"
_END: Final = b"%%EOF"
_END_WITHIN: Final = 2_048
_LONGEST_NAME: Final = 100
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """A file that was taken; `name` is what it is called when somebody downloads it."""

    digest: str
    name: str
    size: int


def keep(chunks: Iterable[bytes], name: str, *, folder: Path) -> Kept:
    """Write an uploaded file and return it; the same content is kept once.  Raises `BadFile`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    passing = folder / f"{secrets.token_hex(8)}.part"
    try:
        digest, size = _write(chunks, passing)
        target = folder / f"{digest}.pdf"
        passing.replace(target)
    finally:
        passing.unlink(missing_ok=True)
    return Kept(digest, safe_name(name), size)


def path_of(digest: str, *, folder: Path) -> Path:
    """Return where a file lies; raises `BadFile` for what is no digest or lies nowhere."""
    path = folder / f"{digest}.pdf"
    if not _DIGEST.fullmatch(digest) or not path.is_file():
        raise BadFile(worded("The file is not there any more."))
    return path


def safe_name(name: str) -> str:
    """Return a name without path, control characters or quotes, which ends in .pdf."""
    stem = re.sub(r"[^\w .()+,&-]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(". _")
    stem = stem[:-4] if stem.casefold().endswith(".pdf") else stem
    return f"{stem[:_LONGEST_NAME].strip('. ') or 'paper'}.pdf"


def _write(chunks: Iterable[bytes], passing: Path) -> tuple[str, int]:
    digest, size, head, tail = sha256(), 0, b"", b""
    with passing.open("xb") as out:
        passing.chmod(0o600)
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise BadFile(
                    worded("The file is larger than {most} MB.", most=LARGEST // 1024 // 1024),
                    details={"field": "file"},
                )
            head = (head + chunk)[: len(_HEAD)] if len(head) < len(_HEAD) else head
            if len(head) >= len(_HEAD) and head != _HEAD:
                raise _no_pdf()
            tail = (tail + chunk)[-_END_WITHIN:]
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if head != _HEAD or _END not in tail:
        raise _no_pdf()
    return digest.hexdigest(), size


def _no_pdf() -> BadFile:
    return BadFile(worded("The file is no PDF, whatever its name says."), details={"field": "file"})
