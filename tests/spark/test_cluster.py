"""On a real cluster, of one master and two workers, a replay finds the intervals that one machine finds."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from leadpact.pact.document import default_pact_text
from leadpact.scoring.replay.compiling import compile_kernel, load
from leadpact.scoring.replay.counting import replay_by_kernel
from leadpact.scoring.replay.generating import generate
from leadpact.scoring.replay.history import columns_of_folder
from leadpact.scoring.rules_days import micros
from tests.spark.cluster import ROOT, Cluster, environment, missing, running
from tests.spark.driver import AS_OF, DEFAULT, Case, cases, save

pytestmark = [pytest.mark.long, pytest.mark.skipif(bool(missing()), reason=missing())]
EVENTS, PERSONS = 200_000, 5_000
SECONDS = 1_200
ROWS = "SELECT person, epoch_us(qualified_from), epoch_us(qualified_to) FROM read_parquet(?)"
LEADPACT = (sys.executable, "-c", "from leadpact.site.cli import main; main()")


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kernels")
    assert compile_kernel(folder)
    return folder


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    generate(folder, events=EVENTS, persons=PERSONS, seed=11, pact=DEFAULT)
    return folder


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def asking(cluster: Cluster, kernels: Path) -> dict[str, str]:
    return environment(cluster.folder) | {"LEADPACT_KERNELS": str(kernels)}


def driver(cluster: Cluster, history: Path, kernels: Path, into: Path, *names: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "tests.spark.driver", str(history), cluster.master, str(into), *names]
    return subprocess.Popen(
        words, cwd=ROOT, env=asking(cluster, kernels), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def end_of(process: "subprocess.Popen[str]") -> None:
    try:
        said, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert process.returncode == 0, said[-4000:]


def assert_equal(case: Case, history: Path, kernels: Path, into: Path) -> None:
    """Hold what the cluster said to what this machine says, number for number."""
    columns = columns_of_folder(history, pacts=[case.pact])
    known = None if case.known_at is None else micros(case.known_at)
    found, skipped = replay_by_kernel(load(kernels), case.pact, columns, case.mode, micros(AS_OF), known, threads=1)
    assert len(found.persons) > 100, case.name
    own = into / "own.npz"
    save(own, found, (len(columns.times), len(columns.persons), skipped))
    with np.load(own) as one, np.load(into / f"{case.name}.npz") as other:
        assert set(one) == set(other)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name], err_msg=f"{case.name}: {name}")


def test_every_pact_and_mode_comes_to_the_same(cluster: Cluster, history: Path, kernels: Path, tmp_path: Path) -> None:
    end_of(driver(cluster, history, kernels, tmp_path))
    for case in cases():
        assert_equal(case, history, kernels, tmp_path)


def test_a_worker_that_is_lost_in_the_middle_changes_nothing(history: Path, kernels: Path, tmp_path: Path) -> None:
    case = next(cases())
    with running(tmp_path / "cluster") as own:
        process = driver(own, history, kernels, tmp_path, case.name)
        until = time.monotonic() + SECONDS
        while not list((tmp_path / "cluster" / "shuffles").glob("**/shuffle_*.data")):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        own.kill_worker(0)
        assert process.poll() is None, "the replay was over before"
        end_of(process)
    assert_equal(case, history, kernels, tmp_path)


def test_the_command_says_the_same_by_either_engine(
    cluster: Cluster, history: Path, kernels: Path, tmp_path: Path
) -> None:
    pact = tmp_path / "pact.yaml"
    pact.write_text(default_pact_text(), encoding="utf-8")
    against = tmp_path / "against.yaml"
    against.write_text(default_pact_text().replace("name: Default pact", "name: Another"), encoding="utf-8")
    said, rows = {}, {}
    for engine, master in (("embedded", []), ("spark", ["--master", cluster.master])):
        file = tmp_path / f"{engine}.parquet"
        done = subprocess.run(
            [*LEADPACT, "replay", str(pact), "--against", str(against), "--history", str(history), "--json",
             "--as-of", "2026-10-01", "--intervals", str(file), "--engine", engine, *master],
            env=asking(cluster, kernels) | {"LEADPACT_HOME": str(tmp_path / "home")},
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        said[engine] = json.loads(done.stdout)
        assert said[engine].pop("engine") == engine
        assert said[engine].pop("seconds") > 0
        with duckdb.connect() as database:
            rows[engine] = database.execute(ROWS, [str(file)]).fetchall()
    assert said["spark"] == said["embedded"]
    assert rows["spark"] == rows["embedded"] != []


def test_an_installation_is_replayed_from_a_copy_that_is_gone_afterwards(
    cluster: Cluster, kernels: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    env = asking(cluster, kernels) | {"LEADPACT_HOME": str(home), "DATABASE_URL": ""}

    def run(*words: str) -> str:
        done = subprocess.run(
            [*LEADPACT, *words], env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    run("demo", "--scale", "0.05", "--no-serve")
    pact = tmp_path / "pact.yaml"
    pact.write_text(default_pact_text(), encoding="utf-8")
    words = ["replay", str(pact), "--json"]
    embedded, spark = (
        json.loads(run(*words, *more)) for more in ([], ["--engine", "spark", "--master", cluster.master])
    )
    for one in (embedded, spark):
        one.pop("seconds"), one.pop("engine")
    assert spark == embedded
    assert embedded["intervals"] > 0
    assert [one.name for one in home.iterdir() if one.name.startswith("history-")] == []
