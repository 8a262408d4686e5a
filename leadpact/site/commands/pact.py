"""`leadpact pact`: read, check and explain pacts from the command line."""

import importlib
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded
from leadpact.engagement.kinds import ACTS
from leadpact.flow import clock
from leadpact.pact import reads
from leadpact.pact.document import default_pact_text, read_document
from leadpact.pact.errors import BadPact, PactHasErrors
from leadpact.pact.format_page import format_page
from leadpact.pact.rules import errors, lint, warnings
from leadpact.pact.sentences import plain, sentences
from leadpact.pact.source import LONGEST
from leadpact.pact.types import Fault, Finding
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables

_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class UnreadableFile(BadInput):
    """The file is not there, may not be read, or is no text."""

    code = "unreadable_file"
    what_to_do = worded("Give the path of a text file in UTF-8.")


class PactGroup(click.Group):
    """`score` has a module of its own, loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "score"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "score":
            score: click.Command = importlib.import_module("leadpact.site.commands.score").score
            return score
        return super().get_command(ctx, cmd_name)


@click.group("pact", cls=PactGroup)
def pact() -> None:
    """Read, check and explain pacts."""


def read_pact_file(path: Path) -> str:
    """Return the text of a pact file.  Raises `UnreadableFile`; reads no more of a large file than can be a pact."""
    try:
        with path.open("rb") as file:
            return file.read(4 * LONGEST + 1).decode("utf-8-sig", errors="strict")
    except OSError as error:
        raise UnreadableFile(worded("{path} cannot be read: {error}.", path=path, error=error.strerror)) from error
    except UnicodeDecodeError as error:
        if error.end >= 4 * LONGEST:  # cut in the middle of a letter: far too long to be a pact
            return " " * (LONGEST + 1)
        raise UnreadableFile(
            worded("{path} is no text in UTF-8: byte {byte} is not.", path=path, byte=error.start)
        ) from error


@pact.command("show")
@click.option("--default", "is_default", is_flag=True, help="The Default pact, not the one in force.")
@click.option("--version", "number", type=int, help="A version by its number, not the one in force.")
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the document as it was written (what happens anyway).")
@_json_option
def show(is_default: bool, number: int | None, as_yaml: bool, as_json: bool) -> None:  # noqa: FBT001  # click passes it
    """Print the pact in force, a version, or the Default pact."""
    if (is_default and number is not None) or (as_yaml and as_json):
        raise click.UsageError("Give one of --default and --version, and one of --yaml and --json.")
    if not is_default:
        demand_tables()
    if not is_default and number is None:
        number = reads.in_force(clock.now()).version
    text = default_pact_text() if number is None else reads.text_of(number)
    if as_json:
        print_json(_shown(text, number))
    else:
        click.echo(text, nl=False)


def _shown(text: str, number: int | None) -> dict[str, object]:
    document = read_document(text)
    since = () if number is None else reads.version(number).in_force_since
    return {
        "version": number,
        "in_force_since": [moment.isoformat() for moment in since],
        "digest": document.pact.digest,
        "document": _json_value(document.source.data),
        "sentences": plain(sentences(document.pact)),
    }


def _json_value(value: Any) -> Any:
    """Return a document's value for JSON: its decimals have so few digits that a float prints exactly those."""
    match value:
        case dict():
            return {key: _json_value(item) for key, item in value.items()}
        case list():
            return [_json_value(item) for item in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return value


@pact.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@_json_option
def check(file: Path, as_json: bool) -> None:  # noqa: FBT001  # click passes it
    """Say what is wrong with a pact, and what it says in plain sentences.  Ends with 2 when there are errors."""
    checked = check_text(read_pact_file(file))
    if as_json:
        print_json(checked)
    else:
        _print_checked(checked)
    if not checked["ok"]:
        sys.exit(2)


def check_text(text: str) -> dict[str, Any]:
    """Return what is to be said of a text: with errors the document is an error document too."""
    try:
        document = read_document(text)
    except BadPact as error:
        listed = [_fault(fault) for fault in error.faults]
        nothing: dict[str, Any] = {"warnings": [], "sentences": [], "digest": None}
        return {"ok": False, **error.as_dict(), "errors": listed, **nothing}
    findings = lint(document.pact, kinds=ACTS)
    wrong = errors(findings)
    as_error: dict[str, Any] = {**PactHasErrors(wrong).as_dict()} if wrong else {}
    return {
        "ok": not wrong,
        **as_error,
        "errors": [_finding(finding, document.line(finding.path)) for finding in wrong],
        "warnings": [_finding(finding, document.line(finding.path)) for finding in warnings(findings)],
        "sentences": plain(sentences(document.pact)),
        "digest": document.pact.digest,
    }


def _fault(fault: Fault) -> dict[str, object]:
    return _place(BadPact.code, fault.path, fault.line, fault.message, fault.what_to_do)


def _finding(finding: Finding, line: int) -> dict[str, object]:
    return _place(finding.code, finding.path, line, finding.message, finding.what_to_do)


def _place(code: str, path: str, line: int, message: str, what_to_do: str) -> dict[str, object]:
    return {"code": code, "path": path, "line": line, "message": message, "what_to_do": what_to_do}


def _print_checked(checked: dict[str, Any]) -> None:
    for word in ("errors", "warnings"):
        for place in checked[word]:
            click.echo(f"{word[:-1]}, line {place['line']}: {place['message']}\n  {place['what_to_do']}", err=True)
    for sentence in checked["sentences"]:
        click.echo(sentence)
    if checked["ok"]:
        click.echo(f"This pact may come in force. Digest {checked['digest']}.")


@pact.command("format")
def format_reference() -> None:
    """Explain every word of the pact format."""
    click.echo(format_page(), nl=False)


commands: list[click.Command] = [pact]
