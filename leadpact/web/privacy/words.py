"""What the stores are called, what erasure does in them, what stays and why, in a reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leadpact.flow.erasing import Foreseen
from leadpact.people.erasing import ErasureView, Reason, Receipt, Step
from leadpact.team.retention import Rule

type Text = str | Promise

_GOES: Final = _("The rows are deleted.")
_EMPTIED: Final = _("Emptied; a number is left.")
_WORDS: Final = _("The words go; that it happened stays.")
_NAMED: Final = _("What names them goes.")


@dataclass(frozen=True)
class Store:
    """One line of what goes: `name` in words, `table` as the list of stores has it, how much, and what is done."""

    name: Text
    table: str
    rows: int
    does: Text


@dataclass(frozen=True)
class Staying:
    name: Text
    rows: int
    why: Text


# By table of flow.stores; a test holds that none with something personal is missing.
STORES: Final[Mapping[str, tuple[Text, Text]]] = {
    "people_person": (_("Name, address, phone, position"), _EMPTIED),
    "people_identity": (_("Addresses and ids they are known by"), _("Overwritten with chance.")),
    "people_fact": (_("What was known of them, and since when"), _GOES),
    "people_consent": (_("What they agreed to"), _GOES),
    "ledger_entry": (
        _("What they did and what was written about it"), _("Words, names and pages go; time and kind stay."),
    ),
    "engagement_trace": (_("Network addresses their acts came from"), _GOES),
    "engagement_quarantined": (_("Held-back events that name them"), _("Emptied, and counted as dropped.")),
    "capture_touch": (_("How they first came"), _NAMED),
    "capture_grant": (_("Leave to download papers"), _GOES),
    "handover_pursuit": (_("Notes on their hand-overs"), _WORDS),
    "handover_offer": (_("Notes on their offers"), _WORDS),
    "handover_activity": (_("Calls, meetings and notes of sales"), _WORDS),
    "handover_dispute": (_("Disputes about them"), _WORDS),
    "handover_sendback": (_("Notes of leads that were sent back"), _WORDS),
    "pipeline_deal": (_("Notes and titles of deals"), _("The words go; amounts and stages stay.")),
    "pipeline_dealperson": (_("Their part in deals"), _("Emptied.")),
    "promises_promise": (_("Reasons given for promises"), _WORDS),
    "scoring_standing": (_("Their score"), _GOES),
    "scoring_resetrow": (_("Moments their score began anew"), _GOES),
    "nurture_recipient": (_("Mails to them"), _("The address goes; what is due does not leave.")),
    "nurture_mailing": (_("Lists that mails go to"), _NAMED),
    "worklist_leadline": (_("Their line in lists and in the search"), _GOES),
    "worklist_savedview": (_("Kept searches that name them"), _GOES),
    "team_notice": (_("Notices and mails to our users"), _GOES),
    "team_keptanswer": (_("Kept answers of the API"), _GOES),
    "django_session": (_("Sessions that name them"), _("They end; whoever has one logs in again.")),
}  # fmt: skip
STAYS: Final[Mapping[str, tuple[Text, Text]]] = {
    "entries": (
        _("Acts and steps, as time and kind"), _("So that past numbers still add up and the ledger can be verified."),
    ),
    "pursuits": (_("Hand-overs with their stages"), _("They are counted in what both teams promised.")),
    "deals": (_("Deals with their amounts"), _("They are the company's books.")),
    "mails": (_("Mails, as sent or not"), _("So that what a mailing reached still adds up.")),
    "crossings": (_("Moments they were ready"), _("They are counted in the funnel.")),
    "addresses": (_("Addresses, as fingerprints nobody can read"), _("So that nobody writes to them again.")),
}  # fmt: skip
REASONS: Final[Mapping[Reason, Text]] = {
    Reason.ASKED: _("They asked for it"),
    Reason.MISTAKE: _("It should never have been kept"),
    Reason.CONTRACT: _("What it was kept for is over"),
    Reason.RETENTION: _("Kept long enough"),
}
STEPS: Final[Mapping[Step, Text]] = {
    Step.ASKED: _("The tables and the search"),
    Step.SEGMENTS: _("The sealed files of the ledger"),
    Step.REPLAY: _("The columns for replays"),
    Step.OVERWRITING: _("Freed pages and logs of writes"),
    Step.CHECKING: _("Looking whether the ledger is whole"),
}
RULES: Final[Mapping[Rule, tuple[Text, Text]]] = {
    Rule.ANONYMOUS: (
        _("Visitors nobody knows"), _("After their last act they are erased; what they did stays counted."),
    ),
    Rule.IP: (_("Network addresses acts came from"), _("They are needed to tell machines from people.")),
    Rule.MAIL_BODIES: (_("What was mailed to our own users"), _("The notice stays, without what the mail said.")),
    Rule.QUARANTINE: (
        _("Held-back events, once let go or discarded"), _("What came goes; that something came stays counted."),
    ),
    Rule.RAW: (
        _("What came with acts: words, forms' values, the event as it came"),
        _("That it happened, and what it counts, stays; machines cannot be told apart in it any more."),
    ),
}  # fmt: skip
FIXED: Final[tuple[tuple[Text, Text], ...]] = (
    (_("Persons, and that they did something"), _("Until they are erased; each on their own page.")),
    (_("Held-back events nobody has decided on"), _("Until somebody lets them go or discards them.")),
    (_("Answers of the API, for a call that is repeated"), _("24 hours.")),
    (_("Files on their way through an import"), _("24 hours.")),
    (_("Logs"), _("Leadpact keeps none; what it writes to standard error holds no names or addresses.")),
)


def going(seen: Foreseen | Receipt) -> list[Store]:
    """Return what goes or went, in the order of the list above."""
    return [
        Store(name, table, seen.stores[table], does) for table, (name, does) in STORES.items() if table in seen.stores
    ]


def staying(stays: Mapping[str, int]) -> list[Staying]:
    return [Staying(name, stays[key], why) for key, (name, why) in STAYS.items() if stays.get(key)]


def steps_of(erasure: ErasureView) -> list[tuple[Text, bool, bool]]:
    """Return every step in words, whether it is done, and whether it is the one under way."""
    order = list(Step)
    at = order.index(erasure.step)
    return [(name, order.index(step) < at, step is erasure.step) for step, name in STEPS.items()]
