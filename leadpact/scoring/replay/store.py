"""The files behind the columns: long arrays that only grow, small ones written anew, and a mark that names them all.

    <folder>/mark.json             which generation and files hold now, and how many rows of the long ones count
    <folder>/<generation>/*.column  long arrays, appended to; what lies behind the marked length was never finished
    <folder>/<generation>/<n>-*.npy small arrays, each version a file of its own

Written in this order: append and fsync, new files and fsync, then the mark by rename.  Killed at any moment, the old
mark holds.  Readers open by the mark; a file they hold open stays readable when a later mark drops it.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leadpact.ledger.faults import reach

FORMAT: Final = 1
LONG: Final[Mapping[str, str]] = {"times": "<i8", "recorded": "<i8", "entries": "<i8", "shapes": "<i4"}
type Array = NDArray[Any]


@dataclass
class Mark:
    """What the columns hold: `said` is whatever else must be remembered with them, as JSON."""

    generation: str
    rows: int = 0
    version: int = 0
    files: dict[str, str] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)


class Store:
    """One folder of columns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mark(self) -> Mark | None:
        """Return the mark; None where nothing usable is there."""
        try:
            document = json.loads((self.folder / "mark.json").read_text(encoding="utf-8"))
            if document.pop("format") != FORMAT:
                return None
            found = Mark(**document)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return found if self._is_whole(found) else None

    def begin(self) -> Mark:
        """Begin a new generation beside the one that holds."""
        made = Mark(secrets.token_hex(6))
        (self.folder / made.generation).mkdir(parents=True)
        return made

    def append(self, mark: Mark, columns: Mapping[str, Array]) -> None:
        """Put rows behind those that count."""
        added = len(columns["times"])
        for name, kind in LONG.items():
            file = self.folder / mark.generation / f"{name}.column"
            with file.open("r+b" if file.exists() else "w+b") as target:
                # What a crash left behind the marked rows goes.
                target.truncate(mark.rows * np.dtype(kind).itemsize)
                target.seek(0, os.SEEK_END)
                columns[name].astype(kind, copy=False).tofile(target)
                target.flush()
                os.fsync(target.fileno())
        mark.rows += added
        reach("cache:after-append")

    def put(self, mark: Mark, arrays: Mapping[str, Array]) -> None:
        """Write small arrays anew; each takes the place of the one of the same name once the mark is set."""
        mark.version += 1
        for name, array in arrays.items():
            mark.files[name] = f"{mark.version}-{name}.npy"
            with (self.folder / mark.generation / mark.files[name]).open("wb") as target:
                np.save(target, array, allow_pickle=False)
                target.flush()
                os.fsync(target.fileno())
        reach("cache:after-files")

    def put_document(self, mark: Mark, name: str, document: Any) -> None:
        """Write a small document anew, as `put` does with arrays."""
        mark.version += 1
        mark.files[name] = f"{mark.version}-{name}.json"
        with (self.folder / mark.generation / mark.files[name]).open("w", encoding="utf-8") as target:
            json.dump(document, target, ensure_ascii=False, separators=(",", ":"))
            target.flush()
            os.fsync(target.fileno())

    def set_mark(self, mark: Mark) -> None:
        """Make what was written hold, and remove what no mark names any more."""
        _sync(self.folder / mark.generation)
        document = {"format": FORMAT, **vars(mark)}
        writing = self.folder / "mark.json.writing"
        with writing.open("w", encoding="utf-8") as target:
            json.dump(document, target, ensure_ascii=False)
            target.flush()
            os.fsync(target.fileno())
        reach("cache:before-mark")
        writing.rename(self.folder / "mark.json")
        _sync(self.folder)
        reach("cache:after-mark")
        self._tidy(mark)

    def long(self, mark: Mark, name: str) -> Array:
        """Return a long array, mapped into memory."""
        kind = np.dtype(LONG[name])
        if not mark.rows:
            return np.zeros(0, kind)
        file = self.folder / mark.generation / f"{name}.column"
        return np.memmap(file, kind, mode="r", shape=(mark.rows,))

    def small(self, mark: Mark, name: str) -> Array:
        """Return a small array, mapped into memory."""
        file = self.folder / mark.generation / mark.files[name]
        found: Array = np.load(file, mmap_mode="r" if file.stat().st_size > 4096 else None, allow_pickle=False)
        return found

    def document(self, mark: Mark, name: str) -> Any:
        return json.loads((self.folder / mark.generation / mark.files[name]).read_text(encoding="utf-8"))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder's lock: one writer at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _is_whole(self, mark: Mark) -> bool:
        inside = self.folder / mark.generation
        if not mark.generation or not all((inside / name).is_file() for name in mark.files.values()):
            return False
        long = ((inside / f"{name}.column", mark.rows * np.dtype(kind).itemsize) for name, kind in LONG.items())
        return all(not size or (file.is_file() and file.stat().st_size >= size) for file, size in long)

    def _tidy(self, mark: Mark) -> None:
        for other in self.folder.iterdir():
            if other.is_dir() and other.name != mark.generation:
                shutil.rmtree(other, ignore_errors=True)
        named = set(mark.files.values())
        for file in (self.folder / mark.generation).iterdir():
            if file.suffix != ".column" and file.name not in named:
                file.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
