"""The page docs/reference/numbers.md, made from the headers of the query files.

`python -m leadpact.loop.reference > docs/reference/numbers.md` writes it anew; a test says when it is stale.
"""

import sys
from collections.abc import Iterator
from typing import Final

from leadpact.base.query_file import QueryFile
from leadpact.loop.catalogue import FIVE, REPORTS, Report
from leadpact.loop.running import query
from leadpact.loop.types import Unit

_UNITS: Final = {
    Unit.PURSUITS: "a count: the sum of `value` over the rows",
    Unit.MONEY: "money: the sum of `value` over the rows, one sum for each currency",
    Unit.SHARE: "a share: the sum of `value` divided by the number of rows",
}
_INTRO: Final = """\
# Numbers, and how each is counted

<!-- Made by `python -m leadpact.loop.reference`; change the headers in leadpact/loop/sql/ instead. -->

`leadpact report five` prints the five numbers, `leadpact report NAME` any number below, and `--rows` what lies behind
it. A number is added up over the very query that gives its rows, so the two never part.

## What holds for all of them

- **Period.** Whole days of the company's zone, half-open: the first moment counts, the last does not. `--period` takes
  `2026-03`, `2026-Q1` (of the fiscal year that begins in that year), `FY2026` (that fiscal year), `2026`,
  `2026-03-05 to 2026-04-02` (the last day too), `month`, `quarter` and `fiscal year`, `calendar quarter` and `year`,
  each also with `last` before it, `12 months` (the running month and the eleven before it) and `all`. A running period
  ends with today. `--since` and `--until` give days. Without any, numbers are of 12 months and the funnel is of all.
- **Against before.** A period is compared with as many months right before it; a running one with the same days so far,
  or fewer where the month before was shorter. Other days are compared with as many days right before them.
- **Narrowed.** `--where NAME=VALUE` leaves only rows whose column has that value; an empty value means "not known".
- **Few rows.** A share of fewer than 200 rows comes with the interval in which the true share lies with 80 % certainty
  (Wilson's score interval).
- **Money.** Whole minor units and their currency. Two currencies are never added: `value` is then null and `sums` holds
  one sum for each.
- **Period or cohort.** The five numbers are of the period. `lead_conversion`, `campaign_cohorts`, `campaign_won` and
  `funnel` are cohorts: they follow those who began in the period, whenever the rest happened. No row holds both.
- **Whose.** Who sees only their own leads gets numbers of these. Costs belong to nobody and are left out then.
- **Imported history.** What a former system recorded counts in the funnel, the cohorts, the pipeline and closed
  business, with the days recorded there. It made no promises. It counts as a qualified lead only where an offer was
  recorded.
- **Corrections.** A reopened deal leaves closed business until it is won again. A corrected cost counts as corrected.

## First known touch

The earliest act of the pursuit's persons that tells how they came: it names a campaign, carries UTM words, comes from a
page outside our own, or is by its kind a mail, an event, a webinar, an advertisement or a response on social media.
Where none tells, the earliest act of all, as `direct`. The campaign's own channel wins; else the UTM words; else the
kind of the act; else the page before it. A medium we do not know is `other`, never guessed at.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join(
        [
            _INTRO,
            "## The five numbers",
            "",
            *_sections(five=True),
            "## What lies behind them, and cohorts",
            "",
            *_sections(five=False),
        ]
    )


def _sections(*, five: bool) -> Iterator[str]:
    for name, report in REPORTS.items():
        if (name in FIVE) is five:
            yield from _section(query(name), report)


def _section(asked: QueryFile, report: Report) -> Iterator[str]:
    yield f"### {asked.name}"
    yield ""
    yield f"{asked.question}"
    yield ""
    yield f"- **Counts:** {asked.counts}"
    yield f"- **Unit:** {_UNITS[report.unit]}."
    yield f"- **Rows:** {asked.grain}."
    yield f"- **Reads:** {asked.reads}."
    yield f"- **Columns:** {', '.join(f'`{column.name}` {column.type}' for column in asked.columns)}."
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
