"""What can be wrong with a question to the loop."""

from leadpact.base.errors import BadInput
from leadpact.base.wording import worded


class UnknownReport(BadInput):
    code = "unknown_report"
    what_to_do = worded("Choose one of the reports.")


class BadPeriod(BadInput):
    """Text that is no period, or one that ends before it begins."""

    code = "bad_period"
    what_to_do = worded(
        "Write 2026-03, 2026-Q1, 2026, FY2026, 2026-03-05 to 2026-04-02, month, quarter, fiscal year, 12 months or all."
    )


class NoSuchColumn(BadInput):
    """The rows of this report cannot be narrowed by that."""

    code = "no_such_column"
    what_to_do = worded("Leave it out for this report.")
