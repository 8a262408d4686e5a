"""`leadpact export`: what is in the ledger, as files for other tools.  Whoever runs commands here may read it all."""

from datetime import datetime
from pathlib import Path

import click

from leadpact.base.text import parse_moment
from leadpact.base.wording import worded
from leadpact.flow import clock
from leadpact.site.cli import print_json
from leadpact.site.commands.generate import FolderInUse
from leadpact.site.commands.ready import demand_tables

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def export() -> None:
    """Take data out, for other tools."""
    demand_tables()


@export.command()
@click.option("--parquet", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="To write.")
@click.option("--since", default="", help="Only what happened from this moment on.")
@click.option("--until", default="", help="Only what happened before this moment.")
@click.option("--kinds", default="", help="Only these kinds, with commas between; by default every act of a prospect.")
@_json_option
def events(*, file: Path, since: str, until: str, kinds: str, as_json: bool) -> None:
    """Write acts into a Parquet file, one row each (docs/reference/export-events.md)."""
    from leadpact.flow import exporting

    names = [name.strip() for name in kinds.split(",") if name.strip()]
    rows = exporting.export_events(file, since=_moment(since), until=_moment(until), kinds=names)
    if as_json:
        print_json({"file": str(file), "rows": rows, "bytes": file.stat().st_size})
        return
    click.echo(f"{rows:,} rows in {file}, {file.stat().st_size / 1e6:,.1f} MB.")


@export.command()
@click.option(
    "--into", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="An empty folder."
)
@_json_option
def history(*, folder: Path, as_json: bool) -> None:
    """Write everything a replay reads into a folder (docs/reference/history-folder.md)."""
    from leadpact.flow import exporting

    if folder.exists() and any(folder.iterdir()):
        raise FolderInUse(worded("{folder} is not empty.", folder=folder))
    acts = exporting.export_history(folder, now=clock.now())
    if as_json:
        print_json({"folder": str(folder), "acts": acts})
        return
    click.echo(f"{acts:,} acts in {folder}.")


def _moment(text: str) -> datetime | None:
    return parse_moment(text) if text else None


commands: list[click.Command] = [export]
