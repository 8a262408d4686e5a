"""`person erase`, `person erased`, `person export`: what a person may ask of whoever keeps data about them."""

import sys
from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from leadpact.base.wording import worded
from leadpact.flow import clock, disclosing, erasing
from leadpact.people import erasing as erasures
from leadpact.people import reads
from leadpact.people.errors import NoSuchPerson
from leadpact.people.types import Identifier, IdentityKind
from leadpact.site.cli import print_json
from leadpact.team.types import SYSTEM

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command()
@click.option("--email", default="", help="Whose address it is.")
@click.option("--id", "number", default=0, type=click.IntRange(0), help="The number in the address of their page.")
@click.option(
    "--reason", default="asked", show_default=True, type=click.Choice([str(each) for each in erasures.Reason])
)
@click.option("--may-write-again", is_flag=True, help="Do not keep a fingerprint of the address as barred.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_json_option
def erase(*, email: str, number: int, reason: str, may_write_again: bool, yes: bool, as_json: bool) -> None:
    """Erase a person from every table and file.  It cannot be taken back."""
    whom = _whom(email, number)
    if not yes and not as_json:
        click.confirm("Nothing of it comes back. Erase?", abort=True)
    done = erasing.erase([whom], erasures.Reason(reason), never_write=not may_write_again, by=SYSTEM, now=clock.now())
    if as_json:
        print_json(msgspec.to_builtins(asdict(done)))
        return
    left = "" if done.done_at else " Files are left that somebody reads; the worker goes on with them."
    click.echo(f"Erased; {done.entries:,} entries keep their time and kind alone.{left}")


@click.command()
@click.option("--finish", is_flag=True, help="First finish what was cut short, as the worker would.")
@_json_option
def erased(*, finish: bool, as_json: bool) -> None:
    """List the erasures: when, why and how many entries; no names."""
    if finish:
        erasing.finish_all(now=clock.now())
    found = erasures.erasures(limit=10_000)
    if as_json:
        print_json({"erasures": [msgspec.to_builtins(asdict(each)) for each in found]})
        return
    for each in found:
        state = "done" if each.done_at else "open"
        click.echo(f"{each.asked_at:%Y-%m-%d %H:%M}  {each.reason:10} {each.entries:>8,} entries  {state}")


@click.command("export")
@click.option("--email", default="", help="Whose address it is.")
@click.option("--id", "number", default=0, type=click.IntRange(0), help="The number in the address of their page.")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="A file; else it is printed.")
def export(*, email: str, number: int, target: Path | None) -> None:
    """Write everything that is kept about a person as JSON."""
    document = msgspec.json.format(msgspec.json.encode(disclosing.disclose(_whom(email, number), now=clock.now())))
    if target is None:
        sys.stdout.write(document.decode() + "\n")
        return
    target.write_bytes(document)
    click.echo(f"{target} holds {len(document):,} bytes.", err=True)


def _whom(email: str, number: int) -> int:
    found = reads.person_by(Identifier(IdentityKind.EMAIL, email)) if email else number or None
    if found is None:
        raise NoSuchPerson(
            worded("Nobody with the address {email} is known.", email=email)
            if email
            else worded("Say whom: --email or --id.")
        )
    return reads.person(found).id
