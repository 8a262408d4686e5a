"""`init`: makes the home folder, its secret key, the tables and the inbox; safe to run again at any time."""

import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded
from leadpact.ledger.errors import InboxUnavailable
from leadpact.ledger.inbox import open_inbox
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import compile_once

# The first pact holds for all of history, so that what is imported is judged by it.
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class HomeUnusable(BadState):
    """The home folder cannot be made or is somebody else's."""

    code = "home_unusable"
    what_to_do = worded("Set LEADPACT_HOME to a folder of your own, on a disk that is not full.")


class BadZone(BadInput):
    """No time zone of that name."""

    code = "bad_zone"
    what_to_do = worded("Use a name such as Europe/Berlin or America/New_York.")


class DatabaseUnreachable(BadState):
    """The database does not answer, or does not let us in."""

    code = "database_unreachable"
    what_to_do = worded("Check DATABASE_URL, and that the database runs and lets this user create tables.")


@click.command()
@click.option("--company", default=None, help="Name of your company.")
@click.option("--zone", default=None, help="Your company's time zone, for example Europe/Berlin.")
@click.option("--currency", default=None, help="Your company's currency, for example EUR.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def init(*, company: str | None, zone: str | None, currency: str | None, as_json: bool) -> None:
    """Make this installation ready, or bring it up to this version."""
    home, applied = Path(settings.HOME), make_ready()
    _set_up(company, zone, currency)
    compile_once()
    if as_json:
        print_json({"home": str(home), "database": connection.vendor, "migrations_applied": applied})
    else:
        click.echo(f"{home} is ready, on {'PostgreSQL' if connection.vendor == 'postgresql' else 'SQLite'}.")


def make_ready() -> int:
    """Make the home folder, its secret key, the tables and the inbox; returns how many migrations were applied."""
    _make_home(Path(settings.HOME))
    applied = _migrate()
    if not open_inbox().writable():
        raise InboxUnavailable(worded("The inbox cannot be written."))
    return applied


def _set_up(company: str | None, zone: str | None, currency: str | None) -> None:
    from leadpact.flow import agreeing  # the tables must be there first
    from leadpact.flow.clock import now as moment
    from leadpact.team import actions, reads
    from leadpact.team.types import SYSTEM

    now = moment()
    actions.ensure_defaults(by=SYSTEM, now=now)
    was = reads.settings()
    wanted = replace(
        was,
        name=company or was.name,
        zone=_zone(zone) if zone else was.zone,
        currency=currency or was.currency,
    )
    if wanted != was:
        actions.change_settings(wanted, by=SYSTEM, now=now)
    agreeing.set_up(zone=wanted.zone.key, since=BEGINNING, by=SYSTEM, now=now)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadZone(worded("{name} is not a time zone.", name=repr(name)), details={"zone": name}) from error


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)  # everything under it is this installation's alone
        Path(settings.SEGMENTS).mkdir(mode=0o700, exist_ok=True)
        _make_secret_key(home / "secret_key")
    except OSError as error:
        raise HomeUnusable(worded("{home} cannot be used: {error}.", home=home, error=error.strerror)) from error


def _make_secret_key(file: Path) -> None:
    """Write the key whole or not at all: half a key would be used for ever after."""
    if file.exists():
        return
    passing = file.with_name(f"secret_key.{secrets.token_hex(4)}")
    with open(os.open(passing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as key:  # noqa: PTH123  # Path cannot set the mode at birth
        key.write(secrets.token_urlsafe(50))
        key.flush()
        os.fsync(key.fileno())
    try:
        file.hardlink_to(passing)  # unlike a rename it never replaces the key of another `init`
    except FileExistsError:
        pass
    finally:
        passing.unlink()


def _migrate() -> int:
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if waiting:
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise DatabaseUnreachable(worded("The database cannot be used: {error}.", error=str(error).strip())) from error
    return waiting


commands: list[click.Command] = [init]
