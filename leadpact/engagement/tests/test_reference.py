"""docs/reference/events.md lists every reason and every way an event can end."""

import re
from pathlib import Path

from leadpact.engagement.types import Outcome, Why

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "events.md"


def test_the_page_lists_every_reason_with_the_outcome_it_leads_to() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE.read_text(), re.MULTILINE))
    assert set(rows) == {why.value for why in Why}
    assert set(rows.values()) <= {outcome.value for outcome in Outcome}


def test_the_page_names_every_outcome() -> None:
    text = PAGE.read_text()
    assert all(f"**{outcome.value}**" in text for outcome in Outcome)
