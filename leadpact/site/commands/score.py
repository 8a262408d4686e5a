"""`leadpact pact score`: what a pact says of a history from files, without a database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from leadpact.base.criteria import Value
from leadpact.base.errors import BadInput
from leadpact.base.text import BadTime, parse_moment, truncate
from leadpact.base.wording import worded
from leadpact.pact.document import parse_pact
from leadpact.pact.errors import PactHasErrors
from leadpact.pact.rules import meaningless
from leadpact.pact.types import POINT, Pact
from leadpact.scoring.rules import judge
from leadpact.scoring.types import Act, FactChange, History, Reset, Verdict, WhyPoints
from leadpact.site.cli import print_json
from leadpact.site.commands.pact import UnreadableFile, read_pact_file

LISTED_AT_MOST = 100
CHANGES = {"person.changed": "person", "company.changed": "company"}
NAMES = ("email", "name", "first_name", "last_name")


class BadEvents(BadInput):
    """One or more lines of the events file cannot be read."""

    code = "bad_events"
    what_to_do = worded("Put right the lines listed: one JSON object a line, with kind and happened_at.")


class BadProfile(BadInput):
    """The profile is not what it should be."""

    code = "bad_profile"
    what_to_do = worded('Write {"person": {…}, "company": {…}}.')


@dataclass(frozen=True)
class Line:
    """One event as written; `number` counts lines from 0."""

    number: int
    kind: str
    happened_at: datetime
    properties: dict[str, Value]


@dataclass(frozen=True)
class Fault:
    line: int
    code: str
    message: str


def read_text(path: Path) -> str:
    """Return the text of a file.  Raises `UnreadableFile`."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(worded("{path} cannot be read: {error}.", path=path, error=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            worded("{path} is no text in UTF-8: byte {byte} is not.", path=path, byte=error.start)
        ) from error


def read_events(text: str) -> tuple[Line, ...]:
    """Read one event a line, in any order; empty lines are passed over.  Raises `BadEvents` naming every bad line."""
    found: list[Line] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n")):
        if not line.strip():
            continue
        event = read_event(number, line)
        if isinstance(event, Fault):
            faults.append(event)
        else:
            found.append(event)
    if faults:
        first = faults[0]
        listed = [{"line": one.line, "code": one.code, "message": one.message} for one in faults[:LISTED_AT_MOST]]
        raise BadEvents(
            worded(
                "Line {line} of the events (event {event}): {message}",
                line=first.line + 1,
                event=first.line,
                message=first.message,
            ),
            details={"event": first.line, "bad": len(faults), "errors": listed},
        )
    return tuple(found)


def read_event(number: int, line: str) -> Line | Fault:
    """Read one line, or say what is wrong with it."""
    try:
        event = read_json(line)
    except ValueError as error:
        return Fault(number, "bad_json", f"This is no JSON: {error}.")
    if not isinstance(event, dict):
        return Fault(number, "not_an_object", "An event is a JSON object.")
    kind, at, properties = event.get("kind"), event.get("happened_at"), event.get("properties")
    if not isinstance(kind, str) or not kind:
        return Fault(number, "no_kind", "The kind is missing.")
    if not isinstance(at, str) or not at:
        return Fault(number, "no_time", "The time happened_at is missing.")
    if properties is not None and not isinstance(properties, dict):
        return Fault(number, "bad_properties", "The properties are a JSON object.")
    try:
        happened_at = parse_moment(at)
    except BadTime as error:
        return Fault(number, error.code, error.message)
    return Line(number, kind, happened_at, plain_values(properties or {}))


def read_json(text: str) -> Any:
    """Return a JSON document, its fractions as decimals.  Raises `ValueError`, for NaN and endless depth too."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def plain_values(values: Mapping[str, Any]) -> dict[str, Value]:
    """Return what a condition can ask about: texts, numbers and yes/no; lists, objects and null are left out."""
    return {name: value for name, value in values.items() if isinstance(value, str | int | bool | Decimal)}


def read_profile(text: str) -> dict[str, Value]:
    """Return the facts of a profile as `person.x` and `company.x`.  Raises `BadProfile`."""
    try:
        profile = read_json(text)
    except ValueError as error:
        raise BadProfile(worded("The profile is no JSON: {error}.", error=error)) from error
    if not isinstance(profile, dict):
        raise BadProfile(worded("The profile is a JSON object."))
    facts: dict[str, Value] = {}
    for of in ("person", "company"):
        values = profile.get(of) or {}
        if not isinstance(values, dict):
            raise BadProfile(worded("The {part} of the profile is a JSON object.", part=of))
        facts |= {f"{of}.{name}": value for name, value in plain_values(values).items()}
    return facts


def read_pact(path: Path) -> Pact:
    """Return the pact of a file.  Raises `BadPact`, and `PactHasErrors` where a score would mean nothing."""
    pact = parse_pact(read_pact_file(path))
    wrong = meaningless(pact)
    if wrong:
        raise PactHasErrors(wrong)
    return pact


def history_of(lines: tuple[Line, ...], profile: Mapping[str, Value], at: datetime) -> History:
    """Return the history that the lines tell.

    The profile holds from the first event on.  `lead.rejected`, `lead.recycled` and `lead.cooled` are resets;
    `person.changed` and `company.changed` (properties field and new) change a fact from their moment on.
    """
    beginning = min([at, *(line.happened_at for line in lines)])
    facts = [FactChange(name, value, beginning) for name, value in profile.items()]
    for line in lines:
        field = line.properties.get("field")
        if line.kind in CHANGES and isinstance(field, str):
            name, new = f"{CHANGES[line.kind]}.{field}", line.properties.get("new")
            facts.append(FactChange(name, new, line.happened_at, f"{line.number:09}"))
    acts = (
        Act(line.number, f"{line.number:09}", line.kind, line.happened_at, line.properties)
        for line in lines
        if line.kind not in CHANGES
    )
    resets = (Reset(line.happened_at, line.kind[5:]) for line in lines if line.kind.startswith("lead."))
    return History(tuple(acts), tuple(facts), tuple(resets))


def stage_of(verdict: Verdict, profile: Mapping[str, Value]) -> str:
    """Return how far the person has come by the acts alone."""
    if verdict.is_ready:
        return "ready"
    if verdict.is_lead:
        return "lead"
    return "contact" if any(profile.get(f"person.{name}") for name in NAMES) else "anonymous"


def shown(pact: Pact, verdict: Verdict, stage: str) -> dict[str, Any]:
    """Return a verdict as the JSON document scripts rely on."""
    counted, points = set(pact.ready.scores), dict(verdict.scores)
    return {
        "score": points_of(verdict.score),
        "fit": points_of(sum(points[score.name] for score in pact.fit if score.name in counted)),
        "engagement": points_of(sum(points[score.name] for score in pact.engagement if score.name in counted)),
        "scores": {name: points_of(value) for name, value in points.items()},
        "stage": stage,
        "ready": verdict.is_ready,
        "ready_since": time_of(verdict.ready_since),
        "direct_until": time_of(verdict.direct_until),
        "falls_at": time_of(verdict.falls_at),
        "falls_to": None if verdict.falls_to is None else points_of(verdict.falls_to),
        "falls_below_down_at": time_of(verdict.below_down_at),
        "tipped_by": verdict.tipped_by,
        "reasons": [_shown_reason(reason) for reason in verdict.reasons],
        "other_reasons": [_shown_reason(reason) for reason in verdict.other_reasons],
        "pact": pact.digest,
    }


def _shown_reason(reason: WhyPoints) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "points": points_of(reason.points),
        "event": reason.event,
        "expires_at": time_of(reason.expires_at),
        "score": reason.score,
        "happened_at": time_of(reason.happened_at),
    }


def points_of(milli: int) -> int | float:
    """Return milli-points as a JSON number; three decimals print exactly as they are."""
    return milli // POINT if milli % POINT == 0 else milli / POINT


def time_of(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def traced(verdict: Verdict) -> dict[str, Any]:
    """Return when the person was ready, and the score from moment to moment."""
    return {
        "intervals": [{"since": time_of(one.since), "until": time_of(one.until)} for one in verdict.intervals],
        "course": [
            {"since": time_of(step.since), "score": points_of(step.score), "ready": step.is_ready}
            for step in verdict.course
        ],
    }


def _print_plain(document: Mapping[str, Any]) -> None:
    click.echo(f"{document['score']} points, {document['stage']}")
    for reason in document["reasons"]:
        until = f", until {reason['expires_at']}" if reason["expires_at"] else ""
        click.echo(f"  {reason['points']:>8} {truncate(reason['rule'], 60)}{until}")
    if document["falls_at"]:
        click.echo(f"falls to {document['falls_to']} at {document['falls_at']}")
    if document["falls_below_down_at"]:
        click.echo(f"cools at {document['falls_below_down_at']}")


@click.command("score")
@click.argument("pact_file", metavar="PACT", type=click.Path(path_type=Path))
@click.option("--events", required=True, type=click.Path(path_type=Path), help="One JSON object a line, in any order.")
@click.option("--profile", type=click.Path(path_type=Path), help='{"person": {…}, "company": {…}}.')
@click.option("--at", required=True, help="The moment, such as 2026-03-03T10:00+01:00.")
@click.option("--trace", is_flag=True, help="Also tell when the person was ready, and the score over time.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def score(
    pact_file: Path,
    events: Path,
    profile: Path | None,
    at: str,
    trace: bool,  # noqa: FBT001  # click passes it
    as_json: bool,  # noqa: FBT001  # click passes it
) -> None:
    """Score a history from a file by a pact, and say why."""
    pact, moment = read_pact(pact_file), parse_moment(at)
    lines = read_events(read_text(events))
    facts = read_profile(read_text(profile)) if profile else {}
    verdict = judge(pact, history_of(lines, facts, moment), moment, trace=trace)
    document = shown(pact, verdict, stage_of(verdict, facts)) | (traced(verdict) if trace else {})
    if as_json:
        print_json(document)
    else:
        _print_plain(document)
