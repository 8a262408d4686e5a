"""Reading a long history for replays: asked for on a page, done by the worker, which says how far it is.

What is asked for lies in a file beside the columns, until they hold it.  Server and worker share that folder.
"""

import json
import secrets
import threading
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.pact.types import Pact
from leadpact.scoring.replay.compiling import is_compiled, kernel_folder, load

if TYPE_CHECKING:
    from leadpact.scoring.replay.wanted import Wanted

AT_ONCE: Final = 50_000  # entries that are read while somebody waits for the page: about half a second


class NotReadYet(BadState):
    """The history must be read first, and it is too long to be read while somebody waits.

    share  how much of it the worker has read, in per cent
    """

    code = "replay_not_read"
    what_to_do = worded("The worker reads it; look again in some seconds. If nothing changes, see that a worker runs.")
    share: int = 0


@cache
def warm() -> threading.Thread | None:
    """Load what counts, once, beside whatever goes on: who reads a pact may ask for its replay next."""
    if kernel_folder() is None:
        return None
    thread = threading.Thread(target=_load, name="loading the replay", daemon=True)
    thread.start()
    return thread


def demand(pacts: Sequence[Pact]) -> None:
    """See that opening these pacts' past is quick.  Raises `NotReadYet`, and has the worker read it."""
    from leadpact.scoring.replay import cache  # numpy: only for who looks at a replay

    unread = cache.unread(pacts)
    if unread <= AT_ONCE:
        return
    fault = NotReadYet(
        worded("{entries} entries of the ledger must be read for this first.", entries=f"{unread:,}"),
        details={"entries": unread},
    )
    fault.share = _ask(cache.wanted(pacts))
    raise fault


def is_asked(now: datetime) -> bool:
    """Say whether somebody waits for columns."""
    return _file().exists()


def step(now: datetime) -> bool:
    """Read what is asked for, if anything is."""
    found = _read()
    if found is None:
        return False
    from leadpact.scoring.replay import cache
    from leadpact.scoring.replay.wanted import wanted_of_document

    wanted = wanted_of_document(found["wanted"])
    cache.bring_up_to_date(now=now, also=wanted, tell=lambda share: _write(wanted, share))
    left = _read()
    if left is not None and wanted.covers(wanted_of_document(left["wanted"])):  # else somebody asks for more
        _file().unlink(missing_ok=True)
    return True


def _load() -> None:
    from leadpact.flow.replaying import looking  # noqa: F401  # numpy and DuckDB: half a second
    from leadpact.scoring.replay.rehearsal import rehearse

    folder = kernel_folder()
    if folder is not None and is_compiled(folder):
        rehearse(load(folder))


def _ask(wanted: "Wanted") -> int:
    """Have this read; returns how far it is."""
    from leadpact.scoring.replay.wanted import wanted_of_document

    found = _read()
    if found is None:
        _write(wanted, 0)
        return 0
    known = wanted_of_document(found["wanted"])
    if not known.covers(wanted):
        _write(known.joined(wanted), 0)
        return 0
    return int(found["share"])


def _file() -> Path:
    return Path(settings.REPLAY) / "asked.json"


def _read() -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found


def _write(wanted: "Wanted", share: int) -> None:
    """Write it whole: the other side may read at any moment."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    passing = file.with_name(f"asked.{secrets.token_hex(4)}")
    passing.write_text(json.dumps({"wanted": wanted.as_document(), "share": share}), encoding="utf-8")
    passing.rename(file)
