"""`leadpact bots`: the rules by which hits are judged machines, and judging the past by another version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from leadpact.base.text import parse_moment
from leadpact.engagement import bots as rules
from leadpact.engagement import judging as verdicts
from leadpact.engagement.judging import Change
from leadpact.flow import clock, judging
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables
from leadpact.team.types import SYSTEM

LISTED = 1_000


@click.group()
def bots() -> None:
    """Hits that machines made."""
    demand_tables()


@bots.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def versions(*, as_json: bool) -> None:
    """Print the versions of the rules and which one holds."""
    held = verdicts.in_force().version
    if as_json:
        print_json({"versions": list(rules.VERSIONS), "in_force": held})
        return
    for number in rules.VERSIONS:
        click.echo(f"{number}{'  in force' if number == held else ''}")


@bots.command()
@click.option("--rules", "version", type=int, help="Version of the rules; without it the one in force.")
@click.option("--since", help="Only what happened since then; without it everything.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def judge(*, version: int | None, since: str | None, dry_run: bool, as_json: bool) -> None:
    """Judge the past by a version of the rules, which holds for new hits from then on."""
    number, begin, now = version or verdicts.in_force().version, parse_moment(since) if since else None, clock.now()
    document = _would(number, begin, now) if dry_run else _did(number, begin, now)
    if as_json:
        print_json(document)
        return
    word = "would be" if dry_run else "were"
    click.echo(f"Version {number}: {document['seen']:,} entries looked at.")
    click.echo(f"{document['voided']:,} hits {word} judged machines, {document['restored']:,} {word} cleared.")
    if dry_run:
        gained, lost = len(document["became_ready"]), len(document["not_ready"])
        click.echo(f"Of {document['asked']:,} persons touched {gained:,} would become ready, {lost:,} would not be.")


def _would(version: int, since: datetime | None, now: datetime) -> dict[str, Any]:
    found = judging.preview(version, since=since, now=now)
    by_rule = verdicts.by_rule(found.changes)
    return {
        "rules": version, "dry_run": True, "seen": found.seen, "voided": found.voided, "restored": found.restored,
        "by_rule": {str(rule): {"voided": gone, "restored": back} for rule, gone, back in by_rule},
        "persons": found.persons, "asked": found.asked,
        "became_ready": list(found.gained), "not_ready": list(found.lost),
        "changes": [_shown(change) for change in found.changes[:LISTED]],
    }  # fmt: skip


def _did(version: int, since: datetime | None, now: datetime) -> dict[str, Any]:
    done = judging.judge_past(version, since=since, by=SYSTEM, now=now)
    return {
        "rules": version, "dry_run": False, "seen": done.seen, "voided": done.voided, "restored": done.restored,
    }  # fmt: skip


def _shown(change: Change) -> Mapping[str, object]:
    return {
        "entry": change.entry, "kind": change.kind, "happened_at": change.happened_at.isoformat(),
        "rule": str(change.rule), "voided": change.is_void,
    }  # fmt: skip


commands: list[click.Command] = [bots]
