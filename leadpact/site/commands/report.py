"""`leadpact report`: the five numbers, the funnel, further reports, and the rows behind each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import click

from leadpact.base.money import Money, format_money
from leadpact.base.text import parse_moment
from leadpact.base.wording import worded
from leadpact.flow import clock
from leadpact.loop import reads, rules
from leadpact.loop.documents import number_document, period_document, row_document, step_document
from leadpact.loop.errors import BadPeriod
from leadpact.loop.types import Answer, Ask, Number, Period, Unit
from leadpact.site.cli import print_json
from leadpact.site.commands.ready import demand_tables
from leadpact.team.reads import settings

NAMES = ("five", *reads.REPORTS)


@click.command("report")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--rows", "as_rows", is_flag=True, help="The rows that add up to the number.")
@click.option("--stage", default="", help="Of the funnel's rows only those of one stage.")
@click.option("--where", "narrowed", multiple=True, metavar="NAME=VALUE", help="Only rows with this; empty: not known.")
@click.option("--period", default="", help="2026-03, 2026-Q1, 2026, month, 12 months, all ...; the funnel's is all.")
@click.option("--since", default="", help="First day, instead of --period.")
@click.option("--until", default="", help="The day after the last one; tomorrow when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def report(
    *, name: str, as_rows: bool, stage: str, narrowed: Sequence[str], period: str, since: str, until: str, as_json: bool
) -> None:
    """Print numbers, how they are counted, and what lies behind them."""
    demand_tables()
    now = clock.now()
    usual = rules.ALL if name == "funnel" else rules.USUAL
    asked = _between(since, until, now) if since or until else reads.period_of(period or usual, now=now)
    where = _where(narrowed) | ({"stage": stage} if stage else {})
    names = reads.FIVE if name == "five" else (name,)
    if name != "five":
        reads.demand(name, where)
    if as_rows:
        answers = [reads.rows(each, asked, now=now, where=reads.narrowed(each, where)) for each in names]
        _print_rows(answers, as_json=as_json)
    elif name == "funnel" and not where:
        steps = [step_document(step) for step in reads.funnel(asked, now=now)]
        _print_funnel(steps, asked, as_json=as_json)
    else:
        asks = [Ask(each, asked, where=where) for each in names]
        _print_numbers(reads.numbers(asks, now=now), asked, as_json=as_json)


def _where(narrowed: Sequence[str]) -> dict[str, str | None]:
    """Read `--where` options; raises a usage error for one without a name."""
    told: dict[str, str | None] = {}
    for each in narrowed:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"{each!r} is not NAME=VALUE", param_hint="--where")
        told[name.strip()] = value or None
    return told


def _between(since: str, until: str, now: datetime) -> Period:
    zone = settings().zone
    first = _day(since, now) if since else rules.FIRST_DAY
    after = _day(until, now) if until else now.astimezone(zone).date() + timedelta(days=1)
    return rules.between(first, after, zone=zone)


def _day(text: str, now: datetime) -> date:
    """Read a day, or the day of a moment in the company's zone."""
    zone = settings().zone
    if text == "today":
        return now.astimezone(zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    moment = parse_moment(text, zone).astimezone(zone)
    if (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
        raise BadPeriod(
            worded("{text} is not the beginning of a day in {zone}.", text=repr(text), zone=zone.key),
            what_to_do=worded("Give whole days."),
        )
    return moment.date()


def _print_numbers(numbers: list[Number], period: Period, *, as_json: bool) -> None:
    if as_json:
        print_json({"period": period_document(period), "numbers": [number_document(each) for each in numbers]})
        return
    click.echo(rules.say_period(period))
    for each in numbers:
        click.echo(f"{each.key:18} {_said(each):>20}   {each.n} rows; {each.definition}")
        if each.interval:
            low, high = each.interval
            click.echo(f"{'':18} {'':>20}   {low:.1%} to {high:.1%} with 80 % certainty")


def _print_rows(answers: list[Answer], *, as_json: bool) -> None:
    """Print the rows of one report, or of several each with the report's name."""
    if as_json:
        named = len(answers) > 1
        print_json(
            [
                ({"report": answer.name} if named else {}) | row_document(row, answer.unit)
                for answer in answers
                for row in answer.rows
            ]
        )
        return
    for answer in answers:
        click.echo("\t".join(answer.columns))
        for row in answer.rows:
            told = row_document(row, answer.unit).values()
            click.echo("\t".join("" if value is None else str(value) for value in told))


def _print_funnel(steps: Sequence[Mapping[str, object]], period: Period, *, as_json: bool) -> None:
    if as_json:
        print_json(steps)
        return
    click.echo(rules.say_period(period))
    for step in steps:
        click.echo(f"{step['stage']:14} {step['reached']:>8,} {step['now']:>8,} now")


def _said(number: Number) -> str:
    if number.sums:
        return rules.say_sums(number.sums)
    if number.value is None:
        return "-"
    if number.unit is Unit.MONEY:
        return format_money(Money(int(number.value), number.currency or settings().currency))
    return f"{number.value:.1%}" if number.unit is Unit.SHARE else f"{number.value:,}"


commands: list[click.Command] = [report]
