"""Which reports there are.  The explicit list of allowed names: a request never names a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leadpact.loop.types import Unit


@dataclass(frozen=True)
class Report:
    """In what unit a report counts, and by which column its sums are told apart."""

    unit: Unit
    by: str


FIVE: Final = ("qualified_leads", "campaigns", "inbound_pipeline", "promises", "inbound_closed")
REPORTS: Final[Mapping[str, Report]] = {
    "qualified_leads": Report(Unit.PURSUITS, "type"),
    "campaigns": Report(Unit.MONEY, "currency"),
    "inbound_pipeline": Report(Unit.MONEY, "currency"),
    "promises": Report(Unit.SHARE, "side"),
    "inbound_closed": Report(Unit.MONEY, "currency"),
    "lead_conversion": Report(Unit.SHARE, "type"),
    "campaign_cohorts": Report(Unit.PURSUITS, "channel"),
    "campaign_won": Report(Unit.MONEY, "currency"),
    "funnel": Report(Unit.PURSUITS, "stage"),
}
