"""What a command asks for before it starts: an installation that `init` has made ready."""

import time
from typing import Final

import click
from django.db import OperationalError, connection

from leadpact.base.errors import BadState
from leadpact.base.wording import worded
from leadpact.scoring.replay.compiling import compile_kernel, is_compiled, kernel_folder
from leadpact.web.collect.health import is_migrated

PATIENCE_SECONDS: Final = 120.0  # for a database that starts or is started again
PAUSE_SECONDS: Final = 0.5


class NotReady(BadState):
    """There are no tables yet, or those of an older version."""

    code = "not_ready"
    what_to_do = worded("Run leadpact init.")


class DatabaseAway(BadState):
    """PostgreSQL did not answer for two minutes."""

    code = "database_away"
    what_to_do = worded("See that PostgreSQL runs and that DATABASE_URL names it rightly, and start this again.")


def demand_tables() -> None:
    """Raise `NotReady` unless every migration of this version was applied."""
    if not is_migrated():
        raise NotReady(worded("The database is not there, or older than this version."))


def compile_once() -> None:
    """Compile what replays a pact, unless that was done or LEADPACT_KERNELS forbids it."""
    folder = kernel_folder()
    if folder is not None and not is_compiled(folder):
        click.echo("Compiling what replays a pact: once, about half a minute.", err=True)
        compile_kernel(folder)


def wait_for_tables() -> None:
    """Do as `demand_tables`, but first wait for PostgreSQL to answer; raises `DatabaseAway`.

    A server or worker that is started while the database is starts with it, in whatever order a machine does so.
    """
    until, is_told = time.monotonic() + PATIENCE_SECONDS, False
    while connection.vendor == "postgresql":
        try:
            connection.ensure_connection()
            break
        except OperationalError as error:
            if time.monotonic() > until:
                raise DatabaseAway(worded("The database cannot be reached: {error}.", error=error)) from error
            if not is_told:
                click.echo(f"The database cannot be reached; waiting for it. {error}", err=True)
            is_told = True
            time.sleep(PAUSE_SECONDS)
    demand_tables()
