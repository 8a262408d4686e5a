"""`writekey`: the keys that clients send events with."""

import click

from leadpact.engagement import actions
from leadpact.engagement.types import SourceKind
from leadpact.flow import clock
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables
from leadpact.team.types import SYSTEM


@click.group()
def writekey() -> None:
    """Make the keys that clients send events with."""
    demand_tables()


@writekey.command()
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in SourceKind]), required=True)
@click.option("--origin", "origins", multiple=True, help="https://www.example.com; may repeat. Browser keys only.")
@click.option("--users-of", default="", help="Name of another key whose events carry the same user ids.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def create(*, name: str, kind: str, origins: tuple[str, ...], users_of: str, as_json: bool) -> None:
    """Make a key and print it; it is shown this once."""
    key = actions.create_source(name, SourceKind(kind), origins=origins, users_of=users_of, by=SYSTEM, now=clock.now())
    if as_json:
        print_json({"key": key, "name": name, "kind": kind})
    else:
        click.echo(key)


commands: list[click.Command] = [writekey]
