"""The pact in plain sentences, for people to read before they agree to it.

Every sentence is one whole template with named slots, so that it can be
translated; only lists, amounts and names fill the slots.  The anchor of a
clause names what it is about, so two pacts can be compared clause by clause.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from leadpact.pact import phrases
from leadpact.pact.reviews import dispute_term, months_of
from leadpact.pact.types import (
    ActClause,
    Clause,
    EngagementScore,
    Exclusion,
    FitScore,
    HalfLife,
    LeadType,
    Pact,
    PromiseKind,
    PromiseTerm,
    Reason,
    Rule,
    Section,
    SectionSide,
    Side,
    WindowMode,
)

_EXCLUSIONS: Final = {
    Exclusion.OWN_DOMAIN: gettext_noop("Our own people are never offered."),
    Exclusion.COMPETITOR: gettext_noop("People of a competitor are never offered."),
    Exclusion.OPEN_DEAL: gettext_noop("Nobody is offered while the company has an open deal; its owner is told."),
    Exclusion.CUSTOMER: gettext_noop("A customer is never offered; the customer’s owner is told."),
}
_TYPES: Final = {
    LeadType.INBOUND: gettext_noop("inbound request"),
    LeadType.CONTENT: gettext_noop("content"),
    LeadType.EVENT: gettext_noop("event"),
    LeadType.PARTNER: gettext_noop("partner"),
    LeadType.SALES: gettext_noop("sales’ own"),
}
_RESETS: Final = {
    "rejected": gettext_noop("a rejection"),
    "recycled": gettext_noop("a recycle"),
    "cooled": gettext_noop("cooling"),
}
_PROMISES: Final = {
    (Side.MARKETING, PromiseKind.OFFER): gettext_noop(
        "Marketing offers a lead within {within} of the act that made it ready."
    ),
    (Side.SALES, PromiseKind.ANSWER): gettext_noop("Sales accepts or rejects an offer within {within}."),
    (Side.SALES, PromiseKind.FEEDBACK): gettext_noop("Sales gives feedback on every lead within {within}."),
    (Side.SALES, PromiseKind.DISPUTE): gettext_noop(
        "The head of sales answers within {within} when marketing contests what became of a lead."
    ),
    (Side.PARTNER, PromiseKind.ANSWER): gettext_noop("A partner accepts or rejects an offer within {within}."),
    (Side.PARTNER, PromiseKind.FEEDBACK): gettext_noop("A partner gives feedback on every lead within {within}."),
}


@dataclass(frozen=True)
class Change:
    """One clause that two pacts say differently; `was` or `now` is None for a clause that only one of them has."""

    section: str
    side: SectionSide
    anchor: str
    was: str | None
    now: str | None


def sentences(pact: Pact) -> tuple[Section, ...]:
    """Return the whole pact as sections of sentences, in the order people read it."""
    sections = [
        Section("lead", _("Who is a lead"), "both", tuple(_lead(pact))),
        *(_points(score, pact) for score in pact.engagement),
        *(_fit(score) for score in pact.fit),
        Section("ready", _("When a lead is ready for sales"), "both", tuple(_ready(pact))),
        Section("never", _("Who is not offered"), "both", tuple(_exclusions(pact))),
        Section("types", _("What type a lead has"), "both", tuple(_types(pact))),
        Section("marketing", _("What marketing owes sales"), "marketing", _owed(pact, Side.MARKETING)),
        Section("sales", _("What sales owes marketing"), "sales", (*_owed(pact, Side.SALES), *_disputes(pact))),
        Section("partner", _("What a partner owes"), "partner", _owed(pact, Side.PARTNER)),
        Section("reasons", _("Which reasons may be given"), "sales", tuple(_reasons(pact))),
        Section("after", _("What counts afterwards"), "both", tuple(_afterwards(pact))),
        Section("goals", _("What both aim at"), "both", tuple(_goals(pact))),
        Section("review", _("When both look at it again"), "both", (_review(pact),)),
    ]
    return _with_own_anchors(section for section in sections if section.clauses)


def _with_own_anchors(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Number the anchors that two clauses share, as the names “a b” and “a-b” would."""
    seen: Counter[str] = Counter()
    result = []
    for section in sections:
        clauses = []
        for clause in section.clauses:
            seen[clause.anchor] += 1
            count = seen[clause.anchor]
            clauses.append(clause if count == 1 else replace(clause, anchor=f"{clause.anchor}-{count}"))
        result.append(replace(section, clauses=tuple(clauses)))
    return tuple(result)


def plain(sections: Iterable[Section]) -> list[str]:
    """Return each clause as one text, its notes behind it."""
    return [whole(clause) for section in sections for clause in section.clauses]


def whole(clause: Clause) -> str:
    return " ".join((clause.text, *clause.notes))


def changes(before: Pact, after: Pact) -> tuple[Change, ...]:
    """Return what the pact `after` says otherwise than `before`, in the order of the sections."""
    old, new = _by_anchor(before), _by_anchor(after)
    found = []
    for anchor in {**old, **new}:
        section = (new.get(anchor) or old[anchor])[0]
        was, now = (said[anchor][1] if anchor in said else None for said in (old, new))
        if was != now:
            found.append(Change(section.title, section.side, anchor, was, now))
    order = {section.title: n for n, (section, _said) in enumerate((*old.values(), *new.values()))}
    return tuple(sorted(found, key=lambda change: order[change.section]))


def _by_anchor(pact: Pact) -> dict[str, tuple[Section, str]]:
    return {clause.anchor: (section, whole(clause)) for section in sentences(pact) for clause in section.clauses}


def _anchor(*names: str) -> str:
    return "-".join(slugify(name, allow_unicode=True) for name in names)


# -- leads and points ---------------------------------------------------------


def _lead(pact: Pact) -> Iterator[Clause]:
    text = _("A person becomes a lead by one of these acts: {acts}.")
    yield Clause("lead-acts", text.format(acts=phrases.one_of([phrases.act(clause) for clause in pact.lead])))


def _points(score: EngagementScore, pact: Pact) -> Section:
    many = len(pact.engagement) > 1
    title = _("What earns points: {score}").format(score=score.name) if many else _("What earns points")
    anchor = _anchor("points", score.name)
    zone = _("Days, weeks and months are those of {zone}.").format(zone=pact.zone.key)
    clauses = [Clause(f"{anchor}-ageing", _ageing(score), (zone,)), *(_rule(anchor, rule) for rule in score.rules)]
    if score.account:
        clauses.append(Clause(f"{anchor}-account", _("The acts of everybody at the company count.")))
    for group, cap in score.group_caps:
        text = _("The group “{group}” gives at most {points} at one time.")
        clauses.append(Clause(_anchor(anchor, "group", group), text.format(group=group, points=phrases.points(cap))))
    if score.cap is not None:
        text = _("All of it together gives at most {points} at one time.")
        clauses.append(Clause(f"{anchor}-cap", text.format(points=phrases.points(score.cap))))
    if score.idle is not None:
        text = _("Each time {days} pass without an act, {points} are taken away, but never below 0.")
        idle = text.format(days=phrases.days(score.idle.days), points=phrases.points(score.idle.points))
        clauses.append(Clause(f"{anchor}-idle", idle))
    return Section(anchor, title, "both", tuple(clauses))


def _ageing(score: EngagementScore) -> str:
    if isinstance(score.ageing, HalfLife):
        text = _("Points fade: after {days} half of them are left, and less than one point is dropped.")
        return text.format(days=phrases.days(score.ageing.days))
    if score.ageing.mode is WindowMode.ROLLING:
        return ngettext(
            "An act counts for exactly 24 hours.",
            "An act counts for exactly {count} times 24 hours.",
            score.ageing.days,
        ).format(count=score.ageing.days)
    text = _("An act counts from its moment until midnight {days} later.")
    return text.format(days=phrases.days(score.ageing.days))


def _rule(anchor: str, rule: Rule) -> Clause:
    notes = [_("The act: {act}.").format(act=phrases.act(ActClause(rule.kind, rule.where)))]
    if rule.instead_of:
        names = phrases.all_of([phrases.quoted(name) for name in rule.instead_of])
        notes.append(_("It counts instead of {rules}.").format(rules=names))
    if rule.group is not None:
        notes.append(_("It belongs to the group “{group}”.").format(group=rule.group))
    return Clause(_anchor(anchor, "rule", rule.name), _earns(rule), tuple(notes))


def _earns(rule: Rule) -> str:
    caps = phrases.caps(rule.caps)
    if rule.points == 0:
        return _("“{rule}” earns nothing.").format(rule=rule.name)
    if rule.points < 0:
        return _takes(rule.name, rule.points)
    if caps:
        text = _("“{rule}” earns {points}, at most {caps}.")
        return text.format(rule=rule.name, points=phrases.points(rule.points), caps=caps)
    return _("“{rule}” earns {points}.").format(rule=rule.name, points=phrases.points(rule.points))


def _takes(name: str, points: int) -> str:
    return _("“{rule}” takes {points} away.").format(rule=name, points=phrases.points(points))


def _fit(score: FitScore) -> Section:
    anchor = _anchor("profile", score.name)
    clauses = []
    for rule in score.rules:
        text = _("“{rule}” earns {points}.").format(rule=rule.name, points=phrases.points(rule.points))
        note = _("It holds while {conditions}.").format(conditions=phrases.conditions(rule.where))
        earns = text if rule.points >= 0 else _takes(rule.name, rule.points)
        clauses.append(Clause(_anchor(anchor, "rule", rule.name), earns, (note,)))
    if score.cap is not None:
        text = _("All of it together gives at most {points}.").format(points=phrases.points(score.cap))
        clauses.append(Clause(f"{anchor}-cap", text))
    return Section(anchor, _("What the profile earns: {score}").format(score=score.name), "both", tuple(clauses))


# -- ready --------------------------------------------------------------------


def _ready(pact: Pact) -> Iterator[Clause]:
    ready = pact.ready
    up, down = phrases.points(ready.up), phrases.points(ready.down)
    if len(ready.scores) == 1:
        yield Clause("ready-up", _("A lead is ready for sales from {points} on.").format(points=up))
    else:
        text = _("A lead is ready for sales from {points} on, {scores} added up.")
        scores = phrases.all_of([phrases.quoted(name) for name in ready.scores])
        yield Clause("ready-up", text.format(points=up, scores=scores))
    yield Clause("ready-down", _("It cools when it falls under {points}.").format(points=down))
    if ready.dwell:
        text = _("Once ready, it stays ready for at least {time}.")
        yield Clause("ready-dwell", text.format(time=phrases.stretch(ready.dwell)))
    for trigger in ready.direct:
        text = _("“{name}” makes a person ready at once, whatever the points, until midnight {days} later.")
        said = text.format(name=trigger.name, days=phrases.days(trigger.days))
        note = _("The act: {act}.").format(act=phrases.act(trigger.act))
        yield Clause(_anchor("ready-direct", trigger.name), said, (note,))
    for condition in ready.musts:
        text = _("It is ready only when {condition}.").format(condition=phrases.condition_sentence(condition))
        yield Clause(_anchor("ready-must", condition.name, condition.operator), text)


def _exclusions(pact: Pact) -> Iterator[Clause]:
    for exclusion in pact.ready.exclusions:
        yield Clause(_anchor("never", exclusion), _(_EXCLUSIONS[exclusion]))
    for condition in pact.ready.not_when:
        text = _("Nobody is offered when {condition}.").format(condition=phrases.condition_sentence(condition))
        yield Clause(_anchor("never", condition.name, condition.operator), text)


def _types(pact: Pact) -> Iterator[Clause]:
    for rule in pact.types:
        text = _("A lead is of the type “{type}” when it became ready by {acts}.")
        acts = phrases.one_of([phrases.act(clause) for clause in rule.acts])
        yield Clause(_anchor("types", rule.type), text.format(type=_(_TYPES[rule.type]), acts=acts))
    if len(pact.types) > 1:
        yield Clause("types-first", _("When two types fit, the one that stands first here is taken."))


# -- promises, reasons, afterwards --------------------------------------------


def _owed(pact: Pact, side: Side) -> tuple[Clause, ...]:
    terms = [term for term in pact.promises if term.owed_by is side and term.kind is not PromiseKind.DISPUTE]
    return tuple(_promise(term) for term in terms)


def _disputes(pact: Pact) -> tuple[Clause, ...]:
    """What holds where the pact says nothing of it is said too: people read it before they agree."""
    return (_promise(dispute_term(pact)),)


def _review(pact: Pact) -> Clause:
    months = months_of(pact.review)
    if not months:
        return Clause("review", _("Both heads look at the pact again on {day}.").format(day=pact.review))
    text = ngettext(
        "Both heads look at the pact again {months} month after it came in force.",
        "Both heads look at the pact again {months} months after it came in force.",
        months,
    )
    return Clause("review", text.format(months=months))


def _promise(term: PromiseTerm) -> Clause:
    notes: tuple[str, ...] = ()
    if term.calendar is not None:
        notes = (_("Working time is that of the calendar “{calendar}”.").format(calendar=term.calendar),)
    return Clause(_anchor(term.owed_by, term.kind), _promised(term), notes)


def _promised(term: PromiseTerm) -> str:
    within, count = phrases.amount(term.amount), term.count or 0
    if term.kind is PromiseKind.VOLUME:
        return ngettext(
            "Marketing hands over {count} ready lead a month.",
            "Marketing hands over {count} ready leads a month.",
            count,
        ).format(count=count)
    if term.kind is not PromiseKind.ATTEMPTS:
        return _(_PROMISES[term.owed_by, term.kind]).format(within=within)
    if term.owed_by is Side.PARTNER:
        return ngettext(
            "A partner makes at least {count} attempt to reach an accepted lead within {within}.",
            "A partner makes at least {count} attempts to reach an accepted lead within {within}.",
            count,
        ).format(count=count, within=within)
    return ngettext(
        "Sales makes at least {count} attempt to reach an accepted lead within {within}.",
        "Sales makes at least {count} attempts to reach an accepted lead within {within}.",
        count,
    ).format(count=count, within=within)


def _reasons(pact: Pact) -> Iterator[Clause]:
    listed = (
        ("reject", _("An offer may be rejected for these reasons: {reasons}."), pact.reject_reasons),
        ("recycle", _("A lead may be recycled for these reasons: {reasons}."), pact.recycle_reasons),
        ("disqualify", _("A lead may be disqualified for these reasons: {reasons}."), pact.disqualify_reasons),
    )
    for key, text, reasons in listed:
        if reasons:
            yield Clause(f"reasons-{key}", text.format(reasons=phrases.one_of([_reason(one) for one in reasons])))


def _reason(reason: Reason) -> str:
    templates = {
        "date": _("“{reason}” with a date"),
        "note": _("“{reason}” with a note"),
        None: _("“{reason}”"),
    }
    return templates[reason.needs].format(reason=reason.label)


def _afterwards(pact: Pact) -> Iterator[Clause]:
    if pact.resets:
        text = _("After {resets} only acts that come later count.")
        yield Clause("after-resets", text.format(resets=phrases.one_of([_(_RESETS[name]) for name in pact.resets])))
    if pact.continue_days:
        text = _("A lead that is ready again within {days} of a recycle continues the same pursuit.")
        yield Clause("after-continue", text.format(days=phrases.days(pact.continue_days)))


def _goals(pact: Pact) -> Iterator[Clause]:
    for name, number in pact.goals.items():
        yield Clause(_anchor("goals", name), _("“{goal}”: {number}.").format(goal=name, number=number))
