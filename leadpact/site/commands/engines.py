"""What `leadpact replay` counts with: this machine alone, or a Spark cluster."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded
from leadpact.pact.types import Pact
from leadpact.site.commands.ready import compile_once, demand_tables

if TYPE_CHECKING:
    from leadpact.flow.replaying.history import Past
    from leadpact.flow.replaying.rehearsing import Span
    from leadpact.scoring.replay.types import Mode, Replayed

EMBEDDED: Final = "embedded"
SPARK: Final = "spark"
_SECONDS: Final = 10  # to reach a cluster

type Replaying = Callable[[Pact, "Mode", "Span"], "Replayed | None"]  # None: to be replayed from the past's columns


class NoSpark(BadState):
    """Something that Spark needs is not installed here."""

    code = "no_spark"


class NoCluster(BadInput):
    """No cluster answers where one was said to be."""

    code = "no_cluster"
    what_to_do = worded("Give --master spark://HOST:PORT of a running cluster; its own page shows the address.")


class MasterForNothing(BadInput):
    """A cluster was named, and another engine asked for."""

    code = "master_for_nothing"
    what_to_do = worded("Add --engine spark, or leave --master out.")


@contextmanager
def opened(
    engine: str, master: str, pacts: Sequence[Pact], history: Path | None, now: datetime
) -> Iterator[tuple["Past", Replaying]]:
    """Hold a past and what replays it.

    history  a folder; None: this installation's own, of which a cluster is given a copy for the time being
    """
    if engine == SPARK:
        with _on_cluster(master, history, now) as found:
            yield found
        return
    if master:
        raise MasterForNothing(worded("The embedded engine needs no cluster at {master}.", master=master))
    past = _past(pacts, history, now)
    compile_once()
    yield past, lambda *_: None


def _past(pacts: Sequence[Pact], history: Path | None, now: datetime) -> "Past":
    from leadpact.flow.replaying import history as pasts

    if history is not None:
        return pasts.of_folder(history, pacts)
    demand_tables()
    return pasts.here(pacts, now=now)


@contextmanager
def _on_cluster(master: str, history: Path | None, now: datetime) -> Iterator[tuple["Past", Replaying]]:
    _demand_spark(master)
    from leadpact.flow.replaying import history as pasts
    from leadpact.scoring.replay import spark

    with _folder(history, now) as folder:
        past = pasts.of_folder_without_acts(folder)
        if history is None:
            past = pasts.Past(past.columns, pasts.real_here())
        compile_once()
        with spark.session(master) as session:

            def replayed(pact: Pact, mode: "Mode", span: "Span") -> "Replayed":
                return spark.replay_on_spark(session, pact, folder, mode=mode, as_of=span.as_of, known_at=span.known_at)

            yield past, replayed


@contextmanager
def _folder(history: Path | None, now: datetime) -> Iterator[Path]:
    """Hold a folder with the history; this installation's own is written for it, and removed in the end."""
    if history is not None:
        yield history
        return
    demand_tables()
    from leadpact.flow import exporting
    from leadpact.flow.erasing_files import history_folder

    with history_folder() as folder:
        exporting.export_history(folder, now=now)
        yield folder


def _demand_spark(master: str) -> None:
    missing = [name for name in ("pyspark", "pyarrow") if find_spec(name) is None]
    if missing:
        raise NoSpark(
            worded(
                "{missing} cannot be found: replaying on a cluster needs the extra `spark`.",
                missing=" and ".join(missing),
            ),
            what_to_do=worded("pip install 'leadpact[spark]', here and on every machine of the cluster."),
        )
    java = os.environ.get("JAVA_HOME")
    if not (java and (Path(java) / "bin" / "java").is_file()) and shutil.which("java") is None:
        raise NoSpark(
            worded("There is no Java on this machine: Spark runs on it."),
            what_to_do=worded("Install Java 17 or newer and put `java` on the path, or set JAVA_HOME."),
        )
    if not master:
        raise NoCluster(worded("A replay on Spark needs to be told where the cluster is."))
    if master.startswith("spark://") and not any(map(_answers, master.removeprefix("spark://").split(","))):
        raise NoCluster(worded("Nothing answers at {master}.", master=master))


def _answers(place: str) -> bool:
    try:
        found = urlsplit(f"//{place}")
        with socket.create_connection((found.hostname or "", found.port or 7077), timeout=_SECONDS):
            return True
    except (OSError, ValueError):
        return False
