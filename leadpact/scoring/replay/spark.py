"""A history folder replayed by a Spark cluster: the same kernel, over the same files, a part of the persons at a time.

Spark reads the Parquet files, brings the rows of each person together by a hash, and hands each part to Python as
Arrow; there it becomes columns and goes through the kernel.  The only file that knows pyspark and pyarrow; executors
need the same Python packages as the driver, and to see the folder under the same path.
"""

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from leadpact.engagement.kinds import ACTS, is_act, standard_names
from leadpact.pact.types import Pact
from leadpact.scoring.replay.compiling import compile_kernel, is_compiled, kernel_folder, load
from leadpact.scoring.replay.counting import replay_by_kernel
from leadpact.scoring.replay.parts import Array, Asked, Part, columns_of_part
from leadpact.scoring.replay.plain import replay_plainly
from leadpact.scoring.replay.shapes import Shapes
from leadpact.scoring.replay.types import Columns, Engine, Intervals, Mode, Replayed, Shape
from leadpact.scoring.replay.wanted import Wanted, wanted_of
from leadpact.scoring.rules_days import micros

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

ACTS_IN_A_PART: Final = 400_000
ROWS_IN_A_BATCH: Final = 100_000
PERSON, FACT, RESET, ACT = range(4)  # what a row tells of
COUNTS: Final = -1  # in place of a person: how many there were, and how many were left out early
ROW: Final = (
    "what tinyint, person bigint, company bigint, identity bigint, at bigint, recorded bigint, number int,"
    " void boolean, name string, value string"
)
ANSWER: Final = "person bigint, since bigint, until bigint, by_points int"

type Batches = Iterable["pyarrow.RecordBatch"]


@dataclass(frozen=True)
class Order:
    """What an executor is told: the pact, what the numbers in its rows mean, and where a compiled kernel may lie."""

    pact: Pact
    asked: Asked
    mode: Mode
    as_of: int
    known_at: int | None
    kernel: str


@contextmanager
def session(master: str) -> Iterator["SparkSession"]:
    """Hold a session on a cluster; whatever else it needs may stand in Spark's own configuration files."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(ROWS_IN_A_BATCH),
        "spark.ui.showConsoleProgress": "false",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
    }
    if any(host in master for host in ("//127.0.0.1:", "//localhost:")):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    building = SparkSession.builder.master(master).appName("leadpact replay").config(map=settings)
    spark = building.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def replay_on_spark(
    spark: "SparkSession",
    pact: Pact,
    folder: Path,
    *,
    mode: Mode,
    as_of: datetime,
    known_at: datetime | None = None,
    acts_in_a_part: int = ACTS_IN_A_PART,
) -> Replayed:
    """Return what `replay` over the columns of the folder returns, interval for interval."""
    began = time.perf_counter()
    found = _Folder(spark, folder)
    wanted = wanted_of([pact])
    shapes, numbered, events = found.shapes(wanted)
    whys, whys_numbered = found.whys()
    accounts = any(score.account for score in pact.engagement)
    asked = Asked(tuple(shapes), tuple(whys), wanted.facts, accounts=accounts, knows_when=known_at is not None)
    order = Order(
        pact, asked, mode, micros(as_of), None if known_at is None else micros(known_at), str(kernel_folder() or "")
    )
    rows = found.rows(numbered, whys_numbered, wanted)
    parts = max(events // acts_in_a_part + 1, spark.sparkContext.defaultParallelism)
    together = rows.repartition(parts, _key(accounts=accounts))
    answer = together.mapInArrow(_task(order), ANSWER).toArrow()
    intervals, persons, skipped = _put_together({name: answer[name].to_numpy() for name in answer.column_names})
    return Replayed(intervals, events, persons, skipped, time.perf_counter() - began, Engine.SPARK)


def _key(*, accounts: bool) -> Any:
    """Return what brings rows together: the person, or with account scores all of the company."""
    from pyspark.sql import functions as sql

    return sql.expr("if(company > 0, company, -person)" if accounts else "person")


def _put_together(answer: dict[str, Array]) -> tuple[Intervals, int, int]:
    counts = answer["person"] == COUNTS
    places = np.flatnonzero(~counts)
    places = places[np.argsort(answer["person"][places], kind="stable")]  # each person's come from one part, in order
    return (
        Intervals(
            persons=answer["person"][places].astype(np.int64),
            since=answer["since"][places].astype(np.int64),
            until=answer["until"][places].astype(np.int64),
            ended_by_points=answer["by_points"][places].astype(np.uint8),
        ),
        int(answer["since"][counts].sum()),
        int(answer["until"][counts].sum()),
    )


class _Folder:
    """The files of a history folder, as tables."""

    def __init__(self, spark: "SparkSession", folder: Path) -> None:
        self.spark, self.folder = spark, folder.absolute()
        self.segments = self._table("segments").where("identity IS NOT NULL AND position > 0")

    def shapes(self, wanted: Wanted) -> tuple[list[Shape], "DataFrame", int]:
        """Return the distinct acts as the pact tells them apart, (kind, facts, number), and how many acts there are."""
        found = self.segments.groupBy("kind", "facts").count().toArrow().to_pydict()
        # Of standard properties too only those are kept that the pact names: nobody else will ask these columns.
        table = Shapes(wanted, {kind: standard_names(kind) for kind in ACTS})
        rows, events = list[tuple[str, str, int]](), 0
        for kind, facts, count in zip(found["kind"], found["facts"], found["count"], strict=True):
            if is_act(kind):
                rows.append((kind, facts, table.number(kind, _properties(facts))))
                events += count
        return table.known, self._small("kind string, facts string, number int", rows), events

    def whys(self) -> tuple[list[str], "DataFrame"]:
        found = sorted(row.why for row in self._table("resets").select("why").distinct().collect())
        return found, self._small("why string, number int", [(why, number) for number, why in enumerate(found)])

    def rows(self, shapes: "DataFrame", whys: "DataFrame", wanted: Wanted) -> "DataFrame":
        """Return everything that is told of anybody, one row each."""
        from pyspark.sql import functions as sql

        self._table("persons").createOrReplaceTempView("persons")
        self.spark.sql(_PERSONS).createOrReplaceTempView("who")
        facts = self._table("facts").withColumn("place", sql.col("_metadata.row_index"))
        is_wanted = sql.col("name").isin(sorted(wanted.facts))
        facts.withColumn("is_wanted", is_wanted).createOrReplaceTempView("facts")
        self._table("resets").createOrReplaceTempView("resets")
        self._table("voids").distinct().createOrReplaceTempView("voids")
        self.segments.createOrReplaceTempView("segments")
        shapes.createOrReplaceTempView("shapes")
        whys.createOrReplaceTempView("whys")
        return self.spark.sql(_ROWS.format(PERSON=PERSON, FACT=FACT, RESET=RESET, ACT=ACT))

    def _table(self, name: str) -> "DataFrame":
        place = self.folder / name
        return self.spark.read.parquet((place if place.is_dir() else place.with_suffix(".parquet")).as_uri())

    def _small(self, columns: str, rows: list[Any]) -> "DataFrame":
        from pyspark.sql.functions import broadcast

        return broadcast(self.spark.createDataFrame(rows, columns))


_PERSONS: Final = """
SELECT person, coalesce(min_by(company, identity), 0) AS company FROM persons GROUP BY person
"""
# Facts no pact asks about matter once: the person's history begins with the first thing known.
_ROWS: Final = """
SELECT CAST({ACT} AS tinyint) AS what, p.person, w.company, s.identity, unix_micros(s.happened_at) AS at,
       unix_micros(s.recorded_at) AS recorded, a.number, v.entry IS NOT NULL AS void, '' AS name, '' AS value
FROM segments s
JOIN (SELECT identity, person FROM persons WHERE identity > 0) p ON p.identity = s.identity
JOIN who w ON w.person = p.person
JOIN shapes a ON a.kind = s.kind AND a.facts = s.facts
LEFT JOIN voids v ON v.entry = s.entry
UNION ALL
SELECT {PERSON}, person, company, 0L, 0L, 0L, 0, false, '', '' FROM who
UNION ALL
SELECT {FACT}, f.person, w.company, 0L, unix_micros(f.happened_at), f.place, 0, false, f.name, f.value
FROM facts f JOIN who w ON w.person = f.person WHERE f.is_wanted
UNION ALL
SELECT {FACT}, f.person, any_value(w.company), 0L, unix_micros(min(f.happened_at)), -1L, 0, false, '', 'null'
FROM facts f JOIN who w ON w.person = f.person GROUP BY f.person
UNION ALL
SELECT {RESET}, r.person, w.company, 0L, unix_micros(r.happened_at), 0L, y.number, false, '', ''
FROM resets r JOIN who w ON w.person = r.person JOIN whys y ON y.why = r.why
"""


def _properties(facts: str) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(facts)
    return found


def _task(order: Order) -> Callable[[Batches], Batches]:
    """Return what an executor does with a part."""

    def replay_part(batches: Batches) -> Batches:
        import pyarrow as arrow

        given = [batch for batch in batches if len(batch)]
        if not given:
            return
        table = arrow.Table.from_batches(given)
        part = part_of({name: table[name].to_numpy() for name in table.column_names})
        found, skipped = _replayed(columns_of_part(part, order.asked), order)
        answer = {
            "person": np.r_[COUNTS, found.persons],
            "since": np.r_[len(part.persons), found.since],
            "until": np.r_[skipped, found.until],
            "by_points": np.r_[0, found.ended_by_points].astype(np.int32),
        }
        yield from arrow.table(answer).to_batches()

    return replay_part


def part_of(rows: dict[str, Array]) -> Part:
    """Return what rows tell, each of one thing, as arrays of each sort of thing."""

    def told(what: int, **names: str) -> dict[str, Array]:
        which = rows["what"] == what
        return {own: rows[name][which] for own, name in {"persons": "person", **names}.items()}

    persons = told(PERSON, companies="company")
    order = np.argsort(persons["persons"])
    return Part(
        persons=persons["persons"][order],
        companies=persons["companies"][order],
        acts=told(ACT, identities="identity", times="at", recorded="recorded", shapes="number", voids="void"),
        facts=told(FACT, times="at", places="recorded", names="name", values="value"),
        resets=told(RESET, times="at", whys="number"),
    )


def _replayed(columns: Columns, order: Order) -> tuple[Intervals, int]:
    folder = _compiled(order.kernel)
    if folder is None:
        return replay_plainly(order.pact, columns, order.mode, order.as_of, order.known_at), 0
    kernel = load(folder)
    return replay_by_kernel(kernel, order.pact, columns, order.mode, order.as_of, order.known_at, threads=1)


def _compiled(named: str) -> Path | None:
    """Return a folder with a compiled kernel: the driver's where this machine has the same, else the executor's own."""
    if named and is_compiled(Path(named)):
        return Path(named)
    own = Path.cwd() / "kernel"  # the folder that the worker gave this executor
    own.mkdir(exist_ok=True)
    with (own.parent / "kernel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several tasks at once one compiles, the others wait
        return own if compile_kernel(own) else None
