"""What is wrong with the promises of a well-formed pact, its reasons and its review."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from leadpact.base.wording import worded
from leadpact.base.working_time import BadAmount, parse_amount
from leadpact.pact.findings import doubles, error, warning
from leadpact.pact.reviews import months_of
from leadpact.pact.types import Finding, Pact, PromiseKind, PromiseTerm, Side

_CALENDAR_DAYS: Final = re.compile(r"[1-9]\d{0,3}d")
_SIDES: Final = {Side.MARKETING: worded("Marketing"), Side.SALES: worded("Sales"), Side.PARTNER: worded("Partner")}


def agreed(pact: Pact, calendars: Collection[str] | None) -> Iterator[Finding]:
    for term in pact.promises:
        path = f"promises.{term.owed_by}[{term.kind}]"
        if term.kind is not PromiseKind.VOLUME and not _is_amount(term.amount):
            what_to_do = worded(
                "Write 4h, 90m or 1h30m of working time, 2wd working days, or 10d days of the calendar."
            )
            yield error(
                "bad_amount",
                f"{path}.within",
                worded("“{amount}” is no amount of time.", amount=term.amount),
                what_to_do,
            )
        if calendars is not None and term.calendar is not None and term.calendar not in calendars:
            named = (
                worded("Use one of: {calendars}.", calendars=", ".join(sorted(calendars)))
                if calendars
                else worded("There are none yet: make one first.")
            )
            yield error(
                "unknown_calendar",
                f"{path}.calendar",
                worded("There is no calendar “{calendar}”.", calendar=term.calendar),
                named,
            )
    owed: Counter[tuple[Side, PromiseKind]] = Counter((term.owed_by, term.kind) for term in pact.promises)
    for (side, kind), count in owed.items():
        if count > 1:
            message = worded("{side} promises “{kind}” {count} times.", side=_SIDES[side], kind=kind, count=count)
            yield error("duplicate_promise", f"promises.{side}[{kind}]", message, worded("Keep one of them."))
    if (Side.PARTNER, PromiseKind.DISPUTE) in owed:
        message = worded("A dispute is answered by the head of sales, who answers for partners too.")
        yield error("dispute_of_partner", "promises.partner[dispute]", message, worded("Write it under `sales`."))
    yield from _one_sided(pact.promises)


def review(pact: Pact) -> Iterator[Finding]:
    try:
        months_of(pact.review) or date.fromisoformat(pact.review)
    except ValueError:
        message = worded("There is no day “{day}”.", day=pact.review)
        yield error("bad_review", "review", message, worded("Write a day such as 2027-03-01, or `every 3 months`."))


def _is_amount(amount: str) -> bool:
    if _CALENDAR_DAYS.fullmatch(amount):
        return True
    try:
        parse_amount(amount)
    except BadAmount:
        return False
    return True


def _one_sided(promises: tuple[PromiseTerm, ...]) -> Iterator[Finding]:
    sides = {term.owed_by for term in promises}
    for side in (Side.MARKETING, Side.SALES):
        if side not in sides:
            message = worded("{side} promises nothing: a pact has two sides.", side=_SIDES[side])
            yield warning("one_sided", "promises", message, worded("Write what {side} owes.", side=side))
    if Side.SALES in sides and not any(term.kind is PromiseKind.ANSWER for term in promises):
        message = worded("Sales does not promise when it answers, so no offer ever falls due.")
        yield warning("no_answer_promise", "promises.sales", message, worded("Add `{promise: answer, within: 4h}`."))


def reasons(pact: Pact) -> Iterator[Finding]:
    lists = (
        ("reject", pact.reject_reasons, worded("reject"), worded("reason to reject")),
        ("recycle", pact.recycle_reasons, worded("recycle"), worded("reason to recycle")),
        ("disqualify", pact.disqualify_reasons, worded("disqualify"), worded("reason to disqualify")),
    )
    for name, given, verb, reason in lists:
        if not given:
            message = worded("There is no reason to {verb} a lead, so nobody could {verb} one.", verb=verb)
            yield error("no_reasons", f"reasons.{name}", message, worded("Name at least one reason."))
        yield from doubles(f"reasons.{name}", reason, (each.code for each in given))
