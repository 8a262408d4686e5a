"""`leadpact generate`: a realistic large history in a folder of its own, to try replays and engines on."""

import time
from dataclasses import asdict
from pathlib import Path

import click

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded
from leadpact.pact.document import default_pact_text, parse_pact
from leadpact.site.cli import print_json


class FolderInUse(BadInput):
    """The folder holds something already."""

    code = "folder_in_use"
    what_to_do = worded("Name an empty folder, or one that is not there yet.")


@click.command()
@click.option("--events", required=True, type=click.IntRange(1), help="How many acts.")
@click.option("--persons", type=click.IntRange(1), help="Of how many persons; by default one for 40 acts.")
@click.option("--seed", default=1, show_default=True, help="The same seed and numbers give the same history.")
@click.option(
    "--into", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="An empty folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def generate(*, events: int, persons: int | None, seed: int, folder: Path, as_json: bool) -> None:
    """Make up a history: acts by a power law, in sessions, a share recorded late; facts, resets and outcomes."""
    from leadpact.scoring.replay import generating  # numpy: not for every command

    if folder.exists() and any(folder.iterdir()):
        raise FolderInUse(worded("{folder} is not empty.", folder=folder))
    began = time.perf_counter(), time.process_time()
    pact = parse_pact(default_pact_text())
    made = generating.generate(folder, events=events, persons=persons or max(1, events // 40), seed=seed, pact=pact)
    seconds, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    if as_json:
        print_json({**asdict(made), "seed": seed, "seconds": round(seconds, 2), "cpu_s": round(cpu, 2)})
        return
    click.echo(f"{made.events:,} acts of {made.persons:,} persons at {made.companies:,} companies in {folder}")
    click.echo(
        f"{made.identities:,} identities, {made.shapes:,} shapes, {made.files} segments, {made.bytes / 1e6:,.0f} MB"
    )
    click.echo(
        f"{made.top_share:.0%} of the acts are of the most active hundredth, {made.evaluated_share:.0%} of persons who"
        f" may get ready by the default pact; {made.late_share:.1%} were recorded late, {made.void_share:.1%} are void."
    )
    click.echo(f"Seed {seed}; {seconds:,.1f} s, {cpu:,.1f} s of processor time.")


commands: list[click.Command] = [generate]
