"""What is wrong with a well-formed pact: a pact that cannot be meant never comes in force.

Every check yields findings; an error stops a version, a warning is for its
writers to think about.  Paths are those of the document, list items by name.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from leadpact.base.wording import worded
from leadpact.pact.findings import doubles, error, warning
from leadpact.pact.reach import most_of_acts, most_of_profile, most_points
from leadpact.pact.rules_promises import agreed, reasons, review
from leadpact.pact.types import (
    POINT,
    ActClause,
    EngagementScore,
    Finding,
    FitScore,
    Pact,
    Rule,
    Severity,
)

CLIENT_PREFIX: Final = "client."
# Errors that leave open what a score would mean; a draft that merely cannot come in force may be tried out.
MEANINGLESS: Final = frozenset(
    {"down_above_up", "duplicate_name", "unknown_rule", "instead_of_cycle", "unknown_score", "unknown_group"}
)

_PERIODS: Final = {
    "day": worded("day"),
    "week": worded("week"),
    "month": worded("month"),
    "lifetime": worded("lifetime"),
}


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
        *agreed(pact, calendars),
        *reasons(pact),
        *review(pact),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def meaningless(pact: Pact, *, kinds: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Return the errors for which a pact cannot even be tried out."""
    return tuple(finding for finding in errors(lint(pact, kinds=kinds)) if finding.code in MEANINGLESS)


def warnings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is Severity.WARNING)


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
            yield error(
                "unknown_kind",
                f"{path}.kind",
                worded("There is no kind of act “{kind}”.", kind=kind),
                worded(
                    "Use one of: {kinds}; or your own events as `{prefix}…`.",
                    kinds=", ".join(sorted(kinds)),
                    prefix=CLIENT_PREFIX,
                ),
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
    yield from doubles("scores", worded("score"), (score.name for score in scores))
    yield from doubles("scores", worded("rule"), (rule.name for score in scores for rule in score.rules))
    yield from doubles("ready.direct", worded("direct act"), (trigger.name for trigger in pact.ready.direct))
    yield from doubles("types", worded("lead type"), (rule.type for rule in pact.types))


def _all_scores(pact: Pact) -> tuple[EngagementScore | FitScore, ...]:
    return (*pact.engagement, *pact.fit)


# -- scores -------------------------------------------------------------------


def _score(score: EngagementScore) -> Iterator[Finding]:
    by_name = {rule.name: rule for rule in score.rules}
    for rule in score.rules:
        yield from _instead_of(score, rule, by_name)
        yield from _caps(score, rule)
        if rule.points == 0 and not rule.instead_of:
            yield warning(
                "no_effect",
                _rule_path(score, rule),
                worded("“{rule}” earns 0 points and stands for no other rule, so it does nothing.", rule=rule.name),
                worded("Give it points, say what it counts `instead_of`, or remove it."),
            )
    yield from _groups(score)
    if all(rule.points <= 0 for rule in score.rules):
        message = worded("No rule of “{score}” earns points, so it never rises above 0.", score=score.name)
        yield warning("never_rises", f"scores[{score.name}]", message, worded("Give a rule points above 0."))


def _instead_of(score: EngagementScore, rule: Rule, by_name: dict[str, Rule]) -> Iterator[Finding]:
    path = f"{_rule_path(score, rule)}.instead_of"
    for name in rule.instead_of:
        other = by_name.get(name)
        if other is None:
            message = worded(
                "“{rule}” counts instead of “{name}”, but the score “{score}” has no such rule.",
                rule=rule.name,
                name=name,
                score=score.name,
            )
            yield error("unknown_rule", path, message, worded("Name one of: {names}.", names=", ".join(by_name)))
        elif other.kind != rule.kind:
            message = worded(
                "“{rule}” is about {kind} and “{other}” about {other_kind}: no act fits both.",
                rule=rule.name,
                kind=rule.kind,
                other=name,
                other_kind=other.kind,
            )
            yield warning("instead_of_other_kind", path, message, worded("Name a rule of the same kind."))
    if rule.name in _reached(rule, by_name):
        message = worded("“{rule}” counts instead of itself, by way of others or not: it never earns.", rule=rule.name)
        yield error("instead_of_cycle", path, message, worded("Let one rule stand for the other, not both ways."))


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
        message = worded("“{rule}” earns no points above 0, so its caps do nothing.", rule=rule.name)
        yield warning("cap_without_points", path, message, worded("Remove `caps`."))
        return
    for period, cap in given.items():
        if cap < rule.points:
            yield warning(
                "cap_below_act",
                f"{path}.{period}",
                worded(
                    "“{rule}” earns {points}, but at most {most} a {period}: no act ever earns it all.",
                    rule=rule.name,
                    points=shown_points(rule.points),
                    most=shown_points(cap),
                    period=_PERIODS[period],
                ),
                worded(
                    "Raise the cap to {points} or more, or lower the points.",
                    points=shown_points(rule.points),
                ),
            )


def _groups(score: EngagementScore) -> Iterator[Finding]:
    used = {rule.group: rule for rule in score.rules if rule.group is not None}
    capped = dict(score.group_caps)
    for group, rule in used.items():
        if group not in capped:
            message = worded("“{rule}” belongs to the group “{group}”, which has no cap.", rule=rule.name, group=group)
            yield error(
                "unknown_group", f"{_rule_path(score, rule)}.group", message, worded("Name it in `group_caps`.")
            )
    for group in capped:
        if group not in used:
            message = worded("The group “{group}” has a cap, but no rule belongs to it.", group=group)
            path = f"scores[{score.name}].group_caps.{group}"
            yield warning("empty_group", path, message, worded("Put `group` on its rules, or remove the cap."))


# -- ready --------------------------------------------------------------------


def _ready(pact: Pact) -> Iterator[Finding]:
    ready = pact.ready
    if ready.down > ready.up:
        yield error(
            "down_above_up",
            "ready.down",
            worded(
                "A lead would be ready from {up} points on, but cool under {down}: between the two it would do both.",
                up=shown_points(ready.up),
                down=shown_points(ready.down),
            ),
            worded("Set `down` to `up` or less; about half of it keeps leads from flickering."),
        )
    names = {score.name for score in _all_scores(pact)}
    unknown = [name for name in ready.scores if name not in names]
    for name in unknown:
        message = worded("`ready` adds up “{name}”, but there is no such score.", name=name)
        yield error(
            "unknown_score", "ready.scores", message, worded("Name one of: {names}.", names=", ".join(sorted(names)))
        )
    if unknown:
        return  # what can be reached is known only when the scores are
    for name in sorted(names - set(ready.scores)):
        message = worded("The score “{name}” is counted, but makes nobody ready.", name=name)
        yield warning(
            "unused_score", f"scores[{name}]", message, worded("Name it in `ready.scores`, if it should count.")
        )
    yield from _reach(pact)


def _reach(pact: Pact) -> Iterator[Finding]:
    ready = pact.ready
    most, fit = most_points(pact), most_of_profile(pact)
    if most is not None and most < ready.up:
        message = worded(
            "One can have at most {most} points at a time, and {up} are asked for",
            most=shown_points(most),
            up=shown_points(ready.up),
        )
        if not ready.direct:
            what_to_do = worded("Lower `up`, raise caps or points, count for longer, or name a direct act.")
            yield error(
                "cannot_be_met", "ready.up", worded("{message}: nobody can ever be ready.", message=message), what_to_do
            )
        else:
            what_to_do = worded("Lower `up`, raise caps or points, or count for longer.")
            yield warning(
                "only_direct",
                "ready.up",
                worded("{message}: only a direct act makes ready.", message=message),
                what_to_do,
            )
    if fit >= ready.up:
        yield error(
            "ready_by_profile",
            "ready.up",
            worded(
                "The profile alone can give {most} points, and {up} make ready: "
                "such a person is ready for ever, without any act.",
                most=shown_points(fit),
                up=shown_points(ready.up),
            ),
            worded("Put a `cap` below `up` on the score of the profile."),
        )
    losing = any(rule.points < 0 for score in _all_scores(pact) for rule in score.rules)
    if ready.down == 0 and not losing:
        message = worded(
            "A lead cools under 0 points, and no rule takes points away: a ready lead never cools by its score."
        )
        yield warning("never_cools", "ready.down", message, worded("Set `down` above 0."))
    for score in pact.engagement:
        bound = most_of_acts(score)
        if score.cap is not None and bound is not None and bound < score.cap:
            message = worded(
                "“{score}” can have {most} points at most, so its cap is never met.",
                score=score.name,
                most=shown_points(bound),
            )
            yield warning("idle_cap", f"scores[{score.name}].cap", message, worded("Lower the cap or remove it."))
