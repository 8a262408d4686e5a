"""`ledger`: how much there is, whether it is whole, and sealing it into segments."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click
from django.conf import settings

from leadpact.engagement import reads as engagement
from leadpact.engagement.types import Outcome
from leadpact.flow import clock
from leadpact.ledger import actions, reads
from leadpact.ledger.segments import catalogue, compacting, rebuilding, sealing
from leadpact.ledger.types import Verification
from leadpact.ledger.verify import verify as verify_ledger
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables

NOT_WHOLE: Final = 3
_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def ledger() -> None:
    """Look after the ledger."""
    demand_tables()


@ledger.command()
@_json_option
def stats(*, as_json: bool) -> None:
    """Print what arrived, what became of it, and how much the ledger holds."""
    outcomes, held = engagement.counts(), reads.stats()
    document = {
        "received": sum(outcomes.values()) + held.undrained,
        "stored": outcomes[Outcome.RECORDED],
        "duplicates": outcomes[Outcome.DUPLICATE],
        "conflicts": outcomes[Outcome.CONFLICT],
        "quarantined": outcomes[Outcome.QUARANTINED],
        "dropped": outcomes[Outcome.DROPPED],
        "counted": outcomes[Outcome.COUNTED],
        **asdict(held),
    }
    if as_json:
        print_json(document)
        return
    for name, count in document.items():
        click.echo(f"{name:12} {count:>14,}")


@ledger.command()
@_json_option
def verify(*, as_json: bool) -> None:
    """Recompute every digest, the chain, the positions and the segments; ends with 3 when something was touched."""
    found = verify_ledger()
    if as_json:
        print_json(asdict(found))
    else:
        click.echo("\n".join(_lines(found)))
    if not found.ok:
        sys.exit(NOT_WHOLE)


@ledger.command()
@click.option("--min-rows", default=1, show_default=True, type=click.IntRange(1), help="Seal nothing below this.")
@_json_option
def seal(*, min_rows: int, as_json: bool) -> None:
    """Write what has a position into segments, and clear away what a crash left behind."""
    folder, sealed = Path(settings.SEGMENTS), []
    removed = catalogue.remove_orphans(folder)
    while actions.sequence():
        pass
    while (one := sealing.seal(now=clock.now(), min_rows=min_rows, folder=folder)) is not None:
        sealed.append(one)
    if as_json:
        print_json({"sealed": [asdict(one) for one in sealed], "removed": removed})
        return
    click.echo(
        f"{len(sealed)} segments with {sum(one.rows for one in sealed):,} entries; {len(removed)} files removed."
    )


@ledger.command()
@_json_option
def segments(*, as_json: bool) -> None:
    """List the segments: which positions and identities each holds, its size and its fingerprint."""
    found = catalogue.catalogue()
    if as_json:
        print_json({"segments": [asdict(one) for one in found]})
        return
    for one in found:
        held = f"{one.from_position:,}-{one.to_position:,}"
        identities = f"{one.first_identity or 'none'}-{one.last_identity or 'none'}"
        size = f"{one.rows:>12,} rows {one.bytes / 1_000_000:>9,.1f} MB"
        click.echo(f"{one.name}  positions {held}  identities {identities} {size}  {one.sha256[:12]}")


@ledger.command()
@click.option("--everything", is_flag=True, help="Make one batch of all segments, not only when enough lie there.")
@_json_option
def compact(*, everything: bool, as_json: bool) -> None:
    """Make few big segments of many small ones, and remove what was replaced longer ago than the grace period."""
    folder, new = Path(settings.SEGMENTS), []
    while made := compacting.compact(now=clock.now(), folder=folder, everything=everything):
        new += made
    removed = catalogue.remove_retired(folder, now=clock.now(), grace=settings.SEGMENT_GRACE)
    if as_json:
        print_json({"written": [asdict(one) for one in new], "removed": removed})
        return
    click.echo(f"{len(new)} segments written; {len(removed)} replaced files removed.")


@ledger.command()
@click.option("--everything", is_flag=True, help="Write those that are whole anew, too.")
@_json_option
def rebuild(*, everything: bool, as_json: bool) -> None:
    """Write missing and damaged segments anew from the ledger's tables."""
    done = rebuilding.rebuild(now=clock.now(), folder=Path(settings.SEGMENTS), everything=everything)
    if as_json:
        print_json({"rebuilt": [{"former": one.former, **asdict(one.segment)} for one in done]})
        return
    click.echo("\n".join([f"{len(done)} segments rebuilt.", *(f"{one.former} -> {one.segment.name}" for one in done)]))


def _lines(found: Verification) -> list[str]:
    whole = "The ledger is whole" if found.ok else f"The ledger was touched in {len(found.faults)} places"
    head = f"{whole}: {found.entries:,} entries, {found.positions:,} positions, {found.segments:,} segments."
    return [head, *(f"{fault.where}: {fault.message} [{fault.code}]" for fault in found.faults)]


commands: list[click.Command] = [ledger]
