"""`leadpact replay`: what a pact would have done with everything that happened."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from leadpact.base.errors import BadInput
from leadpact.base.text import BadTime, parse_moment
from leadpact.base.wording import worded
from leadpact.engagement.kinds import ACTS
from leadpact.flow import clock
from leadpact.flow.replaying.documents import document_of
from leadpact.flow.replaying.types import Rehearsal
from leadpact.pact.document import parse_pact
from leadpact.pact.errors import PactHasErrors
from leadpact.pact.rules import meaningless
from leadpact.pact.types import Pact
from leadpact.scoring.replay.types import Mode
from leadpact.site.cli import print_json
from leadpact.site.commands.engines import EMBEDDED, SPARK, opened
from leadpact.site.commands.pact import read_pact_file
from leadpact.site.commands.ready import demand_tables

if TYPE_CHECKING:
    from leadpact.scoring.replay.types import Intervals


class NoSuchPastMoment(BadInput):
    """A time on the command line cannot be read."""

    code = "bad_time"
    what_to_do = worded("Write a day (2026-03-01) or a moment with its offset (2026-03-01T09:00:00+01:00).")


class Moment(click.ParamType[datetime]):
    """A moment with an offset, or a day: its first moment in UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_moment(f"{value}T00:00:00Z" if len(value) == len("2026-03-01") else value)
        except BadTime as error:
            raise NoSuchPastMoment(
                worded("{value} is no moment: {message}", value=value, message=error.message)
            ) from error


@click.command("replay")
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), help="Another pact; left out: the one in force.")
@click.option(
    "--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.AS_LIVED.value, show_default=True,
    help="as-lived: with the rejections, recycles and coolings that happened. what-if: only the pact's own coolings.",
)  # fmt: skip
@click.option("--since", type=Moment(), help="Count would-be hand-overs from this moment on.")
@click.option("--until", type=Moment(), help="Count would-be hand-overs before this moment.")
@click.option("--as-of", type=Moment(), help="Look back from this moment; left out: now.")
@click.option("--known-at", type=Moment(), help="Leave out what was recorded after this moment.")
@click.option(
    "--engine",
    type=click.Choice([EMBEDDED, SPARK]),
    default=EMBEDDED,
    show_default=True,
    help="spark: the same by a cluster, over a folder that all its machines see.",
)
@click.option("--master", default="", help="Where the cluster is, as spark://host:7077; only with --engine spark.")
@click.option("--history", type=click.Path(path_type=Path, file_okay=False), help="A folder instead of this home.")
@click.option(
    "--intervals", type=click.Path(path_type=Path, dir_okay=False), help="Write who was ready when, as Parquet."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def replay(
    document: Path, against: Path | None, mode: str, since: datetime | None, until: datetime | None,
    as_of: datetime | None, known_at: datetime | None, engine: str, master: str, history: Path | None,
    intervals: Path | None, as_json: bool,  # noqa: FBT001  # click passes it
) -> None:  # fmt: skip
    """Say what the pact in DOCUMENT would have done, month by month, and what came of those really handed over."""
    from leadpact.flow.replaying import rehearsing  # numpy: only for who replays

    now = clock.now()
    span = rehearsing.Span(as_of or now, since, until, known_at)
    pact = _pact_of(document)
    other = _other(against, history, now)
    pacts = [pact] if other is None else [pact, other]
    with opened(engine, master, pacts, history, now) as (past, replayed):
        runs = [
            rehearsing.run(past, each, mode=Mode(mode), span=span, done=replayed(each, Mode(mode), span))
            for each in pacts
        ]
    one = runs[0]
    told = rehearsing.told(past, one, span=span, other=runs[1] if other is not None else None)
    if intervals is not None:
        _write(one.replayed.intervals, intervals)
    if as_json:
        print_json(document_of(told, engine))
    else:
        _print(told)


def _pact_of(path: Path) -> Pact:
    """Read a pact document; one that nobody can tell the meaning of is refused."""
    pact = parse_pact(read_pact_file(path))
    wrong = meaningless(pact, kinds=ACTS)
    if wrong:
        raise PactHasErrors(wrong)
    return pact


def _other(against: Path | None, history: Path | None, now: datetime) -> Pact | None:
    if against is not None:
        return _pact_of(against)
    if history is not None:
        return None
    from leadpact.pact import reads

    demand_tables()
    return reads.in_force(now).pact


def _write(found: "Intervals", target: Path) -> None:
    from leadpact.flow.replaying.writing import write_intervals

    write_intervals(found, target)


def _print(told: Rehearsal) -> None:
    click.echo(
        f"{told.persons:,} persons, {told.events:,} acts in {told.seconds:.2f} s ({told.mode.value}, {told.engine})."
    )
    click.echo("month     handed over  taken back     won  rejected   other  never offered")
    for row in told.months:
        found = row.outcomes
        click.echo(
            f"{row.month:8} {found.handovers:>12,} {row.returns:>11,} {found.won:>6,} {found.rejected:>9,}"
            f" {found.other:>6,} {found.outcome_unknown:>14,}"
        )
    if told.missed.handovers:
        click.echo(
            f"Really handed over, and not by this pact: {told.missed.handovers:,}"
            f" (won {told.missed.won:,}, rejected {told.missed.rejected:,})."
        )
    if told.against is not None:
        gained, lost = told.against.gained, told.against.lost
        click.echo(f"Beside “{told.against.name}” ({told.against.handovers:,} hand-overs):")
        click.echo(f"  both would hand over {told.against.both.handovers:,}")
        click.echo(f"  gained {gained.handovers:,}: {gained.outcome_unknown:,} never offered, outcome unknown")
        click.echo(f"  lost {lost.handovers:,}: {lost.won:,} of these were won, {lost.rejected:,} rejected")


commands = [replay]
