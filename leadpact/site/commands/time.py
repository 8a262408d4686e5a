"""`leadpact deadline` and `leadpact elapsed`: working time from the command line, without a database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from leadpact.base.text import BadTime, parse_moment
from leadpact.base.wording import worded
from leadpact.base.working_time import BadCalendar, Calendar, parse_amount, parse_calendar
from leadpact.base.working_time import deadline as deadline_of
from leadpact.base.working_time import elapsed as elapsed_between
from leadpact.site.cli import print_json

LARGEST_FILE_BYTES = 100_000
_calendar_option = click.option(
    "--calendar", "calendar_file", required=True, metavar="FILE", help="A calendar in YAML or JSON."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def read_calendar(path: Path) -> Calendar:
    """Read a calendar file; raises `BadCalendar` and `BadRange`."""
    advice = worded("Give a file in YAML or JSON with the keys zone and week.")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
        if len(content) > LARGEST_FILE_BYTES:
            raise BadCalendar(worded("{path} is too large for a calendar.", path=path), what_to_do=advice)
        document = YAML(typ="safe", pure=True).load(content.decode("utf-8-sig"))
    except OSError as error:
        raise BadCalendar(
            worded("{path} cannot be read: {error}.", path=path, error=error.strerror), what_to_do=advice
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        # ValueError: no UTF-8, or a date such as 2026-02-30; RecursionError: brackets without end
        raise BadCalendar(
            worded("{path} is neither YAML nor JSON: {error}", path=path, error=error), what_to_do=advice
        ) from error
    if not isinstance(document, Mapping):
        raise BadCalendar(worded("{path} holds no keys and values.", path=path), what_to_do=advice)
    return parse_calendar(document)


def seconds_text(moment: datetime) -> str:
    """Return a moment in UTC as `2026-03-03T13:00:00Z`, with a fraction only if there is one."""
    return moment.isoformat().replace("+00:00", "Z")


@click.command("deadline")
@click.option("--start", required=True, help="When the clock starts, such as 2026-03-03T10:00+01:00.")
@click.option("--amount", required=True, help="Working time: 90m, 4h, 1h30m, or 2wd for whole working days.")
@_calendar_option
@_json_option
def deadline(start: str, amount: str, calendar_file: str, as_json: bool) -> None:  # noqa: FBT001  # click passes it
    """Print when an amount of working time will have passed."""
    calendar = read_calendar(Path(calendar_file))
    due = deadline_of(parse_moment(start), parse_amount(amount), calendar)
    if as_json:
        print_json({"deadline": seconds_text(due)})
    else:
        click.echo(f"{due.astimezone(calendar.zone):%a %d %b %Y %H:%M %Z}")


@click.command("elapsed")
@click.option("--start", required=True, help="From when, such as 2026-03-03T10:00+01:00.")
@click.option("--end", required=True, help="Until when.")
@_calendar_option
@_json_option
def elapsed(start: str, end: str, calendar_file: str, as_json: bool) -> None:  # noqa: FBT001  # click passes it
    """Print the working time between two moments."""
    since, until = parse_moment(start), parse_moment(end)
    if until < since:
        raise BadTime(
            worded("The end lies before the start."), what_to_do=worded("Give the earlier moment as --start.")
        )
    spent = elapsed_between(since, until, read_calendar(Path(calendar_file)))
    if as_json:
        print_json({"seconds": spent.total_seconds() if spent.microseconds else spent // timedelta(seconds=1)})
    else:
        click.echo(str(spent))


commands: list[click.Command] = [deadline, elapsed]
