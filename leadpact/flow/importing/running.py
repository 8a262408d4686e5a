"""An import from its first look to its last row: rows go in by chunks, each one transaction with its own result.

Killed in the middle it leaves whole chunks; the same file again finishes it, as every row is harmless twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import batched, islice
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from leadpact.base.errors import LeadpactError
from leadpact.base.wording import worded
from leadpact.flow import lists, offering
from leadpact.flow.importing import acts, attendance, companies, costs, deals, leads, persons, unsubscribes
from leadpact.flow.importing.errors import NeedsConfirmation
from leadpact.flow.importing.lines import Refused, line_of
from leadpact.flow.importing.rehearsing import rehearsal
from leadpact.flow.importing.scanning import Scan, scan, table_rows
from leadpact.flow.importing.types import (
    Intent,
    Kind,
    Layout,
    Options,
    Outcome,
    Preview,
    Progress,
    Report,
    Row,
    RowError,
)
from leadpact.flow.importing.work import Recipe, Work, Written, is_from
from leadpact.flow.offering import Handled
from leadpact.ledger.actions import append_one
from leadpact.ledger.types import NewEntry
from leadpact.scoring import actions as scoring
from leadpact.scoring import reads as scored
from leadpact.team.types import Actor

AT_ONCE: Final = 1_000  # rows in one transaction: others wait for it on SQLite
MOST_OFFERS: Final = 50  # without being asked
MOST_ERRORS: Final = 10_000  # that are told one by one; the count is always whole
_SHOWN: Final = 5
_RECIPES: Final[dict[Kind, Recipe[Any]]] = {
    Kind.PERSONS: persons.RECIPE,
    Kind.COMPANIES: companies.RECIPE,
    Kind.LEADS: leads.RECIPE,
    Kind.DEALS: deals.RECIPE,
    Kind.COSTS: costs.RECIPE,
    Kind.ATTENDANCE: attendance.RECIPE,
    Kind.EVENTS: acts.RECIPE,
    Kind.UNSUBSCRIBES: unsubscribes.RECIPE,
}


@dataclass
class _Tally:
    """What became of the rows so far."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    is_begun: bool = False

    def refuse(self, errors: Sequence[RowError]) -> None:
        self.outcomes[Outcome.REFUSED] += 1
        self.errors.extend(errors[: max(0, MOST_ERRORS - len(self.errors))])


def look(file: Path, options: Options, *, by: Actor, now: datetime) -> Preview:
    """Say what an import of the file would come to; nothing is written.  Raises what is wrong with the file."""
    with rehearsal():
        found = scan(file, options, _dates(), now=now)
        first = tuple(islice(table_rows(found.table, found.layout), _SHOWN))
        report = _take_in(found, options, by=by, now=now, progress=None, is_rehearsal=True)
    return Preview(found.layout, first, report)


def run(file: Path, options: Options, *, by: Actor, now: datetime, progress: Progress | None = None) -> Report:
    """Take a file in and say what became of its rows.

    Raises what is wrong with the file, and `NeedsConfirmation` for more than fifty offers; nothing is written then.
    """
    found = scan(file, options, _dates(), now=now)
    would_offer = 0
    if found.intent is not Intent.HISTORY:
        with rehearsal():
            would_offer = _take_in(found, options, by=by, now=now, progress=None, is_rehearsal=True).would_offer
        if would_offer > MOST_OFFERS and not options.confirmed:
            message = worded("{count} people or companies would be offered to sales at once.", count=would_offer)
            raise NeedsConfirmation(message, details={"would_offer": would_offer, "most": MOST_OFFERS})
    report = _take_in(found, options, by=by, now=now, progress=progress, is_rehearsal=False)
    return _with_offers(report, would_offer)


def _dates() -> dict[Kind, tuple[str, ...]]:
    return {kind: recipe.dates for kind, recipe in _RECIPES.items()}


def _with_offers(report: Report, would_offer: int) -> Report:
    return replace(report, would_offer=would_offer)


def _take_in(
    found: Scan, options: Options, *, by: Actor, now: datetime, progress: Progress | None, is_rehearsal: bool
) -> Report:
    if is_rehearsal and found.intent is not Intent.HISTORY:
        _offer_all(now)  # whoever waits already is no offer of this file
    work = Work(found.form, options.intent or Intent.MIXED, by, now, stays=found.stays)
    tally, recipe = _Tally(), _RECIPES[found.layout.kind]
    done = 0
    for rows in batched(table_rows(found.table, found.layout), AT_ONCE):
        _take_chunk(rows, recipe, work, tally, found)
        done += len(rows)
        if progress is not None:
            progress(done)
    would_offer = _offer_all(now) if is_rehearsal and found.intent is not Intent.HISTORY else 0
    report = _report(found, work, tally, would_offer, is_rehearsal=is_rehearsal)
    if tally.is_begun:
        append_one(NewEntry("import.finished", now, facts=_counts(report)), by=by, now=now)
    return report


def _take_chunk(rows: Sequence[Row], recipe: Recipe[Any], work: Work, tally: _Tally, found: Scan) -> None:
    items, is_new, refused = [], [], []
    with transaction.atomic():
        _judge_waiting(work)
        for row in rows:
            line = line_of(row, found.form)
            try:
                items.append(recipe.read(line, work))
                is_new.append(work.is_new(is_from(line, recipe.dates)))
            except Refused as error:
                refused.append(error.errors)
        written = _write(items, recipe, work)
        changed = [
            (new, each)
            for new, each in zip(is_new, written, strict=True)
            if each.outcome in (Outcome.CREATED, Outcome.UPDATED)
        ]
        if changed and not tally.is_begun:
            _begin(found, work)
        _settle(changed, work, found)
    tally.is_begun |= bool(changed)
    for errors in refused:
        tally.refuse(errors)
    for each in written:
        if each.error is not None:
            tally.refuse([each.error])
        else:
            tally.outcomes[each.outcome] += 1


def _write(items: Sequence[Any], recipe: Recipe[Any], work: Work) -> list[Written]:
    """Write a chunk at once; where a row in it cannot be written, row by row, so that the others go in."""
    if not items:
        return []
    try:
        with transaction.atomic():
            return recipe.write(items, work)
    except LeadpactError:
        work.forget()
        return [_write_one(item, recipe, work) for item in items]


def _write_one(item: Any, recipe: Recipe[Any], work: Work) -> Written:
    try:
        with transaction.atomic():
            return recipe.write([item], work)[0]
    except LeadpactError as error:
        work.forget()
        return Written(Outcome.REFUSED, error=RowError(item.row, "", error.code, error.message))


def _judge_waiting(work: Work) -> None:
    """Decide on whoever is due already: taking their history as it is must not swallow what they did today."""
    while work.pact_version and scoring.sweep(now=work.now):
        pass


def _settle(changed: Sequence[tuple[bool, Written]], work: Work, found: Scan) -> None:
    """Have scoring look at whom the chunk changed: of history only take note, of new responses decide."""
    everybody = {person for _new, each in changed for person in each.persons}
    new = {person for is_new, each in changed if is_new for person in each.persons}
    new |= {person for person in everybody if person in found.answering}
    if new:
        scoring.mark_due(new, at=work.now)
    history = everybody - new
    if not work.counts_facts:  # who has done nothing has no points: there is nothing to judge
        acted = {person for _new, each in changed if each.has_acted for person in each.persons}
        history &= acted | scored.standings(history).keys()
    if history and work.pact_version:
        scoring.settle(history, now=work.now)
    lists.refresh(everybody, now=work.now)


def _offer_all(now: datetime) -> int:
    """Judge and offer until nobody is due; returns how many offers that made."""
    offers = 0
    while (swept := offering.sweep(now=now)).did_something:
        offers += swept.handled.get(Handled.OFFERED, 0) + swept.handled.get(Handled.QUEUED, 0)
    return offers


def _begin(found: Scan, work: Work) -> None:
    facts = {"file": found.table.path.name, "sha256": found.sha256, "kind": found.layout.kind.value}
    append_one(NewEntry("import.started", work.now, facts=facts), by=work.by, now=work.now)


def _counts(report: Report) -> dict[str, str | int]:
    return {
        "file": report.file,
        "sha256": report.sha256,
        "kind": report.kind.value,
        "intent": report.intent.value,
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused": report.refused,
    }


def _report(found: Scan, work: Work, tally: _Tally, would_offer: int, *, is_rehearsal: bool) -> Report:
    layout: Layout = found.layout
    return Report(
        file=found.table.path.name,
        sha256=found.sha256,
        kind=layout.kind,
        intent=found.intent,
        newest=found.newest,
        rows=tally.outcomes.total(),
        created=tally.outcomes[Outcome.CREATED],
        updated=tally.outcomes[Outcome.UPDATED],
        unchanged=tally.outcomes[Outcome.UNCHANGED],
        refused=tally.outcomes[Outcome.REFUSED],
        would_offer=would_offer,
        errors=tuple(tally.errors),
        warnings=(*found.warnings, *work.warnings.values()),
        mapping=layout.mapping,
        ignored=layout.ignored,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        is_rehearsal=is_rehearsal,
    )
