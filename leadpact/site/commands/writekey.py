"""`writekey`: the keys that clients send events with."""

import click

from leadpact.base.wording import worded
from leadpact.engagement import actions, reads
from leadpact.engagement.errors import UnknownSource
from leadpact.engagement.types import SourceKind
from leadpact.flow import clock
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables
from leadpact.team.types import SYSTEM

LIMIT = click.IntRange(0, actions.MAX_EVENTS_PER_SECOND)


@click.group()
def writekey() -> None:
    """Make the keys that clients send events with."""
    demand_tables()


@writekey.command()
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in SourceKind]), required=True)
@click.option("--origin", "origins", multiple=True, help="https://www.example.com; may repeat. Browser keys only.")
@click.option("--users-of", default="", help="Name of another key whose events carry the same user ids.")
@click.option("--events-per-second", type=LIMIT, help="How fast it may send in the long run; 0: no limit.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def create(
    *, name: str, kind: str, origins: tuple[str, ...], users_of: str, events_per_second: int | None, as_json: bool
) -> None:
    """Make a key and print it; it is shown this once."""
    now = clock.now()
    key = actions.create_source(name, SourceKind(kind), origins=origins, users_of=users_of, by=SYSTEM, now=now)
    if events_per_second is not None:
        actions.set_limit(_named(name), events_per_second, by=SYSTEM, now=now)
    if as_json:
        print_json({"key": key, "name": name, "kind": kind})
    else:
        click.echo(key)


@writekey.command()
@click.argument("name")
@click.option("--events-per-second", type=LIMIT, help="Left out: as the installation's settings say; 0: no limit.")
def limit(*, name: str, events_per_second: int | None) -> None:
    """Say how fast a key may send."""
    actions.set_limit(_named(name), events_per_second, by=SYSTEM, now=clock.now())


def _named(name: str) -> int:
    source = reads.source_named(name)
    if source is None:
        raise UnknownSource(worded("There is no write key named {name}.", name=name))
    return source.id


commands: list[click.Command] = [writekey]
