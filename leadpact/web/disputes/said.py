"""A dispute in words: what is contested, why, and what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadpact.handover.disputed import Contest, DisputeView, Outcome, Ruling
from leadpact.pact import reads as pacts
from leadpact.pact.types import Pact

OUTCOMES: Mapping[Outcome, str | Promise] = {
    Outcome.REJECTED: gettext_lazy("Rejected"),
    Outcome.DISQUALIFIED: gettext_lazy("Disqualified"),
}
CONTESTS: Mapping[str, str | Promise] = {
    Contest.AS_AGREED: gettext_lazy("It was as agreed"),
    Contest.OTHER_REASON: gettext_lazy("The reason does not fit"),
    Contest.NOT_TRIED: gettext_lazy("Nobody tried to reach them"),
    Contest.NEWS: gettext_lazy("Something new is known"),
    Contest.OTHER: gettext_lazy("Another reason"),
}
RULINGS: Mapping[str, str | Promise] = {
    Ruling.OPEN: gettext_lazy("Waits for an answer"),
    Ruling.UPHELD: gettext_lazy("The outcome stands"),
    Ruling.TAKEN_BACK: gettext_lazy("Taken back"),
}


@dataclass(frozen=True)
class Said:
    """What a line of a list says of one dispute."""

    dispute: DisputeView
    outcome: str
    reason: str
    contest: str
    ruling: str


def said_of(disputes: Sequence[DisputeView], known: Mapping[int, Pact] = MappingProxyType({})) -> list[Said]:
    """Return the disputes in words; the reasons are those of the pact each lead was offered under.

    known  versions of the pact that were read already
    """
    held = {**known, **pacts.pacts_of({each.pact_version for each in disputes} - known.keys())}
    return [_said(each, held[each.pact_version]) for each in disputes]


def lead_of(dispute: DisputeView) -> str:
    """Return whom a dispute is about."""
    name = dispute.name or _("Somebody without a name")
    return _("%(name)s, %(company)s") % {"name": name, "company": dispute.company} if dispute.company else name


def _said(dispute: DisputeView, pact: Pact) -> Said:
    reasons = pact.reject_reasons if dispute.outcome is Outcome.REJECTED else pact.disqualify_reasons
    label = next((each.label for each in reasons if each.code == dispute.outcome_reason), dispute.outcome_reason)
    outcome, contest, ruling = OUTCOMES[dispute.outcome], CONTESTS[dispute.reason], RULINGS[dispute.ruling]
    return Said(dispute, str(outcome), label, str(contest), str(ruling))
