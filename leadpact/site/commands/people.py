"""`person`: what is known of one person.  `rebuild`: tables that are made from others, made anew."""

from datetime import UTC, datetime

import click

from leadpact.base.text import parse_moment
from leadpact.base.wording import worded
from leadpact.flow import clock
from leadpact.handover import reads as handover
from leadpact.ledger import reads as ledger
from leadpact.ledger.types import StoredEntry
from leadpact.people import reads
from leadpact.people.errors import NoSuchPerson
from leadpact.people.types import Identifier, IdentityKind
from leadpact.scoring import known
from leadpact.scoring import reads as scoring
from leadpact.site.cli import print_json
from leadpact.site.commands import erasing
from leadpact.site.commands.ready import demand_tables
from leadpact.team import reads as team
from leadpact.worklist import reads as worklist
from leadpact.worklist.actions import rebuild as rebuild_lines


@click.group()
def person() -> None:
    """Look at one person, hand out what is kept about them, erase them."""
    demand_tables()


@person.command()
@click.option("--email", required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(*, email: str, as_json: bool) -> None:
    """Print where a person stands, who has them, and everything that happened."""
    found = reads.person_by(Identifier(IdentityKind.EMAIL, email))
    if found is None:
        raise NoSuchPerson(worded("Nobody with the address {email} is known.", email=email), details={"email": email})
    document = _document(found)
    if as_json:
        print_json(document)
        return
    timeline = document.pop("timeline")
    for name, value in document.items():
        click.echo(f"{name:10} {'' if value is None else value}")
    for entry in timeline if isinstance(timeline, list) else ():
        click.echo(f"{entry['happened_at']}  {entry['kind']}")


for command in (erasing.erase, erasing.erased, erasing.export):
    person.add_command(command)


@person.command()
@click.option("--email", required=True)
@click.option("--at", help="As of when; without it now.")
@click.option("--known-at", help="By what was recorded by then; without it by all that is known.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def score(*, email: str, at: str | None, known_at: str | None, as_json: bool) -> None:
    """Print a person's score as of a moment with its reasons, also as it was known then."""
    found = reads.person_by(Identifier(IdentityKind.EMAIL, email))
    if found is None:
        raise NoSuchPerson(worded("Nobody with the address {email} is known.", email=email), details={"email": email})
    moment = parse_moment(at) if at else clock.now()
    by = parse_moment(known_at) if known_at else None
    verdict = known.why(found, moment, by)
    reasons = [
        {"rule": each.rule, "points": _points(each.points), "event": each.event, "expires_at": _time(each.expires_at)}
        for each in verdict.reasons
    ]
    document = {
        "id": found, "at": _time(moment), "known_at": _time(by), "score": _points(verdict.score),
        "ready": verdict.is_ready, "ready_since": _time(verdict.ready_since), "reasons": reasons,
    }  # fmt: skip
    if as_json:
        print_json(document)
        return
    click.echo(f"{document['score']} points, {'ready' if verdict.is_ready else 'not ready'}")
    for each in reasons:
        click.echo(f"{each['points']:>8}  {each['rule']}")


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@click.group()
def rebuild() -> None:
    """Make derived tables anew."""
    demand_tables()


@rebuild.command("lead-line")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def lead_line(*, as_json: bool) -> None:
    """Make the table behind the lists anew, from what it is made of."""
    lines = rebuild_lines(now=clock.now())
    if as_json:
        print_json({"lines": lines})
    else:
        click.echo(f"{lines:,} lines.")


def _document(number: int) -> dict[str, object]:
    view = reads.person(number)
    line = worklist.line(view.id)
    standing = scoring.standing(view.id)
    pursuit = handover.pursuit_of(view.id)
    owner = line.owner if line else view.owner
    unlisted = "contact" if view.is_known else "anonymous"
    return {
        "id": view.id,
        "name": view.name,
        "email": view.email,
        "company": view.company_name or None,
        "stage": str(line.stage) if line else unlisted,
        "score": _points(standing.score if standing else 0),
        "ready": bool(standing and standing.is_ready),
        "owner": None if owner is None else team.user(owner).email,
        "pursuit": None if pursuit is None else pursuit.number,
        "timeline": [_in_story(entry) for entry in _story(view.identities, pursuit.id if pursuit else None)],
    }


def _story(identities: tuple[int, ...], pursuit: int | None) -> list[StoredEntry]:
    entries = {entry.id: entry for entry in ledger.entries_of(identities)}
    if pursuit is not None:
        entries |= {entry.id: entry for entry in ledger.entries_about(f"pursuit:{pursuit}")}
    return sorted(entries.values(), key=lambda entry: (entry.happened_at, entry.id))


def _in_story(entry: StoredEntry) -> dict[str, object]:
    return {"kind": entry.kind, "happened_at": _moment(entry.happened_at)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _points(milli: int) -> int | float:
    """Points as a JSON number; thousandths are exact to every reader of it."""
    return milli // 1000 if milli % 1000 == 0 else milli / 1000


commands: list[click.Command] = [person, rebuild]
