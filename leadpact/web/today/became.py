"""What became of each lead that was handed over, as a sentence with a detail, grouped by day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.base.money import format_money
from leadpact.handover.types import Stage
from leadpact.loop.today import Became
from leadpact.pact.types import LeadType, Pact
from leadpact.web.shell.moments import say_day

_TAGS: Mapping[str, tuple[str | Promise, str]] = {
    "rejected": (gettext_lazy("rejected"), ""),
    Stage.OFFERED: (gettext_lazy("waits for an answer"), "both"),
    Stage.WORKING: (gettext_lazy("being worked"), "sales"),
    Stage.DEAL: (gettext_lazy("deal"), "sales"),
    Stage.CUSTOMER: (gettext_lazy("won"), "kept"),
    Stage.LOST: (gettext_lazy("lost"), ""),
    Stage.RECYCLED: (gettext_lazy("back with marketing"), "marketing"),
    Stage.COOLED: (gettext_lazy("back with marketing"), "marketing"),
    Stage.DISQUALIFIED: (gettext_lazy("not a lead"), ""),
}
_DOTS: Mapping[str, str] = {Stage.OFFERED: "both", Stage.COOLED: "prospect", Stage.CUSTOMER: "both"}


@dataclass(frozen=True)
class Outcome:
    """One lead: what happened last, when, and to whom.

    due_at   when the answer is due; None where there is none, or where it is past due and not for whoever looks
    """

    row: Became
    says: str
    details: tuple[str, ...]
    tag: str | Promise
    tag_side: str
    dot: str
    due_at: datetime | None


@dataclass(frozen=True)
class OutcomeDay:
    title: str
    outcomes: tuple[Outcome, ...]


def days_of(
    rows: Sequence[Became], pact: Pact | None, *, now: datetime, zone: ZoneInfo, may_see: Callable[[Became], bool]
) -> tuple[OutcomeDay, ...]:
    """Return the outcomes by the day they happened on, the newest first.

    may_see   whether whoever looks may see how the owner of the lead performs
    """
    days: dict[date, list[Outcome]] = {}
    known = (*pact.disqualify_reasons, *pact.recycle_reasons, *pact.reject_reasons) if pact else ()
    reasons = {each.code: each.label for each in known}
    for row in rows:
        outcome = outcome_of(row, reasons, zone)
        if row.due_at is not None and row.due_at < now and not may_see(row):
            outcome = replace(outcome, due_at=None)
        days.setdefault(row.happened_at.astimezone(zone).date(), []).append(outcome)
    today = now.astimezone(zone).date()
    return tuple(OutcomeDay(_title(day, today), tuple(outcomes)) for day, outcomes in days.items())


def _title(day: date, today: date) -> str:
    said = capfirst(say_day(day, today))
    if abs((day - today).days) > 1:
        return said
    return _("%(today)s, %(day)s") % {"today": said, "day": format_date(day, "D j M")}


def outcome_of(row: Became, reasons: Mapping[str, str], zone: ZoneInfo) -> Outcome:
    what = "rejected" if row.is_rejected else row.stage
    tag, side = _TAGS[what]
    details = [each for each in (_reason(row, reasons), _come_back(row), _origin(row, zone)) if each]
    due_at = row.due_at if row.stage == Stage.OFFERED else None
    dot = _DOTS.get(row.stage, "sales")
    return Outcome(row, _sentence(what, row), tuple(details), tag, side, dot, due_at)


def _sentence(what: str, row: Became) -> str:
    who = row.owner_name or (_("The partner") if row.type == LeadType.PARTNER else _("Sales"))
    words = {"who": who, "lead": _lead(row), "company": row.company or _lead(row), "amount": _amount(row)}
    match what:
        case Stage.OFFERED if not row.owner_name:
            said = _("%(lead)s waits in the queue of the team")
        case Stage.OFFERED:
            said = _("%(lead)s was offered to %(who)s")
        case Stage.WORKING:
            said = _("%(who)s accepted %(lead)s")
        case "rejected":
            said = _("%(who)s rejected %(lead)s")
        case Stage.DEAL:
            said = (
                _("%(who)s opened a deal with %(lead)s over %(amount)s")
                if row.amount
                else _("%(who)s opened a deal with %(lead)s")
            )
        case Stage.CUSTOMER:
            said = _("Won: %(company)s, %(amount)s") if row.amount else _("Won: %(company)s")
        case Stage.LOST:
            said = _("Lost: %(company)s, %(amount)s") if row.amount else _("Lost: %(company)s")
        case Stage.DISQUALIFIED:
            said = _("%(who)s found that %(lead)s is no lead")
        case Stage.COOLED:
            said = _("%(lead)s cooled down before anybody had touched the offer")
        case _:
            said = _("%(who)s gave %(lead)s back")
    return said % words


def _lead(row: Became) -> str:
    name = row.name or _("Somebody without a name")
    return _("%(name)s, %(company)s") % {"name": name, "company": row.company} if row.company else name


def _amount(row: Became) -> str:
    return format_money(row.amount) if row.amount else ""


def _reason(row: Became, reasons: Mapping[str, str]) -> str:
    """Return why, in the pact's words and then in those of whoever gave the reason."""
    if not row.reason or row.stage in {Stage.OFFERED, Stage.WORKING, Stage.DEAL, Stage.CUSTOMER}:
        return ""
    label = reasons.get(row.reason, row.reason.replace("_", " ").capitalize())
    return _("%(reason)s: “%(note)s”") % {"reason": label, "note": row.note} if row.note else label


def _come_back(row: Became) -> str:
    if row.recycle_until is None or row.stage != Stage.RECYCLED:
        return ""
    return _("Not before %(day)s") % {"day": format_date(row.recycle_until, "j F Y")}


def _origin(row: Became, zone: ZoneInfo) -> str:
    offered = format_date(row.offered_at.astimezone(zone), "j F") if row.offered_at else ""
    words = {"campaign": row.campaign, "day": offered}
    if row.campaign and offered and row.stage != Stage.OFFERED:
        return _("From “%(campaign)s”, offered %(day)s") % words
    if row.campaign:
        return _("From “%(campaign)s”") % words
    return _("Offered %(day)s") % words if offered and row.stage != Stage.OFFERED else ""
