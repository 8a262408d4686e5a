"""What became of each lead that was handed over, as a sentence with a detail, grouped by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.base.money import format_money
from leadpact.handover.types import Stage
from leadpact.loop.today import Became
from leadpact.pact.types import LeadType, Pact

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
    """One lead: what happened last, when, and to whom."""

    row: Became
    says: str
    details: tuple[str, ...]
    tag: str | Promise
    tag_side: str
    dot: str


@dataclass(frozen=True)
class OutcomeDay:
    day: date
    outcomes: tuple[Outcome, ...]


def days_of(rows: Sequence[Became], pact: Pact | None, zone: ZoneInfo) -> tuple[OutcomeDay, ...]:
    """Return the outcomes by the day they happened on, the newest first."""
    days: dict[date, list[Became]] = {}
    for row in rows:
        days.setdefault(row.happened_at.astimezone(zone).date(), []).append(row)
    known = (*pact.disqualify_reasons, *pact.recycle_reasons, *pact.reject_reasons) if pact else ()
    reasons = {each.code: each.label for each in known}
    return tuple(OutcomeDay(day, tuple(outcome_of(row, reasons, zone) for row in some)) for day, some in days.items())


def outcome_of(row: Became, reasons: Mapping[str, str], zone: ZoneInfo) -> Outcome:
    what = "rejected" if row.is_rejected else row.stage
    tag, side = _TAGS[what]
    details = [each for each in (_reason(row, reasons), _come_back(row), _origin(row, zone)) if each]
    return Outcome(row, _sentence(what, row), tuple(details), tag, side, _DOTS.get(row.stage, "sales"))


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
