"""`leadpact bench`: how fast this machine is at the three things that must be fast, in a folder of its own.

Nothing of the installation is read or written but the compiled kernel.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from leadpact.site.cli import print_json, set_up_django

BEGAN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
PATHS: Final = ("/", "/product", "/pricing", "/docs")
EVENTS_A_PERSON: Final = 20
SEED: Final = 1
SETTINGS: Final = "leadpact.site.settings"


@click.group()
def bench() -> None:
    """Measure this machine: events through the whole way in, a replay, the score of one person after another."""


def _measure(usual: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a measurement its two options."""

    def mark(work: Callable[..., None]) -> Callable[..., None]:
        work = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(work)
        return click.option("--events", default=usual, show_default=True, type=click.IntRange(1))(work)

    return mark


@bench.command()
@_measure(10_000)
def ingest(*, events: int, as_json: bool) -> None:
    """Events put into the inbox and drained: recognised, recorded, given their place."""
    with _home():
        from leadpact.flow import arrival
        from leadpact.ledger import actions as ledger
        from leadpact.ledger.inbox import Arrival, open_inbox

        source, inbox = _founded(), open_inbox()
        bodies = list(_bodies(events))
        wall, cpu = time.perf_counter(), time.process_time()
        inbox.put([Arrival(source, BEGAN, body) for body in bodies])
        while arrival.drain(inbox, now=BEGAN).taken:
            pass
        while ledger.sequence():
            pass
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        recorded = arrival.totals()["recorded"]
        inbox.close()
    _tell("ingest", recorded, recorded / wall, "events/s", as_json=as_json, seconds=wall, cpu_s=cpu)


@bench.command()
@_measure(1_000_000)
def replay(*, events: int, as_json: bool) -> None:
    """A made-up history replayed under the default pact: once cold, then warm."""
    kept = os.environ.get("LEADPACT_KERNELS") or str(_own_home() / "kernel")
    with _home(kernels=kept) as home:
        from leadpact.flow.replaying import history, rehearsing
        from leadpact.pact.document import default_pact_text, parse_pact
        from leadpact.scoring.replay import generating
        from leadpact.scoring.replay.compiling import compile_kernel, kernel_folder
        from leadpact.scoring.replay.types import Mode

        folder = kernel_folder()
        if folder is not None:
            compile_kernel(folder)
        pact = parse_pact(default_pact_text())
        generating.generate(home / "history", events=events, persons=max(1, events // 40), seed=SEED, pact=pact)
        began = time.perf_counter()
        past = history.of_folder(home / "history", [pact])
        opened = time.perf_counter() - began
        span = rehearsing.Span(datetime.now(UTC))
        first, again = (rehearsing.run(past, pact, mode=Mode.WHAT_IF, span=span).replayed for _ in range(2))
    _tell(
        "replay", events, again.events / again.seconds, "events/s", as_json=as_json, seconds=again.seconds,
        first_s=first.seconds, open_s=opened, engine=again.engine.value,
        skipped_share=again.skipped / max(1, again.persons),
    )  # fmt: skip


@bench.command()
@_measure(30_000)
def live(*, events: int, as_json: bool) -> None:
    """The score of one person after another, as when an act arrives: each one's whole history, on one core."""
    from leadpact.pact.document import default_pact_text, parse_pact
    from leadpact.scoring.rules import judge
    from leadpact.scoring.types import Act, History

    chance = random.Random(SEED)  # noqa: S311  # the same load each time, nothing secret
    pact, everybody = parse_pact(default_pact_text()), list[History]()
    for first in range(0, events, EVENTS_A_PERSON):
        acts = (
            Act(n, f"{n:08x}", "page.viewed", BEGAN - timedelta(minutes=chance.randrange(200_000)),
                {"path": chance.choice(PATHS)})
            for n in range(first, min(first + EVENTS_A_PERSON, events))
        )  # fmt: skip
        everybody.append(History(tuple(acts)))
    began = time.process_time()
    for history in everybody:
        judge(pact, history, BEGAN)
    cpu = time.process_time() - began
    _tell("live", events, events / cpu, "events/s a core", as_json=as_json, cpu_s=cpu, persons=len(everybody))


@contextmanager
def _home(*, kernels: str = "none") -> Iterator[Path]:
    """Work in an installation of its own, on SQLite, that is gone afterwards."""
    if SETTINGS in sys.modules:  # read already: what follows would go into the real home
        raise RuntimeError("a measurement needs a process of its own")
    with tempfile.TemporaryDirectory(prefix="leadpact-bench-") as folder:
        os.environ |= {"LEADPACT_HOME": folder, "LEADPACT_KERNELS": kernels}
        os.environ.pop("DATABASE_URL", None)
        set_up_django()
        yield Path(folder)


def _own_home() -> Path:
    home = os.environ.get("LEADPACT_HOME")
    return (Path(home) if home else Path.home() / ".local/share/leadpact").absolute()


def _founded() -> int:
    """Set up the installation, and return a source that may write."""
    from django.core.management import call_command

    from leadpact.engagement import actions, reads
    from leadpact.engagement.types import SourceKind
    from leadpact.flow import agreeing
    from leadpact.team.types import SYSTEM

    call_command("migrate", verbosity=0, interactive=False)
    agreeing.set_up(zone="UTC", since=BEGAN - timedelta(days=1), by=SYSTEM, now=BEGAN)
    found = reads.source_by_key(actions.create_source("bench", SourceKind.SERVER, by=SYSTEM, now=BEGAN))
    if found is None:
        raise RuntimeError("the key that was just made opens nothing")
    return found.id


def _bodies(events: int) -> Iterator[bytes]:
    """Return visits as a busy site sends them: about twenty of a device, one in five of a known user."""
    chance = random.Random(SEED)  # noqa: S311  # as above
    for number in range(events):
        person = chance.randrange(max(1, events // EVENTS_A_PERSON))
        path = chance.choice(PATHS)
        said: dict[str, object] = {
            "type": "page", "messageId": f"bench-{number}", "anonymousId": f"device-{person}",
            "properties": {"path": path, "url": f"https://www.example.com{path}"},
        }  # fmt: skip
        if chance.random() < 0.2:
            said["userId"] = f"user-{person}"
        yield json.dumps(said).encode()


def _tell(name: str, n: int, value: float, unit: str, *, as_json: bool, **more: float | str) -> None:
    rest = {key: round(said, 4) if isinstance(said, float) else said for key, said in more.items()}
    if as_json:
        print_json({"name": name, "n": n, "value": round(value), "unit": unit, **rest})
        return
    click.echo(
        f"{name}: {n:,} events, {value:,.0f} {unit} ({', '.join(f'{key} {said}' for key, said in rest.items())})"
    )


commands: list[click.Command] = [bench]
