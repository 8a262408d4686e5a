"""Which reports there are.  The explicit list of allowed names: a request never names a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leadpact.loop.types import Unit


@dataclass(frozen=True)
class Report:
    """In what unit a report counts, and how its rows may be told apart, ordered and narrowed.

    by        the column by which sums are told apart
    dated     the moment by which a row lies in a week or month; "" where it has none
    order     columns that give each row its place, no two rows the same
    narrowed  columns by which rows may be chosen
    cohort    it follows those who began in the period, whenever the rest happened
    """

    unit: Unit
    by: str
    dated: str
    order: tuple[str, ...]
    narrowed: tuple[str, ...]
    cohort: bool = False


_OF_PURSUITS: Final = ("type", "channel", "campaign", "team")
FIVE: Final = ("qualified_leads", "campaigns", "inbound_pipeline", "promises", "inbound_closed")
REPORTS: Final[Mapping[str, Report]] = {
    "qualified_leads": Report(
        Unit.PURSUITS, "type", "offered_at", ("offered_at", "pursuit"), (*_OF_PURSUITS, "stage")
    ),
    "campaigns": Report(Unit.MONEY, "currency", "", ("name", "campaign", "currency"), ("channel", "campaign")),
    "inbound_pipeline": Report(
        Unit.MONEY, "currency", "opened_at", ("opened_at", "deal"), (*_OF_PURSUITS, "stage", "currency")
    ),
    "promises": Report(
        Unit.SHARE, "side", "due_at", ("due_at", "promise"), ("side", "kind", "outcome", *_OF_PURSUITS)
    ),
    "inbound_closed": Report(
        Unit.MONEY, "currency", "closed_at", ("closed_at", "deal"), (*_OF_PURSUITS, "currency")
    ),
    "pipeline_moves": Report(
        Unit.MONEY, "currency", "happened_at", ("happened_at", "change", "currency"),
        ("what", *_OF_PURSUITS, "currency"),
    ),
    "stages_reached": Report(
        Unit.PURSUITS, "stage", "reached_at", ("reached_at", "pursuit", "person", "stage"), ("stage", *_OF_PURSUITS)
    ),
    "lead_conversion": Report(
        Unit.SHARE, "type", "offered_at", ("offered_at", "pursuit"), (*_OF_PURSUITS, "stage"), cohort=True
    ),
    "campaign_cohorts": Report(
        Unit.PURSUITS, "channel", "", ("name", "campaign", "channel"), ("channel", "campaign"), cohort=True
    ),
    "campaign_won": Report(
        Unit.MONEY, "currency", "first_touch_at", ("first_touch_at", "deal"), (*_OF_PURSUITS, "currency"), cohort=True
    ),
    "funnel": Report(
        Unit.PURSUITS, "stage", "began_at", ("began_at", "pursuit", "person", "stage"), ("stage", *_OF_PURSUITS),
        cohort=True,
    ),
}  # fmt: skip
