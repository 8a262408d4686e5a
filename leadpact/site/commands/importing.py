"""`import`: takes a file in, or says what it would come to."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from leadpact.base.wording import worded
from leadpact.flow import clock, importing
from leadpact.flow.importing.errors import BadMapping
from leadpact.flow.importing.refusing import write_refused
from leadpact.flow.importing.rehearsing import rehearsal
from leadpact.flow.importing.types import Intent, Kind, Options, Progress, Report
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables
from leadpact.team.types import SYSTEM

SHOWN_ERRORS = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What a row is; guessed if left out.")
@click.option("--intent", type=click.Choice(["history", "new"]), help="Rows older than 14 days are history by default.")
@click.option("--map", "maps", multiple=True, metavar="HEADER=FIELD", help="What a column is; HEADER= leaves it out.")
@click.option("--source", default="import", show_default=True, help="The system the numbers in the file belong to.")
@click.option("--encoding", default="", help="Found out if left out.")
@click.option("--delimiter", default="", help="Found out if left out.")
@click.option("--sheet", default="", help="Of a workbook; the first one if left out.")
@click.option("--zone", default="", help="Time zone of times without one; the company's if left out.")
@click.option("--currency", default="", help="Currency of amounts without one; the company's if left out.")
@click.option("--dates", default="", help="dmy or mdy, for dates such as 03/04/2026.")
@click.option("--about", default="", help="Name of the webinar or event, where the file does not say.")
@click.option("--yes", "confirmed", is_flag=True, help="Go on although more than 50 people would be offered.")
@click.option("--refused", type=click.Path(path_type=Path), help="Write the rows that were refused to this CSV file.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what an import would come to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_file(
    *,
    file: Path,
    kind: str | None,
    intent: str | None,
    maps: tuple[str, ...],
    refused: Path | None,
    dry_run: bool,
    as_json: bool,
    source: str,
    encoding: str,
    delimiter: str,
    sheet: str,
    zone: str,
    currency: str,
    dates: str,
    about: str,
    confirmed: bool,
) -> None:
    """Take a file of people, companies, leads, deals, costs, events, attendance or unsubscribes in."""
    options = Options(
        kind=Kind(kind) if kind else None,
        intent=Intent(intent) if intent else None,
        maps=tuple(_map(text) for text in maps),
        source=source,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        zone=zone,
        currency=currency,
        dates=dates,
        about=about,
        confirmed=confirmed,
    )
    report = _look(file, options) if dry_run else _run(file, options, None if as_json else _progress)
    if refused is not None:
        write_refused(file, options, report, refused)
    if as_json:
        print_json(_document(report))
    else:
        _print(report)


def _look(file: Path, options: Options) -> Report:
    with rehearsal():  # not even asking whether the tables are there may touch a file
        demand_tables()
        return importing.look(file, options, by=SYSTEM, now=clock.now()).report


def _run(file: Path, options: Options, progress: Progress | None) -> Report:
    demand_tables()
    return importing.run(file, options, by=SYSTEM, now=clock.now(), progress=progress)


def _map(text: str) -> tuple[str, str]:
    header, sign, name = text.rpartition("=")
    if not sign or not header.strip():
        raise BadMapping(worded("{text} does not say which column is what.", text=repr(text)), details={"map": text})
    return header.strip(), name.strip()


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} rows", nl=False, err=True)


def _document(report: Report) -> dict[str, object]:
    document = asdict(report)
    document["dry_run"] = document.pop("is_rehearsal")
    document["newest"] = _moment(report.newest)
    return document


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _print(report: Report) -> None:
    how = f", {report.encoding}, columns split at {report.delimiter!r}" if report.encoding else ""
    click.echo(f"{report.file}: {report.kind.value}{how}.")
    for header, name in report.mapping.items():
        click.echo(f"  {header} -> {name}")
    if report.ignored:
        click.echo(f"  left out: {', '.join(report.ignored)}")
    verb = "would be " if report.is_rehearsal else ""
    click.echo(
        f"{report.rows:,} rows ({report.intent.value}): {report.created:,} {verb}created, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused; {report.would_offer:,} offers to sales."
    )
    for warned in report.warnings:
        click.echo(f"  note: {warned.message} ({warned.count:,}, first in row {warned.row})")
    for error in report.errors[:SHOWN_ERRORS]:
        click.echo(f"  row {error.row}, {error.field or 'the row'}: {error.message}")
    if len(report.errors) > SHOWN_ERRORS:
        click.echo(f"  and {len(report.errors) - SHOWN_ERRORS:,} more; --refused FILE writes them all.")


commands: list[click.Command] = [import_file]
