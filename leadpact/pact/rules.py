"""What is wrong with a well-formed pact: a pact that cannot be meant never comes in force.

Every check yields findings; an error stops a version, a warning is for its
writers to think about.  Paths are those of the document, list items by name.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final

from leadpact.base.working_time import BadAmount, parse_amount
from leadpact.pact.reach import most_of_acts, most_of_profile, most_points
from leadpact.pact.reviews import months_of
from leadpact.pact.types import (
    POINT,
    ActClause,
    EngagementScore,
    Finding,
    FitScore,
    Pact,
    PromiseKind,
    PromiseTerm,
    Rule,
    Severity,
    Side,
)

_CALENDAR_DAYS: Final = re.compile(r"[1-9]\d{0,3}d")
CLIENT_PREFIX: Final = "client."
# Errors that leave open what a score would mean; a draft that merely cannot come in force may be tried out.
MEANINGLESS: Final = frozenset(
    {"down_above_up", "duplicate_name", "unknown_rule", "instead_of_cycle", "unknown_score", "unknown_group"}
)


def lint(
    pact: Pact, *, kinds: Collection[str] | None = None, calendars: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Return the errors of a pact, then its warnings, each group in the order of the document.

    kinds       the kinds of act there are; None: not known here, so not checked.  `client.…` is always one
    calendars   the names of the calendars there are; None: not checked
    """
    found = [
        *_kinds(pact, kinds),
        *_names(pact),
        *(finding for score in pact.engagement for finding in _score(score)),
        *_ready(pact),
        *_promises(pact, calendars),
        *_reasons(pact),
        *_review(pact),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def meaningless(pact: Pact, *, kinds: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Return the errors for which a pact cannot even be tried out."""
    return tuple(finding for finding in errors(lint(pact, kinds=kinds)) if finding.code in MEANINGLESS)


def warnings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is Severity.WARNING)


def _error(code: str, path: str, message: str, what_to_do: str) -> Finding:
    return Finding(Severity.ERROR, code, path, message, what_to_do)


def _warning(code: str, path: str, message: str, what_to_do: str) -> Finding:
    return Finding(Severity.WARNING, code, path, message, what_to_do)


def shown_points(milli: int) -> str:
    """Return milli-points as points: 1500 is "1.5"."""
    whole, rest = divmod(abs(milli), POINT)
    decimals = f".{rest:03}".rstrip("0") if rest else ""
    return f"{'−' if milli < 0 else ''}{whole}{decimals}"


# -- kinds and names ----------------------------------------------------------


def _kinds(pact: Pact, kinds: Collection[str] | None) -> Iterator[Finding]:
    if kinds is None:
        return
    for path, kind in _named_kinds(pact):
        if kind not in kinds and not kind.startswith(CLIENT_PREFIX):
            yield _error(
                "unknown_kind",
                f"{path}.kind",
                f"There is no kind of act “{kind}”.",
                f"Use one of: {', '.join(sorted(kinds))}; or your own events as `{CLIENT_PREFIX}…`.",
            )


def _named_kinds(pact: Pact) -> Iterator[tuple[str, str]]:
    def clauses(path: str, acts: Iterable[ActClause]) -> Iterator[tuple[str, str]]:
        return ((f"{path}[{n}]", act.kind) for n, act in enumerate(acts))

    yield from clauses("lead", pact.lead)
    for rule in pact.types:
        yield from clauses(f"types[{rule.type}].acts", rule.acts)
    for score in pact.engagement:
        yield from ((_rule_path(score, act_rule), act_rule.kind) for act_rule in score.rules)
    yield from ((f"ready.direct[{trigger.name}]", trigger.act.kind) for trigger in pact.ready.direct)


def _rule_path(score: EngagementScore, rule: Rule) -> str:
    return f"scores[{score.name}].rules[{rule.name}]"


def _names(pact: Pact) -> Iterator[Finding]:
    scores = _all_scores(pact)
    yield from _doubles("scores", "score", (score.name for score in scores))
    yield from _doubles("scores", "rule", (rule.name for score in scores for rule in score.rules))
    yield from _doubles("ready.direct", "direct act", (trigger.name for trigger in pact.ready.direct))
    yield from _doubles("types", "lead type", (rule.type for rule in pact.types))


def _all_scores(pact: Pact) -> tuple[EngagementScore | FitScore, ...]:
    return (*pact.engagement, *pact.fit)


def _doubles(path: str, what: str, names: Iterable[str]) -> Iterator[Finding]:
    for name, count in Counter(names).items():
        if count > 1:
            message = f"{count} times there is a {what} named “{name}”; reasons could not tell them apart."
            yield _error("duplicate_name", path, message, "Give each its own name.")


# -- scores -------------------------------------------------------------------


def _score(score: EngagementScore) -> Iterator[Finding]:
    by_name = {rule.name: rule for rule in score.rules}
    for rule in score.rules:
        yield from _instead_of(score, rule, by_name)
        yield from _caps(score, rule)
        if rule.points == 0 and not rule.instead_of:
            yield _warning(
                "no_effect",
                _rule_path(score, rule),
                f"“{rule.name}” earns 0 points and stands for no other rule, so it does nothing.",
                "Give it points, say what it counts `instead_of`, or remove it.",
            )
    yield from _groups(score)
    if all(rule.points <= 0 for rule in score.rules):
        message = f"No rule of “{score.name}” earns points, so it never rises above 0."
        yield _warning("never_rises", f"scores[{score.name}]", message, "Give a rule points above 0.")


def _instead_of(score: EngagementScore, rule: Rule, by_name: dict[str, Rule]) -> Iterator[Finding]:
    path = f"{_rule_path(score, rule)}.instead_of"
    for name in rule.instead_of:
        other = by_name.get(name)
        if other is None:
            message = f"“{rule.name}” counts instead of “{name}”, but the score “{score.name}” has no such rule."
            yield _error("unknown_rule", path, message, f"Name one of: {', '.join(by_name)}.")
        elif other.kind != rule.kind:
            message = f"“{rule.name}” is about {rule.kind} and “{name}” about {other.kind}: no act fits both."
            yield _warning("instead_of_other_kind", path, message, "Name a rule of the same kind.")
    if rule.name in _reached(rule, by_name):
        message = f"“{rule.name}” counts instead of itself, by way of others or not: it never earns."
        yield _error("instead_of_cycle", path, message, "Let one rule stand for the other, not both ways.")


def _reached(rule: Rule, by_name: dict[str, Rule]) -> set[str]:
    """Return the names of the rules this one stands for, of those they stand for, and so on."""
    reached: set[str] = set()
    ahead = list(rule.instead_of)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += by_name[name].instead_of if name in by_name else ()
    return reached


def _caps(score: EngagementScore, rule: Rule) -> Iterator[Finding]:
    caps = {"day": rule.caps.day, "week": rule.caps.week, "month": rule.caps.month, "lifetime": rule.caps.lifetime}
    path = f"{_rule_path(score, rule)}.caps"
    given = {period: cap for period, cap in caps.items() if cap is not None}
    if given and rule.points <= 0:
        message = f"“{rule.name}” earns no points above 0, so its caps do nothing."
        yield _warning("cap_without_points", path, message, "Remove `caps`.")
        return
    for period, cap in given.items():
        if cap < rule.points:
            yield _warning(
                "cap_below_act",
                f"{path}.{period}",
                f"“{rule.name}” earns {shown_points(rule.points)}, but at most {shown_points(cap)} a {period}: "
                "no act ever earns it all.",
                f"Raise the cap to {shown_points(rule.points)} or more, or lower the points.",
            )


def _groups(score: EngagementScore) -> Iterator[Finding]:
    used = {rule.group: rule for rule in score.rules if rule.group is not None}
    capped = dict(score.group_caps)
    for group, rule in used.items():
        if group not in capped:
            message = f"“{rule.name}” belongs to the group “{group}”, which has no cap."
            yield _error("unknown_group", f"{_rule_path(score, rule)}.group", message, "Name it in `group_caps`.")
    for group in capped:
        if group not in used:
            message = f"The group “{group}” has a cap, but no rule belongs to it."
            path = f"scores[{score.name}].group_caps.{group}"
            yield _warning("empty_group", path, message, "Put `group` on its rules, or remove the cap.")


# -- ready --------------------------------------------------------------------


def _ready(pact: Pact) -> Iterator[Finding]:
    ready = pact.ready
    if ready.down > ready.up:
        yield _error(
            "down_above_up",
            "ready.down",
            f"A lead would be ready from {shown_points(ready.up)} points on, but cool under "
            f"{shown_points(ready.down)}: between the two it would do both.",
            "Set `down` to `up` or less; about half of it keeps leads from flickering.",
        )
    names = {score.name for score in _all_scores(pact)}
    unknown = [name for name in ready.scores if name not in names]
    for name in unknown:
        message = f"`ready` adds up “{name}”, but there is no such score."
        yield _error("unknown_score", "ready.scores", message, f"Name one of: {', '.join(sorted(names))}.")
    if unknown:
        return  # what can be reached is known only when the scores are
    for name in sorted(names - set(ready.scores)):
        message = f"The score “{name}” is counted, but makes nobody ready."
        yield _warning("unused_score", f"scores[{name}]", message, "Name it in `ready.scores`, if it should count.")
    yield from _reach(pact)


def _reach(pact: Pact) -> Iterator[Finding]:
    ready = pact.ready
    most, fit = most_points(pact), most_of_profile(pact)
    if most is not None and most < ready.up:
        message = (
            f"One can have at most {shown_points(most)} points at a time, and {shown_points(ready.up)} are asked for"
        )
        if not ready.direct:
            what_to_do = "Lower `up`, raise caps or points, count for longer, or name a direct act."
            yield _error("cannot_be_met", "ready.up", f"{message}: nobody can ever be ready.", what_to_do)
        else:
            what_to_do = "Lower `up`, raise caps or points, or count for longer."
            yield _warning("only_direct", "ready.up", f"{message}: only a direct act makes ready.", what_to_do)
    if fit >= ready.up:
        yield _error(
            "ready_by_profile",
            "ready.up",
            f"The profile alone can give {shown_points(fit)} points, and {shown_points(ready.up)} make ready: "
            "such a person is ready for ever, without any act.",
            "Put a `cap` below `up` on the score of the profile.",
        )
    losing = any(rule.points < 0 for score in _all_scores(pact) for rule in score.rules)
    if ready.down == 0 and not losing:
        message = "A lead cools under 0 points, and no rule takes points away: a ready lead never cools by its score."
        yield _warning("never_cools", "ready.down", message, "Set `down` above 0.")
    for score in pact.engagement:
        bound = most_of_acts(score)
        if score.cap is not None and bound is not None and bound < score.cap:
            message = f"“{score.name}” can have {shown_points(bound)} points at most, so its cap is never met."
            yield _warning("idle_cap", f"scores[{score.name}].cap", message, "Lower the cap or remove it.")


# -- promises and reasons -----------------------------------------------------


def _promises(pact: Pact, calendars: Collection[str] | None) -> Iterator[Finding]:
    for term in pact.promises:
        path = f"promises.{term.owed_by}[{term.kind}]"
        if term.kind is not PromiseKind.VOLUME and not _is_amount(term.amount):
            what_to_do = "Write 4h, 90m or 1h30m of working time, 2wd working days, or 10d days of the calendar."
            yield _error("bad_amount", f"{path}.within", f"“{term.amount}” is no amount of time.", what_to_do)
        if calendars is not None and term.calendar is not None and term.calendar not in calendars:
            named = (
                f"Use one of: {', '.join(sorted(calendars))}." if calendars else "There are none yet: make one first."
            )
            yield _error("unknown_calendar", f"{path}.calendar", f"There is no calendar “{term.calendar}”.", named)
    owed: Counter[tuple[Side, PromiseKind]] = Counter((term.owed_by, term.kind) for term in pact.promises)
    for (side, kind), count in owed.items():
        if count > 1:
            message = f"{side.capitalize()} promises “{kind}” {count} times."
            yield _error("duplicate_promise", f"promises.{side}[{kind}]", message, "Keep one of them.")
    if (Side.PARTNER, PromiseKind.DISPUTE) in owed:
        message = "A dispute is answered by the head of sales, who answers for partners too."
        yield _error("dispute_of_partner", "promises.partner[dispute]", message, "Write it under `sales`.")
    yield from _one_sided(pact.promises)


def _review(pact: Pact) -> Iterator[Finding]:
    try:
        months_of(pact.review) or date.fromisoformat(pact.review)
    except ValueError:
        message = f"There is no day “{pact.review}”."
        yield _error("bad_review", "review", message, "Write a day such as 2027-03-01, or `every 3 months`.")


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
            message = f"{side.capitalize()} promises nothing: a pact has two sides."
            yield _warning("one_sided", "promises", message, f"Write what {side} owes.")
    if Side.SALES in sides and not any(term.kind is PromiseKind.ANSWER for term in promises):
        message = "Sales does not promise when it answers, so no offer ever falls due."
        yield _warning("no_answer_promise", "promises.sales", message, "Add `{promise: answer, within: 4h}`.")


def _reasons(pact: Pact) -> Iterator[Finding]:
    lists = {"reject": pact.reject_reasons, "recycle": pact.recycle_reasons, "disqualify": pact.disqualify_reasons}
    for name, reasons in lists.items():
        if not reasons:
            message = f"There is no reason to {name} a lead, so nobody could {name} one."
            yield _error("no_reasons", f"reasons.{name}", message, "Name at least one reason.")
        yield from _doubles(f"reasons.{name}", f"reason to {name}", (reason.code for reason in reasons))
